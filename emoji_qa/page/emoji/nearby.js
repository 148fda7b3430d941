// About the emoji that is shown: its score and rank for the tweet, the nearest real emojis, how new and plausible it is, and
// the knob that pulls it towards the nearest ones.

import { count, rankOf, rated, scaleOf, scoreOf } from "../browser/numbers.js";
import { copyOf, newest } from "../browser/panel.js";
import { state, subscribe } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel @param {import("./picture.js").View} view
 * @param {(emoji: string) => void} load @param {() => void} drawEnds */
export function createNearby({ $, call, props }, view, load, drawEnds) {
  const { calibration } = props;
  const knob = $("#pull");
  let pulls = []; // for each position of the knob, slider coordinates; the first are those before it was turned
  let origin = state.shown; // what was shown before it was turned
  let looked = state.shown.ticket; // the ticket of the emoji whose surroundings are shown; those of the first came with the page
  let asked = looked;
  let rivals = { question: null, choice: null, row: -1, scores: /** @type {number[]} */ ([]) };

  /** Shows its score and rank, the same as in the answers: for a real emoji, name and popularity count, too. */
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

  /** The scores among which it is ranked: those of the answers, including its own if it is a real emoji. */
  function rivalsOf(row, { scores, yours }, { among, hidden }) {
    const learned = among === "learned" && (row < 0 || props.learned.includes(row)) ? props.learned : null;
    const rows = learned ?? [...scores.keys()];
    const shown = hidden ? rows : rows.filter((one) => one === row || !props.hidden.includes(one));
    return [...shown.map((one) => scores[one]), ...yours];
  }

  /** Asks the server what is near the present emoji, and draws the pictures at the ends of the sliders. */
  const look = newest(async () => {
    const { sliders, ticket } = state.shown;
    if (view.isPast(ticket)) return;
    const isTurned = pulls[knob.value]?.every((value, i) => value === sliders[i]);
    const result = await call("look_around", sliders).catch(() => null); // the next time the view comes to rest asks again
    if (ticket !== state.shown.ticket) return;
    if (result) show(result, isTurned);
    drawEnds();
  });

  /** isTurned: whether the knob led here; if so, it stays where it is. */
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
    const isReal = Boolean(state.shown.emoji);
    $(".novelty").textContent = isReal ? "a real emoji" : `${novelty} % new, ${plausibility} % plausible`;
    $("#plausible").textContent = isReal ? "it is one" : `${plausibility} % plausible`;
    if (isTurned) return;
    origin = state.shown;
    pulls = [origin.sliders, ...pulled];
    knob.value = 0;
  }

  knob.addEventListener("input", () => {
    const { shown } = state;
    if (shown.ticket !== looked && !pulls.includes(shown.sliders)) { // its surroundings are not known yet
      knob.value = 0;
      return;
    }
    const sliders = pulls[Number(knob.value)];
    if (sliders === origin.sliders) view.back(origin);
    else if (sliders) view.go(sliders, "Pulled towards real emojis");
  });

  $(".score-line").title = scaleOf(calibration) || "On the scale of the answers.";
  show(props.around, false);
  subscribe(["shown", "question", "choice"], tellScore);
  subscribe(["shown"], ({ shown }) => {
    knob.disabled = Boolean(shown.emoji); // the others would only pull it away from itself
    for (const place of [".around", "#plausible"]) $(place).classList.toggle("old", shown.ticket !== looked); // of another emoji
    if (!shown.settled || shown.ticket === asked) return;
    asked = shown.ticket;
    queueMicrotask(look); // later, because an undo first settles the emoji that it leaves, for which no request is needed
  });
}
