// What is around the emoji: its score and rank for the tweet, the real emojis nearest to it, how new and plausible it is, and
// the knob that pulls it towards them.

import { judge } from "../browser/latent.js";
import { count, inDigits } from "../browser/numbers.js";
import { copyOf, newest } from "../browser/panel.js";
import { state, subscribe } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel @param {import("./view.js").View} view
 * @param {(emoji: string) => void} load @param {() => void} drawEnds */
export function createNearby({ $, call, props }, view, load, drawEnds) {
  const knob = $("#pull");
  let pulls = []; // for each position of the knob, sliders; the first are those it was turned from
  let looked = state.shown.ticket; // what is around that came with the page

  function tellScore({ shown, question }) {
    let message = "";
    if (question) {
      const { score, rank } = judge(shown.answer, question.vector, question.scores);
      message = `This emoji answers your tweet with ${inDigits(score)}, rank ${count(rank)} of ${count(question.scores.length)}.`;
    }
    $(".score-line").textContent = message;
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
    $(".novelty").textContent = `${novelty} % new, ${plausibility} % plausible`;
    $("#plausible").textContent = `${plausibility} % plausible`;
    if (isTurned) return;
    pulls = [state.shown.sliders, ...pulled];
    knob.value = 0;
  }

  knob.addEventListener("input", () => {
    const sliders = pulls[Number(knob.value)];
    if (sliders) view.go(sliders, "Pulled towards real emojis");
  });

  show(props.around, false);
  subscribe(["shown", "question"], tellScore);
  subscribe(["shown"], ({ shown }) => {
    if (!shown.settled || shown.ticket === looked) return;
    looked = shown.ticket;
    queueMicrotask(look); // an undo settles what it leaves, which nobody looks around any more
  });
}
