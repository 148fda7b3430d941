// The visitor's choices for the ranking: how many answers, among which emojis or group, the weight of popularity, the skin
// tone, and whether emojis that often offend are included.

import { recall, retain, SHOW_ALL, TONE } from "../browser/memory.js";
import { count } from "../browser/numbers.js";
import { copyOf } from "../browser/panel.js";
import { keep, kept } from "../browser/session.js";
import { own, state, subscribe } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel */
export function createChoice({ $, props }) {
  const { limits, ranked, groups, tones, popularity } = props;
  const given = {
    k: limits.few, among: ranked.learned ? "learned" : "all", group: "", tone: remembered(), hidden: recall(SHOW_ALL) === "yes",
    popularity: popularity.usual,
  };
  const change = own({ choice: /** @type {import("../browser/store.js").Choice} */ ({ ...given, ...before() }) });
  let all = rankable();

  /** How many emojis are ranked with the present choices. */
  function rankable() {
    const { choice, yours } = state;
    const group = groups.find(({ value }) => value === choice.group);
    const { hidden, ranked: most } = group ?? { hidden: choice.among === "all" ? ranked.hidden : 0, ranked: ranked[choice.among] };
    return most - (choice.hidden ? 0 : hidden) + (group ? 0 : yours.length);
  }

  function remembered() {
    const tone = Number(recall(TONE));
    return tones[tone] ? tone : 0;
  }

  /** The choices before the page was reloaded, without tone and hidden emojis, which are remembered from visit to visit. */
  function before() {
    const { k, among, group, popularity: weight } = kept("choice") ?? {};
    const isFit = Number.isInteger(k) && k > 0 && (among === "all" || (among === "learned" && ranked.learned))
      && (group === "" || groups.some(({ value }) => value === group)) && popularity.steps.some(({ value }) => value === weight);
    return isFit ? { k, among, group, popularity: weight } : {};
  }

  const choose = (changes) => change({ choice: { ...state.choice, ...changes } });

  /** Updates the buttons that choose how many answers there are, and among which emojis. */
  function showControls() {
    const { choice } = state;
    const steps = [limits.few, limits.many, all].filter((k, i, ks) => k <= all && ks.indexOf(k) === i);
    $(".many").replaceChildren(...steps.map((k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.value = k;
      button.textContent = k === all ? `All ${count(all)}` : k;
      button.setAttribute("aria-label", k === all ? `Show all ${count(all)}` : `Show ${k}`);
      button.setAttribute("aria-pressed", String(k === Math.min(choice.k, all)));
      return button;
    }));
    $(".many").hidden = steps.length < 2;
    $(".answers").style.setProperty("--rows", Math.min(limits.few, all));
    $(".group").hidden = choice.among === "learned";
    for (const button of $(".among").children) button.setAttribute("aria-pressed", String(button.value === choice.among));
  }

  function swatch(name, tone) {
    const label = copyOf($(".tone-template"));
    const input = label.querySelector("input");
    label.title = `Skin tone: ${name}`;
    label.className = `tone tone-${tone}`;
    input.value = tone;
    input.checked = tone === state.choice.tone;
    input.setAttribute("aria-label", name);
    return label;
  }

  $(".many").addEventListener("click", (event) => {
    if (event.target.value) choose({ k: Number(event.target.value) });
    $(".many [aria-pressed=true]").focus();
  });
  for (const button of $(".among").children) {
    button.textContent = button.value === "all" ? `All ${count(ranked.all - ranked.hidden)}` : `The ${ranked.learned} it learned`;
    button.addEventListener("click", () => choose({ among: button.value, group: "", k: limits.few }));
  }
  $(".among").hidden = !ranked.learned;
  $(".group").append(...[{ value: "", name: "All groups" }, ...groups].map(({ name, value }) => new Option(name, value)));
  $(".group").addEventListener("change", ({ target }) => choose({ group: target.value, k: Math.min(state.choice.k, limits.many) }));
  $(".group").value = state.choice.group;
  $(".popularity").append(...popularity.steps.map(({ name, value }) => new Option(name, value)));
  $(".popularity").value = String(state.choice.popularity);
  $(".popularity").hidden = popularity.steps.length < 2;
  $(".popularity").addEventListener("change", ({ target }) => choose({ popularity: Number(target.value) }));
  $(".tones").append(...tones.map(swatch));
  $(".tones").addEventListener("change", ({ target }) => {
    retain(TONE, target.value);
    choose({ tone: Number(target.value) });
  });
  $(".reveal").hidden = !ranked.hidden;
  $(".reveal input").checked = state.choice.hidden;
  $(".reveal input").addEventListener("change", ({ target }) => {
    retain(SHOW_ALL, target.checked ? "yes" : "no");
    choose({ hidden: target.checked });
  });

  const isAsGiven = !state.choice.tone && !state.choice.hidden && Object.entries(before()).every(([key, value]) => given[key] === value);
  subscribe(["choice", "yours"], ({ choice }) => {
    const last = all;
    all = rankable();
    keep("choice", choice);
    // If all were shown, all are shown again when there are more or fewer.
    if (choice.k > limits.many && choice.k === last && all !== last) choose({ k: all });
    else showControls();
  });

  /** isAsGiven: whether the answers that came with the page fit the choices. */
  return { isAsGiven };
}
