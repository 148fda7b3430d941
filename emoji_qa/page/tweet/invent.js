// Answer number 0: an emoji invented for the tweet, on demand. Another tweet makes it out of date, and it goes.

import { send } from "../browser/events.js";
import { inDigits } from "../browser/numbers.js";
import { drawPicture, put, unpack } from "../browser/paint.js";
import { statusLine } from "../browser/status.js";
import { state, subscribe } from "../browser/store.js";
import { fillBar } from "./answers.js";

const INVENTED = 88; // pixels of its picture
const OFFER = "None fits? A climb through the space of all emojis finds a new one whose picture answers best.";

/** @param {import("../browser/panel.js").Panel} panel */
export function createInvention({ $, call }) {
  const invention = $(".invention");
  const inventing = $(".invent");
  const line = statusLine($(".invention-note"));
  let invented = null; // {tweet, sliders}

  function clear(problem = "") {
    invented = null;
    invention.classList.remove("there");
    line.tell(problem || OFFER, Boolean(problem));
  }

  async function invent() {
    const { tweet } = state;
    inventing.disabled = true;
    line.tell("Climbing to the best answer …");
    try {
      const result = await call("invent_answer", tweet);
      if (tweet === state.tweet) show(tweet, result);
    } catch (error) {
      if (tweet === state.tweet) clear(error.message);
    }
    inventing.disabled = false;
  }

  function show(tweet, { sliders, score, novelty, nearest, best, ...sent }) {
    invented = { tweet, sliders };
    put($(".invention canvas"), drawPicture(unpack(sent), INVENTED), INVENTED);
    $(".invention .score").textContent = inDigits(score);
    fillBar(invention, score);
    const real = `the best real emoji, ${best.name}, gets ${inDigits(best.score)}`;
    line.tell(`By looks alone, without name or popularity: ${real}. ${novelty} % new; nearest: ${nearest.join(", ")}.`);
    invention.classList.add("there");
    go();
  }

  function go() {
    send("go", { sliders: invented.sliders, caption: "Invented for your tweet" });
  }

  inventing.addEventListener("click", invent);
  $(".invention .load").addEventListener("click", () => invented && go());
  clear();
  subscribe(["question"], ({ question }) => {
    inventing.disabled = !question;
    if (invented && invented.tweet !== question?.tweet) clear();
  });
}
