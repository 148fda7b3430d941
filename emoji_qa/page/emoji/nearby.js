// What is around the emoji: its score and rank for the tweet, the real emojis nearest to it, how new and plausible it is, and
// the knob that pulls it towards them.

import { rankOf, scoreOf } from "../browser/drawing/latent.js";
import { count, rated, scaleOf } from "../browser/numbers.js";
import { copyOf, newest } from "../browser/panel.js";
import { state, subscribe } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel @param {import("./picture.js").View} view
 * @param {(emoji: string) => void} load @param {() => void} drawEnds */
export function createNearby({ $, call, props }, view, load, drawEnds) {
  const { calibration } = props;
  const knob = $("#pull");
  let pulls = []; // for each position of the knob, sliders; the first are those it was turned from
  let origin = state.shown; // what was shown there
  let looked = state.shown.ticket; // whose surroundings are shown; the first came with the page
  let asked = looked;
  let rivals = { question: null, choice: null, row: -1, scores: /** @type {number[]} */ ([]) };

  /** Its score and rank, those that it has among the answers: by its name and popularity too, where it is a real emoji. */
  function tellScore({ shown, question, choice, yours }) {
    let message = "";
    if (question) {
      const mine = yours.findIndex(({ sliders }) => sliders.every((value, i) => value === shown.sliders[i]));
      const brought = mine < 0 ? undefined : question.yours[mine];
      const isKnown = shown.row >= 0 || brought !== undefined;
      const score = shown.row >= 0 ? question.scores[shown.row] : brought ?? scoreOf(shown.answer, question.vector);
      if (rivals.question !== question || rivals.choice !== choice || rivals.row !== shown.row) {
        rivals = { question, choice, row: shown.row, scores: rivalsOf(shown.row, question, choice) };
      }
      const others = rivals.scores;
      const place = `rank ${count(rankOf(score, others, isKnown ? 0 : undefined))} of ${count(others.length)}.`;
      const by = isKnown ? "This emoji" : shown.composition ? "By its parts and looks, this one" : "By its looks alone, this one";
      message = `${by} answers your tweet with ${rated(score, calibration)}, ${place}`;
    }
    $(".score-line").textContent = message;
  }

  /** The scores that it is ranked among: those of the answers, and its own where it is a real emoji. */
  function rivalsOf(row, { scores, yours }, { among, hidden }) {
    const learned = among === "learned" && (row < 0 || props.learned.includes(row)) ? props.learned : null;
    const rows = learned ?? [...scores.keys()];
    const shown = hidden ? rows : rows.filter((one) => one === row || !props.hidden.includes(one));
    return [...shown.map((one) => scores[one]), ...yours];
  }

  /** Asks what is near the present emoji, and draws the ends of the sliders. */
  const look = newest(async () => {
    const { sliders, ticket } = state.shown;
    if (view.isPast(ticket)) return;
    const isTurned = pulls[knob.value]?.every((value, i) => value === sliders[i]);
    const result = await call("look_around", sliders).catch(() => null); // it is asked again at the next rest
    if (ticket !== state.shown.ticket) return;
    if (result) show(result, isTurned);
    drawEnds();
  });

  /** isTurned: the knob has brought us here, and stays where it is. */
  function show({ nearest, novelty, plausibility, pulled }, isTurned) {
    $(".nearest").replaceChildren(...nearest.map(({ emoji, name, picture }) => {
      const item = copyOf($(".near-template"));
      const button = item.firstElementChild;
      button.firstElementChild.src = picture;
      button.title = name;
      button.setAttribute("aria-label", `Load ${name}`);
      button.addEventListener("click", () => load(emoji));
      return item;
    }));
    looked = state.shown.ticket;
    for (const place of [".around", "#plausible"]) $(place).classList.remove("old");
    $(".novelty").textContent = state.shown.emoji ? "a real emoji" : `${novelty} % new, ${plausibility} % plausible`;
    $("#plausible").textContent = `${plausibility} % plausible`;
    if (isTurned) return;
    origin = state.shown;
    pulls = [origin.sliders, ...pulled];
    knob.value = 0;
  }

  knob.addEventListener("input", () => {
    const sliders = pulls[Number(knob.value)];
    if (sliders === origin.sliders) view.back(origin);
    else if (sliders) view.go(sliders, "Pulled towards real emojis");
  });

  $(".score-line").title = scaleOf(calibration) || "On the scale of the answers.";
  show(props.around, false);
  subscribe(["shown", "question", "choice"], tellScore);
  subscribe(["shown"], ({ shown }) => {
    for (const place of [".around", "#plausible"]) $(place).classList.toggle("old", shown.ticket !== looked); // it is of another emoji
    if (!shown.settled || shown.ticket === asked) return;
    asked = shown.ticket;
    queueMicrotask(look); // an undo settles what it leaves, which nobody looks around any more
  });
}
