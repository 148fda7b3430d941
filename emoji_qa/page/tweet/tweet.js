// The box: it asks the server while the visitor types, and passes the result to the answers and to "why". It owns the tweet
// and its question.

import { on, send } from "../browser/events.js";
import { count, scaleOf } from "../browser/numbers.js";
import { floats } from "../browser/drawing/paint.js";
import { newest } from "../browser/panel.js";
import { keep, kept } from "../browser/session.js";
import { statusLine } from "../browser/status.js";
import { own, state, subscribe } from "../browser/store.js";
import { copyFrom, createAnswers } from "./answers.js";
import { createChoice } from "./choice.js";
import { createCollect } from "./collect.js";
import { createFirstVisit } from "./first_visit.js";
import { createInvention } from "./invent/invent.js";
import { createPictures } from "./pictures.js";
import { createWhy } from "./why.js";
import { createYours } from "./yours/yours.js";

const PAUSE = 30; // milliseconds without a key before asking
const REST = 120; // milliseconds after an answer before its words are weighed
const AGAIN = 3000; // milliseconds until the server is asked again if it gave no answer
const MAX_SHOWN = 100_000; // characters; the box takes no more, since a browser would need seconds to lay them out
const HINT = "Answers follow as you type.";
/** The message on how a tweet in another language is read. */
const readAs = ({ language, words }) => `Read as ${language}, word by word: ${words}`;
const GUESSED = "Most of this is in words or letters that the model does not know: these answers are guesses.";

/** @param {import("../browser/panel.js").Panel} panel */
export function mount(panel) {
  const { $, call, element, props: { start, examples, limits, calibration } } = panel;
  const box = $("textarea");
  const hint = `${HINT} ${scaleOf(calibration)}`.trim();
  const list = $(".answers");
  const line = statusLine($("#tweet-note"));
  const { tell: announce } = statusLine($(".told"));
  const change = own({ tweet: "", question: null });
  const pictures = createPictures(panel, list);
  const yours = createYours(panel, pictures, line, announce);
  const choice = createChoice(panel);
  createCollect(panel, announce);
  createFirstVisit(panel);
  const why = createWhy(panel, pictures, yours, announce, write);
  const answers = createAnswers(panel, pictures, yours);
  let timer = 0;
  let resting = 0;
  let tell = line.later(); // for the answer to the last request; it does not replace a newer message

  const inQuestion = () => ({ tweet: state.tweet, choice: state.choice, yours: state.yours });

  function tooMany(length, advice) {
    return `${count(length)} characters are too many: ${count(limits.characters)} are the most. ${advice}`;
  }

  /** Hides the answers, and says why. wrong: whether the text cannot be answered as it is. */
  function hide(message, wrong) {
    line.tell(message, wrong);
    if (wrong) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    answers.hide();
    yours.show({});
    clearTimeout(resting);
    why.hide();
    announce("");
    change({ question: null });
  }

  /** Asks the server about the text in the box. If the question has changed when the result arrives, the result is dropped. */
  const ask = newest(async () => {
    const asked = inQuestion();
    const { tweet } = asked;
    const isStill = () => Object.entries(inQuestion()).every(([key, value]) => asked[key] === value);
    if (!tweet.trim()) return hide("The box is empty. Type a tweet, or pick one below.", false);
    if (tweet.length > limits.characters) return hide(tooMany(tweet.length, "Your text is kept; shorten it."), true);
    try {
      const result = await call("answer_tweet", { tweet, ...asked.choice, added: asked.yours });
      if (isStill()) show(result, tweet);
    } catch (error) {
      if (!isStill()) return;
      if (!error.out) return hide(error.message, true);
      line.tell(error.message, true); // the answers shown stay until the server answers again
      timer = setTimeout(askNow, AGAIN);
    }
  });

  function show({ answers: best, similar, ranks, question, unknown, read }, tweet) {
    box.removeAttribute("aria-invalid");
    clearTimeout(resting);
    if (similar) {
      answers.showSimilar(similar);
      yours.show({});
      why.showWordless(similar.to);
      tell("An emoji alone: here are those most like it.");
      announce(`Emojis most like ${similar.to.name}`);
      return change({ question: null });
    }
    if (!state.chosen.pinned) why.choose(best[0].emoji, false);
    answers.show(best);
    yours.show(ranks);
    tell(unknown ? GUESSED : read ? readAs(read) : hint);
    announce(`Best answer: ${best[0].name}`);
    resting = setTimeout(why.explain, REST);
    return hear(tweet, question);
  }

  function hear(tweet, { vector, scores, yours: own }) {
    change({ question: { tweet, vector: floats(vector), scores: floats(scores), yours: own } });
  }

  function askNow() {
    askSoon(0);
  }

  /** Asks after so many milliseconds, unless another call replaces this one. */
  function askSoon(milliseconds) {
    tell = line.later();
    clearTimeout(timer);
    if (milliseconds) timer = setTimeout(ask, milliseconds);
    else ask();
  }

  function write(text) {
    box.value = text;
    heed();
    askNow();
  }

  /** Makes the text in the box the tweet. */
  function heed() {
    box.classList.toggle("huge", box.value.length > MAX_SHOWN);
    change({ tweet: box.value });
  }

  box.addEventListener("beforeinput", (event) => {
    const length = box.value.length + (event.data?.length ?? 0);
    if (length <= MAX_SHOWN || !event.data) return;
    event.preventDefault();
    line.tell(tooMany(length, "The box is as it was."), true);
  });
  box.addEventListener("input", () => {
    heed();
    askSoon(PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    askNow();
  });
  box.addEventListener("focus", () => {
    if (box.value === start.tweet) box.select(); // so that typing replaces the example
  }, { once: true });

  for (const example of examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = example;
    button.addEventListener("click", () => {
      if (state.chosen.pinned) why.choose(list.children[0]?.dataset.emoji ?? state.chosen.emoji, false);
      write(example);
      send("follow", null);
    });
    $(".examples").append(button);
  }

  $(".results").addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    const { emoji } = item.dataset;
    const copying = event.target.closest(".copy");
    if (copying && yours.get(emoji)) return yours.remove(emoji);
    if (copying) return copyFrom(copying, emoji, announce).then((isCopied) => { if (isCopied) send("collect", emoji); });
    if (!event.target.closest(".load")) return;
    yours.load(emoji);
    if (item.classList.contains("answer")) return why.pin(emoji);
    why.showWordless({ emoji, name: item.querySelector(".name").textContent, picture: pictures.get(emoji) });
  });
  $(".yours-list").addEventListener("click", (event) => {
    const { emoji } = event.target.closest("li")?.dataset ?? {};
    if (!emoji) return;
    if (event.target.closest(".remove")) return yours.remove(emoji);
    yours.load(emoji);
    if (!element.classList.contains("alike")) why.pin(emoji);
  });
  $(".unpin").addEventListener("click", () => {
    why.choose(list.children[0].dataset.emoji, false);
    why.explain();
    send("follow", null);
    list.querySelector(".load").focus();
  });

  const before = kept("tweet");
  const typed = box.value || (typeof before === "string" && before !== start.tweet ? before : ""); // before this script ran, or before a reload
  box.value ||= typed || start.tweet;
  change({ tweet: start.tweet });
  line.tell(hint);
  answers.show(start.answers);
  why.show(start.why);
  hear(start.tweet, start.question);
  createInvention(panel);
  if (typed) write(typed);
  let isFirst = choice.isAsGiven; // if not, the answers that came with the page do not fit
  subscribe(["choice", "yours"], () => {
    if (!isFirst) askNow();
    isFirst = false;
  });
  subscribe(["tweet"], ({ tweet }) => { if (tweet.length <= MAX_SHOWN) keep("tweet", tweet); });
  on("write", write);
  on("see", () => {
    box.focus({ preventScroll: true });
    $("#tweet-title").scrollIntoView({ block: "start" });
  });
}
