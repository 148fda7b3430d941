// The tweet half: asks while you type, and keeps the answers' cards up to date in place, so that nothing flickers.

const PAUSE = 60; // milliseconds without a key before asking
const HUGE = 100_000; // characters; a browser needs seconds to lay out more, so they are not put in the box
const HINT = "Answers follow as you type.";
const { start, examples, limits, ranked } = props;
const box = $("textarea");
const note = $(".note");
const list = $(".answers");
const more = $(".more");
const told = $(".told");
const choices = [...element.querySelectorAll(".among button")];
let k = limits.few;
let among = ranked.learned ? "learned" : "all";
let timer = 0;

const question = () => ({ tweet: box.value, k, among });

const count = (number) => number.toLocaleString("en");

function tooMany(length, advice) {
  return `${count(length)} characters are too many: ${count(limits.characters)} are the most. ${advice}`;
}

function show(answers) {
  const template = $("template").content.firstElementChild;
  while (list.children.length > answers.length) list.lastElementChild.remove();
  while (list.children.length < answers.length) list.append(template.cloneNode(true));
  answers.forEach((answer, i) => fill(list.children[i], answer));
  list.classList.toggle("none", !answers.length);
}

function fill(item, { emoji, name, score, picture }) {
  const image = item.querySelector("img");
  if (image.src !== picture) image.src = picture;
  item.dataset.emoji = emoji;
  item.querySelector(".name").textContent = name;
  item.querySelector(".score").textContent = score.toFixed(3);
  item.querySelector(".char").textContent = emoji;
  item.querySelector(".bar span").style.transform = `scaleX(${Math.min(Math.max(score, 0), 1)})`;
  item.querySelector(".copy").setAttribute("aria-label", `Copy ${name}`);
}

/** Shows no answers, and says why; `wrong` when the text cannot be answered as it stands. */
function hide(message, wrong) {
  tell(note, message, wrong);
  if (wrong) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  list.classList.add("none");
  told.textContent = "";
  announce("");
}

/** Lets the emoji half know which tweet is answered here; none, if the text cannot be. */
function announce(tweet) {
  document.dispatchEvent(new CustomEvent("emoji-qa:tweet", { detail: tweet }));
}

/** Asks about the box's text; what comes back when another question stands there already is dropped. */
const ask = newest(async () => {
  const asked = question();
  const isStill = () => Object.entries(question()).every(([key, value]) => asked[key] === value);
  if (!asked.tweet.trim()) return hide("The box is empty. Type a tweet, or pick one below.", false);
  const { length } = asked.tweet;
  if (length > limits.characters) return hide(tooMany(length, "Your text is kept; shorten it."), true);
  try {
    const { answers } = await call("answer_tweet", asked);
    if (!isStill()) return;
    show(answers);
    announce(asked.tweet);
    tell(note, HINT);
    box.removeAttribute("aria-invalid");
    told.textContent = `Best answer: ${answers[0].name}`;
  } catch (error) {
    if (isStill()) hide(error.message, true);
  }
});

function askNow() {
  clearTimeout(timer);
  ask();
}

box.addEventListener("beforeinput", (event) => {
  const length = box.value.length + (event.data?.length ?? 0);
  if (length <= HUGE || !event.data) return;
  event.preventDefault();
  tell(note, tooMany(length, "The box is as it was."), true);
});
box.addEventListener("input", () => {
  box.classList.toggle("huge", box.value.length > HUGE);
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  askNow();
});
box.addEventListener("focus", () => {
  if (box.value === start.tweet) box.select(); // the example gives way to the first key
}, { once: true });

function write(text) {
  box.value = text;
  askNow();
}

for (const example of examples) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = example;
  button.addEventListener("click", () => write(example));
  $(".examples").append(button);
}

function showControls() {
  more.textContent = k === limits.few ? `Show ${limits.many}` : `Show ${limits.few}`;
  more.setAttribute("aria-expanded", String(k !== limits.few));
  for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.value === among));
  more.hidden = ranked[among] <= limits.few;
}

more.addEventListener("click", () => {
  k = k === limits.few ? limits.many : limits.few;
  showControls();
  askNow();
});

for (const choice of choices) {
  choice.textContent = choice.value === "all" ? `All ${ranked.all}` : `The ${ranked.learned} it learned`;
  choice.addEventListener("click", () => {
    among = choice.value;
    showControls();
    askNow();
  });
}
$(".among").hidden = !ranked.learned;

/** Puts text on the clipboard, on plain http too. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

list.addEventListener("click", async (event) => {
  const emoji = event.target.closest(".answer")?.dataset.emoji;
  if (event.target.closest(".load")) document.dispatchEvent(new CustomEvent("emoji-qa:load", { detail: emoji }));
  const button = event.target.closest(".copy");
  if (!button) return;
  const word = button.querySelector(".word");
  word.textContent = await copy(emoji).then(() => "Copied", () => "Not allowed");
  told.textContent = `${word.textContent}: ${emoji}`;
  setTimeout(() => { word.textContent = "Copy"; }, 1500);
});

box.value = start.tweet;
tell(note, HINT);
showControls();
show(start.answers);
