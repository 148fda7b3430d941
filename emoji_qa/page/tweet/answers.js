// The answers: cards that are kept up to date in place, so that nothing flickers; how many, of which group, in what tone.

const { start, examples, limits, ranked, groups, tones } = props;
const list = $(".answers");
const similar = $(".similar");
const told = $(".told");
const TONE = "emoji-qa:tone"; // where the browser remembers it
const choice = {
  k: limits.few, among: ranked.learned ? "learned" : "all", group: "", tone: remembered(), added: [],
  hidden: recall(SHOW_ALL) === "yes", // whether hidden emojis are answers, too
};
const pictures = new Map(); // of emojis, as data URIs

const count = (number) => number.toLocaleString("en");

function fillBar(item, score) {
  item.querySelector(".bar span").style.transform = `scaleX(${Math.min(Math.max(score, 0), 1)})`;
}

/** How many emojis are ranked as things stand. */
function rankable() {
  const group = groups.find(({ value }) => value === choice.group);
  const { hidden, ranked: all } = group ?? { hidden: choice.among === "all" ? ranked.hidden : 0, ranked: ranked[choice.among] };
  return all - (choice.hidden ? 0 : hidden) + (group ? 0 : choice.added.length);
}

/** Makes a change that may alter how many emojis are ranked. Whoever sees all of them goes on seeing all. */
function keepAll(change) {
  const all = choice.k > limits.many && choice.k === rankable();
  change();
  if (all) choice.k = rankable();
}

function remembered() {
  const tone = Number(recall(TONE));
  return tones[tone] ? tone : 0;
}

/** As many items as there are cards, each filled. */
function fillList(list, template, cards, fill) {
  const one = $(template).content.firstElementChild;
  const items = [...list.children];
  if (items.length > cards.length) list.replaceChildren(...items.slice(0, cards.length));
  const more = cards.slice(items.length).map(() => one.cloneNode(true));
  list.append(...more);
  [...items.slice(0, cards.length), ...more].forEach((item, i) => fill(item, cards[i]));
}

function showAnswers(answers) {
  inSight.disconnect();
  const isLong = answers.length > limits.few;
  list.classList.toggle("long", isLong); // with the answers, not before: rows out of sight are laid out for a short list
  list.tabIndex = isLong ? 0 : -1; // a box that scrolls is reached by keyboard
  fillList(list, ".answer-template", answers, fillAnswer);
  list.classList.remove("none");
  similar.classList.add("none");
  showAlike(false);
  for (const item of [...list.children].slice(limits.many)) inSight.observe(item); // what is in sight gets its picture
}

function fillAnswer(item, answer) {
  fillNear(item, answer);
  item.querySelector(".char").textContent = answer.emoji;
  fillBar(item, answer.score);
  item.querySelector(".copy").setAttribute("aria-label", `Copy ${answer.name}`);
  item.querySelector(".add").setAttribute("aria-label", `Add ${answer.name} to the mix`);
  markYours(item, answer);
}

function fillNear(item, { emoji, name, score, picture }) {
  if (picture) pictures.set(emoji, picture);
  item.dataset.emoji = emoji;
  draw(item);
  item.querySelector(".name").textContent = name;
  item.querySelector(".score").textContent = inDigits(score);
  mark(item);
}

function draw(item) {
  const image = item.querySelector("img");
  const picture = pictures.get(item.dataset.emoji) ?? "";
  if (image.getAttribute("src") !== picture) image.src = picture;
}

/** Shows which item is the one that "why" is about. */
function mark(item) {
  const pressed = String(item.dataset.emoji === chosen.emoji);
  const button = item.querySelector(".load");
  if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
}

function showSimilar({ meaning, looks }) {
  fillList($(".meaning"), ".near-template", meaning, fillNear);
  fillList($(".looks"), ".near-template", looks, fillNear);
  similar.classList.remove("none");
  list.classList.add("none");
  showAlike(true);
}

list.addEventListener("click", ({ target }) => {
  if (!target.closest(".add")) return;
  const { emoji } = target.closest("li").dataset;
  const own = yours.get(emoji);
  const detail = own ? { sliders: own.sliders, name: nameOf(emoji) } : { emoji };
  send("ingredient", detail);
});

/** Emojis like one: always as many, and of all groups. */
function showAlike(is) {
  $("#answers-title").textContent = is ? "Emojis like it" : "Answers";
  element.classList.toggle("alike", is);
}

function hideAnswers() {
  showAlike(false);
  for (const results of [list, similar]) results.classList.add("none");
}

// Beyond the first 25, pictures are fetched for what comes into sight.
const missing = new Set();
const inSight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting && !pictures.has(target.dataset.emoji)) missing.add(target.dataset.emoji);
  }
  if (missing.size) fetchPictures();
}, { root: list, rootMargin: "300px" });

const fetchPictures = newest(async () => {
  while (missing.size) {
    const emojis = [...missing].slice(0, limits.pictures);
    for (const emoji of emojis) missing.delete(emoji);
    try {
      const result = await call("show_emojis", emojis);
      emojis.forEach((emoji, i) => pictures.set(emoji, result.pictures[i]));
    } catch {
      return; // their names and scores are there; the pictures come with the next scroll
    }
    for (const item of list.children) draw(item);
  }
});

/** Puts text on the clipboard, on plain http too. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("Not allowed");
}

/** Copies, and says so on the button and to screen readers. */
async function copyFrom(button, text) {
  const word = button.querySelector(".word");
  word.textContent = await copy(text).then(() => "Copied", () => "Not allowed");
  told.textContent = `${word.textContent}: ${text}`;
  setTimeout(() => { if (word.textContent !== "Remove") word.textContent = "Copy"; }, 1500);
}

/** The buttons that say how many answers there are. */
function showControls() {
  const all = rankable();
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
  list.style.setProperty("--rows", Math.min(limits.few, all));
  $(".group").hidden = choice.among === "learned";
  for (const button of $(".among").children) button.setAttribute("aria-pressed", String(button.value === choice.among));
}

/** Fills what does not change, and calls `change` whenever the visitor chooses something else. */
function wireControls(change) {
  const choose = (changes) => {
    Object.assign(choice, changes);
    showControls();
    change();
  };
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
  $(".group").addEventListener("change", (event) => choose({ group: event.target.value, k: Math.min(choice.k, limits.many) }));
  $(".tones").append(...tones.map(swatch));
  $(".tones").addEventListener("change", (event) => {
    retain(TONE, event.target.value);
    choose({ tone: Number(event.target.value) });
  });
  $(".reveal").hidden = !ranked.hidden;
  $(".reveal input").checked = choice.hidden;
  $(".reveal input").addEventListener("change", ({ target }) => {
    retain(SHOW_ALL, target.checked ? "yes" : "no");
    keepAll(() => { choice.hidden = target.checked; });
    choose({});
  });
  showControls();
}

function swatch(name, tone) {
  const label = $(".tone-template").content.firstElementChild.cloneNode(true);
  const input = label.querySelector("input");
  label.title = `Skin tone: ${name}`;
  label.className = `tone tone-${tone}`;
  input.value = tone;
  input.checked = tone === choice.tone;
  input.setAttribute("aria-label", name);
  return label;
}
