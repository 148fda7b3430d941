// Why an emoji has its rank: the emoji that is chosen, and the effect of each word of the tweet on its score.

import { searchBox } from "../browser/search_box.js";
import { statusLine } from "../browser/status.js";
import { count, inDigits, rated, scaleOf } from "../browser/numbers.js";
import { send } from "../browser/events.js";
import { newest } from "../browser/panel.js";
import { own, state, subscribe } from "../browser/store.js";
import { copyFrom } from "./answers.js";

const SLIGHT = 0.005; // a smaller effect is written as 0
const FULL = 0.05; // the least effect that can have the full colour

/** @param {import("../browser/panel.js").Panel} panel @param {import("./pictures.js").Pictures} pictures
 * @param {import("./yours/yours.js").Yours} yours @param {(message: string) => void} announce @param {(tweet: string) => void} write */
export function createWhy({ $, call, props }, pictures, yours, announce, write) {
  const why = $(".why");
  const line = statusLine($(".why-note"));
  const { calibration } = props;
  const change = own({ chosen: { emoji: props.start.answers[0].emoji, pinned: false } });

  /** The present question; if it has changed when the result arrives, the result is dropped. */
  function ask() {
    const { tweet, chosen: { emoji }, choice: { among, tone, hidden, popularity }, yours: added } = state;
    return { tweet, emoji, among, tone, added, hidden, popularity };
  }

  const explain = newest(async () => {
    const question = ask();
    const isStill = () => Object.entries(ask()).every(([key, value]) => question[key] === value);
    try {
      const result = await call("explain_answer", question);
      if (isStill()) show(result);
    } catch (error) {
      if (isStill()) line.tell(error.message, true);
    }
  });

  const choose = (emoji, pinned) => change({ chosen: { emoji, pinned } });

  function show({ chosen: card, rank, of, parts }) {
    const { pinned } = state.chosen;
    choose(card.emoji, pinned); // it may have another skin tone now
    const raw = calibration ? ` (score ${inDigits(card.score)})` : ""; // on the scale of the words' effects
    showChosen(card, `${rated(card.score, calibration)}, rank ${count(rank)} of ${count(of)}${raw}`);
    $(".chosen .place").title = scaleOf(calibration);
    $("#why-title").textContent = pinned ? `Why ${rank === 1 ? "" : "not "}this one?` : "Why this one?";
    const strongest = Math.max(FULL, ...parts.map(({ effect }) => Math.abs(effect ?? 0)));
    $(".words").replaceChildren(...parts.map(({ text, effect }) => (
      effect === undefined ? document.createTextNode(text) : word(text, effect, strongest)
    )));
    $(".search label").textContent = "Why not another?";
    why.classList.remove("wordless");
  }

  /** For an emoji alone in the box: there are no words to weigh. */
  function showWordless(card) {
    choose(card.emoji, false);
    showChosen(card, "");
    $("#why-title").textContent = "This emoji";
    $(".words").textContent = "An emoji alone has no words to weigh. Type a tweet to see which of them speak for it.";
    $(".search label").textContent = "Emojis like another?";
    why.classList.add("wordless");
  }

  function showChosen({ emoji, name, picture }, place) {
    const image = $(".chosen img");
    const uri = picture ?? pictures.get(emoji) ?? "";
    if (image.getAttribute("src") !== uri) image.src = uri;
    $(".chosen .name").textContent = name;
    $(".chosen .place").textContent = place;
    for (const char of why.querySelectorAll(".char")) char.textContent = emoji;
    why.dataset.emoji = emoji;
    why.classList.remove("none");
    why.classList.toggle("pinned", state.chosen.pinned);
    why.classList.toggle("own", Boolean(yours.get(emoji))); // it has no character to copy
    line.tell("");
  }

  function word(text, effect, strongest) {
    const item = document.createElement("span");
    const number = document.createElement("small");
    const sign = Math.abs(effect) < SLIGHT ? "" : effect > 0 ? "+" : "−";
    number.textContent = sign ? sign + Math.abs(effect).toFixed(2) : "0";
    item.className = `effect ${{ "+": "up", "−": "down" }[sign] ?? ""}`;
    item.style.setProperty("--strength", sign ? `${Math.round(15 + (85 * Math.abs(effect)) / strongest)}%` : "0%");
    item.append(text, number);
    return item;
  }

  /** Explains the emoji that the visitor chose, even if it is not the best answer. */
  function pin(emoji) {
    choose(emoji, true);
    explain();
  }

  $(".copy-emoji").addEventListener("click", async ({ currentTarget }) => {
    const { emoji } = why.dataset;
    if (await copyFrom(currentTarget, emoji, announce)) send("collect", emoji);
  });
  $(".copy-both").addEventListener("click", ({ currentTarget }) => {
    copyFrom(currentTarget, `${state.tweet.trim()} ${why.dataset.emoji}`, announce);
  });

  // The search “Why not another?”; if the box holds an emoji alone, it asks for emojis like another one.
  const search = searchBox($(".search"), {
    find: async (query) => (await call("find_answers", { query, tone: state.choice.tone })).found,
    pick(emoji) {
      search.clear();
      if (why.classList.contains("wordless")) write(emoji);
      else pin(emoji);
    },
    tell: line.tell,
    advice: "Type an emoji, or a word such as cake.",
  });

  subscribe(["yours"], ({ chosen, yours: all }) => { // the chosen one may have been removed
    if (chosen.emoji.startsWith("yours-") && !all.some(({ emoji }) => emoji === chosen.emoji)) choose(chosen.emoji, false);
  });

  return { choose, explain, hide: () => why.classList.add("none"), pin, show, showWordless };
}
