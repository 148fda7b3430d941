// Answer number 0: six emojis put together for the tweet, on demand, and six others at each further click. When the tweet
// changes, they are removed, and a request that is still running is dropped.

import { savePicture, copyPicture, uriOf } from "../../browser/composition.js";
import { send } from "../../browser/events.js";
import { rated, scaleOf } from "../../browser/numbers.js";
import { FULL, keptAs } from "../../browser/kept_as.js";
import { copyOf, switchOff } from "../../browser/panel.js";
import { keep, kept } from "../../browser/session.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe, until } from "../../browser/store.js";

const PIXELS = 512; // of a PNG that is saved or copied
const OFFER = "None fits? Have new ones put together from parts of others.";
const ASKING = "Putting together …";

/** @param {import("../../browser/panel.js").Panel} panel */
export function createInvention({ $, call, props: { inventions, calibration } }) {
  const area = $(".invention");
  const list = $(".inventions");
  const again = $(".invent");
  const line = statusLine($(".invention-note"));
  let asked = 0; // the number of the latest request; only its answer is used
  let pages = null; // {tweet, page, last} of the emojis that are shown
  let found = []; // the emojis that are shown
  let chosen = null;
  let before = kept("inventions"); // what was shown before the page was reloaded: {tweet, page, recipe}

  function clear(problem = "") {
    if (pages) keep("inventions", null);
    if (chosen && (isShown(chosen) || state.busy)) send("follow", null); // it is, or will be, an answer to the tweet before
    asked += 1;
    pages = chosen = null;
    found = [];
    area.classList.remove("there", "waiting", "opened");
    list.replaceChildren(...Array.from({ length: inventions }, () => document.createElement("li")));
    again.textContent = "Invent some";
    switchOff(again, !state.question);
    line.tell(problem || OFFER, Boolean(problem));
  }

  async function invent() {
    asked += 1;
    const ticket = asked;
    switchOff(again, true);
    area.classList.add("waiting", "opened");
    line.tell(ASKING);
    await until(["tweet", "question"], ({ tweet, question }) => question?.tweet === tweet || ticket !== asked); // the present one
    if (ticket !== asked) return;
    const { tweet } = state;
    const back = before?.tweet === tweet && Number.isInteger(before.page) ? before : null;
    before = null;
    const page = back?.page ?? (pages?.tweet === tweet && !pages.last ? pages.page + 1 : 0);
    try {
      const result = await call("invent_answers", { tweet, page });
      if (ticket === asked) show(tweet, page, result, back?.recipe);
    } catch (error) {
      if (ticket !== asked) return;
      if (!pages) return clear(error.message);
      line.tell(error.message, true);
    }
    if (ticket !== asked) return;
    area.classList.remove("waiting");
    switchOff(again, areAll());
  }

  /** recipe: that of the emoji that was chosen before the page was reloaded; without one, the first emoji is chosen. */
  function show(tweet, page, { found: six, best, beats, last }, recipe) {
    pages = { tweet, page, last };
    found = six;
    list.replaceChildren(...found.map(item));
    again.textContent = last && page ? "The first six" : "Another six";
    const real = `the best real emoji, ${best.name}, ${rated(best.score, calibration)}`;
    line.tell(beats ? `The best of these scores ${rated(found[0].score, calibration)}; ${real}.` : `None of these beats ${real}.`);
    const index = found.findIndex((one) => one.recipe === recipe);
    if (index >= 0) mark(found.find(isShown) ?? (state.busy ? found[index] : null));
    else if (found.length) choose(found[0]);
  }

  function item(one) {
    const copy = copyOf($(".invention-template"));
    const button = copy.firstElementChild;
    button.querySelector("img").src = uriOf(one.svg);
    button.querySelector(".name").textContent = button.title = one.made_of;
    button.querySelector(".score").textContent = rated(one.score, calibration);
    button.querySelector(".score").title = scaleOf(calibration);
    button.setAttribute("aria-label", `${one.made_of}, score ${rated(one.score, calibration)}`);
    button.addEventListener("click", () => choose(one));
    return copy;
  }

  function choose(one) {
    mark(one);
    send("recipe", one.recipe);
  }

  /** one: the emoji that is shown, or is about to be; null for none of them, and then there is nothing to copy or save. */
  function mark(one) {
    chosen = one;
    area.classList.toggle("there", Boolean(one));
    for (const [i, { firstElementChild }] of [...list.children].entries()) firstElementChild?.setAttribute("aria-pressed", String(found[i] === one));
    if (one) keep("inventions", { tweet: pages.tweet, page: pages.page, recipe: one.recipe });
  }

  const areAll = () => Boolean(pages?.last && !pages.page); // there are no others
  const isShown = ({ recipe }) => state.shown?.composition?.recipe === recipe;

  /** A click handler that runs `work` with the chosen emoji, and shows the message it returns, or its error. */
  function does(work) {
    return async () => {
      const tell = line.later();
      try {
        tell(await work(chosen));
      } catch (error) {
        tell(error.message, true);
      }
    };
  }

  const actions = {
    copy: async ({ svg }) => copyPicture(svg, PIXELS).then(() => "The picture is copied."),
    star: async ({ sliders, made_of: name, recipe }) => {
      const { shown } = state; // if it is shown, its refined code is known
      const one = { sliders: shown?.composition?.recipe === recipe ? shown.sliders : sliders, name, recipe };
      send("star", one);
      if (!keptAs(one)) throw new Error(FULL);
      return `${name} is among your favourites.`;
    },
    png: ({ svg, made_of: name }) => savePicture(svg, name, "png", PIXELS),
    svg: ({ svg, made_of: name }) => savePicture(svg, name, "svg"),
  };
  for (const [name, work] of Object.entries(actions)) $(`.invention-actions .${name}`).addEventListener("click", does(work));
  again.addEventListener("click", invent);
  clear();
  if (!inventions) { // this model has no parts
    area.hidden = true;
    line.tell("This model cannot put emojis together: it comes without a table of their parts.");
    return;
  }
  subscribe(["question"], ({ question }) => {
    const isWaiting = area.classList.contains("waiting");
    if ((pages && pages.tweet !== question?.tweet) || (isWaiting && !question)) clear();
    else if (!isWaiting) switchOff(again, !question || areAll());
    if (question && before?.tweet === question.tweet) invent();
  });
  subscribe(["busy", "shown"], ({ busy }) => { if (pages && !busy) mark(found.find(isShown) ?? null); });
  let typed = state.tweet;
  subscribe(["tweet"], ({ tweet }) => { // a running request is for another tweet
    if (tweet === typed) return;
    typed = tweet;
    if (area.classList.contains("waiting")) clear();
  });
}
