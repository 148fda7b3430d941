// All favourites as a zip. The server draws their files a few at a time, and the browser packs them, so that the export can
// be stopped, and resumed after a failure.

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
  const files = new WeakMap(); // a favourite's sliders → what `draw_files` returned for it
  let round = null; // an object for the present run, null if there is none; a run ends when this changes

  const ready = () => state.favourites.filter((one) => files.has(one.sliders));
  const readySoFar = () => `${ready().length} of ${state.favourites.length}`;
  const { tell } = statusLine($(".export-note"));

  /** Updates the buttons. */
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
    const wasFocused = document.activeElement === stopping; // else the focus is left where the visitor is working
    round = null;
    showExport();
    tell(message, wrong);
    if (wasFocused) exporting.focus();
  }

  function saveZip() {
    saveFile(new Blob(zip(contents(ready())), { type: "application/zip" }), "emojis.zip");
    tell(`emojis.zip is saved, with ${readySoFar()}.`);
  }

  /** The zip's files: those of the favourites, with a number and the name, and emojis.json, with their full names. */
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
