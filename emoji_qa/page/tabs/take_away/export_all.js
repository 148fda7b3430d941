// All favourites as a zip. Their files are drawn a few at a time and packed here: it can be stopped, and goes on after a failure.

import { nameOf } from "../../browser/composition.js";
import { fileName, saveFile, toBytes } from "../../browser/files.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe } from "../../browser/store.js";
import { zip } from "../../browser/zip.js";
import { drawnBy } from "./favourites.js";

/** @param {import("../../browser/panel.js").Panel} panel */
export function createExport({ $, call, props: { checkpoint, limits } }) {
  const exporting = $(".export-all");
  const stopping = $(".stop-export");
  const saving = $(".save-ready");
  const files = new WeakMap(); // a favourite's sliders → what `draw_files` gave of it
  let round = null; // what is going on; another one, or none, ends it

  const ready = () => state.favourites.filter((one) => files.has(one.sliders));
  const readySoFar = () => `${ready().length} of ${state.favourites.length}`;
  const { tell } = statusLine($(".export-note"));

  /** The buttons, as things stand. */
  function showExport() {
    const some = ready().length;
    const isPart = some > 0 && some < state.favourites.length;
    exporting.disabled = !state.favourites.length;
    exporting.hidden = round !== null;
    exporting.textContent = isPart ? "Go on with the zip" : "Export all as a zip";
    stopping.hidden = round === null;
    saving.hidden = round !== null || !isPart;
    saving.textContent = `Save the ${some} that are ready`;
  }

  async function exportAll() {
    const mine = round = {};
    showExport();
    stopping.focus();
    try {
      while (mine === round && ready().length < state.favourites.length) await drawNext(mine);
      if (mine !== round) return;
      endExport("");
      if (state.favourites.length) saveZip();
    } catch (error) {
      if (mine === round) endExport(`${error.message} ${readySoFar()} are ready.`, true);
    }
  }

  async function drawNext(mine) {
    tell(`${readySoFar()} …`);
    const next = state.favourites.filter((one) => !files.has(one.sliders)).slice(0, limits.piece);
    const { emojis } = await call("draw_files", next.map((one) => drawnBy(one, checkpoint)));
    if (mine === round) next.forEach((one, i) => files.set(one.sliders, emojis[i]));
  }

  function endExport(message, wrong) {
    const wasFocused = document.activeElement === stopping; // who types somewhere else goes on typing
    round = null;
    showExport();
    tell(message, wrong);
    if (wasFocused) exporting.focus();
  }

  function saveZip() {
    saveFile(new Blob(zip(contents(ready())), { type: "application/zip" }), "emojis.zip");
    tell(`emojis.zip is saved, with ${readySoFar()}.`);
  }

  /** Favourites as files of a zip, numbered and named as they are, and emojis.json, where their names stand in full. */
  function contents(several) {
    const emojis = several.map((one, i) => {
      const named = Object.entries(files.get(one.sliders).files).map(([kind, data]) => [`${String(i + 1).padStart(3, "0")}-${one.recipe ? nameOf(one.name) : fileName(one.name)}.${kind}`, data]);
      return { named, told: { files: named.map(([name]) => name), name: one.name, recipe: one.recipe, ...files.get(one.sliders).json } };
    });
    const json = JSON.stringify({ emojis: emojis.map(({ told }) => told) }, null, 1);
    return [
      ...emojis.flatMap(({ named }) => named.map(([name, data]) => [name, toBytes(data)])),
      ["emojis.json", new TextEncoder().encode(json)],
    ];
  }

  exporting.addEventListener("click", exportAll);
  stopping.addEventListener("click", () => endExport(`Stopped: ${readySoFar()} are ready.`));
  saving.addEventListener("click", saveZip);
  subscribe(["favourites"], showExport);
}
