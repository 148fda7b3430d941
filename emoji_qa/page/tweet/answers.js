// The answers: cards that are updated in place, so that nothing flickers.

import { copyText } from "../browser/files.js";
import { send } from "../browser/events.js";
import { goodness, inDigits, rated, scaleOf } from "../browser/numbers.js";
import { own, subscribe } from "../browser/store.js";
import { createLongList } from "./long_list.js";

const LIT = 5; // how many of the best answers are in the store

/** Gives the list as many items as there are cards, and fills each. */
export function fillList(list, template, cards, fill) {
  const one = template.content.firstElementChild;
  const items = [...list.children];
  if (items.length > cards.length) list.replaceChildren(...items.slice(0, cards.length));
  const more = cards.slice(items.length).map(() => one.cloneNode(true));
  list.append(...more);
  [...items.slice(0, cards.length), ...more].forEach((item, i) => fill(item, cards[i]));
}

/** Copies a text, and says so on the button and to screen readers. Returns whether it was copied. */
export async function copyFrom(button, text, announce) {
  const word = button.querySelector(".word");
  const isCopied = await copyText(text, button.parentElement).then(() => true, () => false);
  word.textContent = isCopied ? "Copied" : "Not allowed";
  announce(`${word.textContent}: ${text}`);
  setTimeout(() => { if (word.textContent !== "Remove") word.textContent = "Copy"; }, 1500);
  return isCopied;
}

/** @param {import("../browser/panel.js").Panel} panel @param {import("./pictures.js").Pictures} pictures
 * @param {import("./yours/yours.js").Yours} yours */
export function createAnswers({ $, element, props }, pictures, yours) {
  const { limits, calibration } = props;
  const list = $(".answers");
  const similar = $(".similar");
  const change = own({ answers: /** @type {import("../browser/store.js").Card[]} */ ([]) });
  const long = createLongList(list, fillRows);
  let marked = ""; // the emoji that "why" is about

  function show(answers) {
    pictures.watch([]);
    const isLong = answers.length > limits.few;
    list.classList.toggle("long", isLong); // not earlier: rows out of view are laid out only in a short list
    long.show(answers, isLong);
    list.classList.remove("none");
    similar.classList.add("none");
    showAlike(false);
    change({ answers: answers.slice(0, LIT).map(({ emoji, name }) => ({ emoji, name, picture: pictures.get(emoji) ?? "" })) });
  }

  function fillRows(answers) {
    fillList(list, $(".answer-template"), answers, fillAnswer);
    pictures.watch([...list.children].slice(limits.many)); // fetches the pictures of those that come into view
  }

  function fillAnswer(item, answer) {
    if (item.dataset.emoji !== answer.emoji) item.querySelector(".copy .word").textContent = "Copy"; // another was copied
    fillNear(item, answer);
    item.querySelector(".char").textContent = answer.emoji;
    item.querySelector(".bar span").style.transform = `scaleX(${goodness(answer.score, calibration)})`;
    item.querySelector(".score").textContent = rated(answer.score, calibration);
    item.querySelector(".score").title = scaleOf(calibration);
    item.querySelector(".copy").setAttribute("aria-label", `Copy ${answer.name}`);
    item.querySelector(".add").setAttribute("aria-label", `Add ${answer.name} to the mix`);
    yours.mark(item, answer);
  }

  function fillNear(item, { emoji, name, score, picture }) {
    if (picture) pictures.set(emoji, picture);
    item.dataset.emoji = emoji;
    pictures.draw(item);
    item.querySelector(".name").textContent = name;
    item.querySelector(".score").textContent = inDigits(score);
    mark(item);
  }

  /** Shows whether an item is the one that "why" is about. */
  function mark(item) {
    const pressed = String(item.dataset.emoji === marked);
    const button = item.querySelector(".load");
    if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
  }

  function showSimilar({ meaning, looks }) {
    fillList($(".meaning"), $(".near-template"), meaning, fillNear);
    fillList($(".looks"), $(".near-template"), looks, fillNear);
    similar.classList.remove("none");
    list.classList.add("none");
    showAlike(true);
    change({ answers: [] });
  }

  /** Switches between answers and emojis like one, whose number and group cannot be chosen. */
  function showAlike(is) {
    $("#answers-title").textContent = is ? "Emojis like it" : "Answers";
    element.classList.toggle("alike", is);
  }

  function hide() {
    showAlike(false);
    change({ answers: [] });
    for (const results of [list, similar]) results.classList.add("none");
  }

  list.addEventListener("click", ({ target }) => {
    if (!target.closest(".add")) return;
    const { emoji } = target.closest("li").dataset;
    const own = yours.get(emoji);
    send("ingredient", own ? { sliders: own.sliders, name: yours.nameOf(own) } : { emoji });
  });
  subscribe(["chosen"], ({ chosen }) => {
    marked = chosen.emoji;
    for (const item of element.querySelectorAll(".answer, .near")) mark(item);
  });

  return { show, showSimilar, hide };
}
