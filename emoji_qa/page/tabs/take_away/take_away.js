// The tab “Take away”: files to save, most of them made by the server, the link, and saved files that are opened again.

import { send } from "../../browser/events.js";
import { nameOf, svgOf, toFile } from "../../browser/composition.js";
import { copyPng, copyText, fileName, saveFile, toBlob } from "../../browser/files.js";
import { newest } from "../../browser/panel.js";
import { keep, kept } from "../../browser/session.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe } from "../../browser/store.js";
import { createCard } from "./card.js";
import { createExport } from "./export_all.js";
import { createFavourites } from "./favourites.js";
import { linkTo, linkToRecipe, readLink } from "./link.js";

const MAX_FILE = 1e6; // bytes of a file that is opened
const MAX_ADDRESS = 4000; // characters of the page's own address; the link to copy may be longer
const REST = 400; // milliseconds without another answer or picture after which the address is updated

/** @param {import("../../browser/panel.js").Panel} panel */
export function mount(panel) {
  const { $, call, element, props: { checkpoint, limits, flat } } = panel;
  const line = statusLine($(".note"));
  const link = $(".link");
  const favourites = createFavourites(panel, line, attempt);
  createExport(panel);
  createCard(panel, line, attempt);

  /** Runs `work` and shows its error, if any. */
  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      line.tell(error.message, true);
    }
  }

  /** The file of the emoji that is shown. Throws an Error if there is none yet. */
  async function fetchFile(format, size) {
    if (!state.shown) throw new Error("There is no emoji yet. Try again in a moment.");
    line.tell("One moment …");
    const { sliders } = state.shown;
    const svg = svgOf(state.shown);
    if (svg && (format === "png" || format === "svg")) return toFile(svg, format, size);
    return toBlob(await call("export_emoji", { sliders, format, size }));
  }

  for (const button of element.querySelectorAll("[data-format]")) {
    const { format, size: fixed } = /** @type {HTMLElement} */ (button).dataset;
    if (format === "svg" && !flat) button.remove();
    button.addEventListener("click", () => attempt(async () => {
      const size = Number(fixed ?? (format === "png" ? $(".size").value : 0));
      const { shown, question } = state;
      let blob = await fetchFile(format, size);
      const { caption, composition } = shown;
      if (format === "json") {
        const told = { name: caption, recipe: composition?.recipe, ...JSON.parse(await blob.text()), tweet: question?.tweet };
        blob = new Blob([JSON.stringify(told, null, 1)]);
      }
      const name = `${composition ? nameOf(caption) : fileName(caption)}${size ? `-${size}` : ""}.${format === "apng" ? "png" : format}`;
      saveFile(blob, name);
      line.tell(`${name} is saved.`);
    }));
  }

  $(".copy-png").addEventListener("click", () => attempt(async () => {
    await copyPng(fetchFile("png", 512), "Save the PNG.");
    line.tell("The picture is copied.");
  }));

  // The link; it also becomes the page's own address once the visitor has done something
  let opened = null; // the tweet that the page came with
  let coded = { ticket: -1, z: "" };
  const relink = newest(async () => {
    const { shown, question, tab } = state;
    if (!shown) return;
    const isChanged = shown.ticket > 0 || (question && question.tweet !== opened);
    if (!isChanged && tab !== "take-away") return;
    const tweet = question?.tweet ?? "";
    let hash = "";
    if (shown.composition) {
      hash = linkToRecipe(shown.composition.recipe, tweet);
    } else {
      if (shown.ticket !== coded.ticket) {
        const result = await call("name_code", shown.sliders).catch(() => null);
        if (!result) return;
        coded = { ticket: shown.ticket, z: result.z };
      }
      if (shown.ticket !== state.shown.ticket) return;
      hash = linkTo(coded.z, checkpoint, state.question?.tweet ?? "");
    }
    link.value = location.href.split("#")[0] + hash;
    if (isChanged) addressIs(hash);
  });

  /** Sets the page's address, and keeps it, so that a reload of the page is not taken for a link that is opened. */
  function addressIs(hash) {
    if (hash.length > MAX_ADDRESS || hash === location.hash) return;
    history.replaceState(history.state, "", hash);
    keep("address", hash);
  }

  $(".copy-link").addEventListener("click", () => attempt(async () => {
    const isCopied = await copyText(link.value, element).then(() => true, () => false);
    link.select();
    if (!isCopied) throw new Error("Copying is not allowed here. The link is selected: copy it with the keyboard.");
    line.tell("The link is copied.");
  }));

  async function follow() {
    const found = readLink(location.hash);
    if (!found) return;
    if (found.recipe) {
      send("recipe", found.recipe);
      if (found.tweet) send("write", found.tweet);
      return;
    }
    const same = checkpoint.startsWith(found.checkpoint) && found.checkpoint.length > 0;
    const { sliders } = await call("open_code", { z: found.z, fit: !same });
    send("go", { sliders, caption: same ? "From a link" : "From a link of another model: the nearest that this one can draw" });
    if (found.tweet) send("write", found.tweet);
  }

  function followLink() {
    const damaged = "This link is damaged, or of quite another model: nothing was opened.";
    follow().catch((error) => send("say", error.out ? error.message : damaged));
  }

  /** Opens a JSON file. If it holds one emoji, that is shown; if it holds several, each becomes a favourite. */
  async function openFile(file) {
    if (file.size > MAX_FILE) throw new Error("This file is too large to hold emojis.");
    const read = await file.text().then(JSON.parse).catch(() => null);
    if (!Array.isArray(read?.emojis)) {
      const one = await fromJson(read);
      if (one.recipe) return send("recipe", one.recipe);
      const caption = one.checkpoint === checkpoint ? one.name : `${one.name}, of another model: the nearest that this one can draw`;
      return send("go", { sliders: one.sliders, caption });
    }
    const found = [];
    favourites.makeRoom(read.emojis.length);
    for (const one of read.emojis) {
      found.push(await fromJson(one));
      line.tell(`${found.length} of ${read.emojis.length} …`);
    }
    return favourites.keep(found, found.length === 1 ? "A favourite more." : `${found.length} favourites more.`);
  }

  /** An emoji in a file → a favourite. */
  async function fromJson(said) {
    if (!Array.isArray(said?.z)) throw new Error("This file holds no emoji. Open one that was saved here as JSON.");
    const isOurs = said.checkpoint === checkpoint;
    const recipe = isOurs && said.recipe ? { recipe: said.recipe } : {};
    const { sliders } = await call("open_code", { z: said.z, fit: !isOurs, ...recipe });
    const name = typeof said.name === "string" && said.name ? said.name.slice(0, limits.name) : "From a file";
    return { sliders, name, checkpoint: String(said.checkpoint ?? ""), ...recipe };
  }

  $(".open-file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    line.tell("");
    if (file) attempt(() => openFile(file));
    target.value = "";
  });

  subscribe(["shown"], () => { if (!line.isProblem) line.tell(""); }); // the message is about another emoji
  let resting = 0;
  subscribe(["shown", "question", "tab"], ({ shown, question }) => {
    opened ??= question?.tweet ?? null;
    clearTimeout(resting);
    if (shown?.settled) resting = setTimeout(relink, REST);
  });
  window.addEventListener("hashchange", followLink);
  if (location.hash !== kept("address")) followLink(); // otherwise the page was reloaded, and has restored its state
}
