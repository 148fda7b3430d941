// The box: asks while you type, and hands what comes back to the answers and to "why".

const PAUSE = 30; // milliseconds without a key before asking
const REST = 120; // milliseconds after an answer before its words are weighed
const AGAIN = 3000; // milliseconds until a server that gave no answer is asked once more
const HUGE = 100_000; // characters; a browser needs seconds to lay out more, so they are not put in the box
const HINT = "Answers follow as you type.";
const box = $("textarea");
const note = $("#tweet-note");
let timer = 0;
let resting = 0;

const question = () => ({ tweet: box.value, ...choice });

function tooMany(length, advice) {
  return `${count(length)} characters are too many: ${count(limits.characters)} are the most. ${advice}`;
}

/** Shows no answers, and says why; `wrong` when the text cannot be answered as it stands. */
function hide(message, wrong) {
  tell(note, message, wrong);
  if (wrong) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  hideAnswers();
  clearTimeout(resting);
  why.classList.add("none");
  told.textContent = "";
  announce("");
}

/** Lets the emoji half know which tweet is answered here; none, if the text cannot be. */
function announce(tweet) {
  send("tweet", tweet);
}

/** Asks about the box's text; what comes back when another question stands there already is dropped. */
const ask = newest(async () => {
  const asked = question();
  const isStill = () => Object.entries(question()).every(([key, value]) => asked[key] === value);
  if (!asked.tweet.trim()) return hide("The box is empty. Type a tweet, or pick one below.", false);
  const { length } = asked.tweet;
  if (length > limits.characters) return hide(tooMany(length, "Your text is kept; shorten it."), true);
  try {
    const result = await call("answer_tweet", asked);
    if (isStill()) show(result, asked.tweet);
  } catch (error) {
    if (!isStill()) return;
    hide(error.message, true);
    if (error.out) timer = setTimeout(ask, AGAIN);
  }
});

function show({ answers, similar, ranks }, tweet) {
  box.removeAttribute("aria-invalid");
  clearTimeout(resting);
  if (similar) {
    showSimilar(similar);
    showWordless(similar.to);
    tell(note, "An emoji alone: here are those most like it.");
    told.textContent = `Emojis most like ${similar.to.name}`;
    announce("");
    return;
  }
  if (!chosen.pinned) choose(answers[0].emoji, false);
  showAnswers(answers);
  showYours(ranks);
  tell(note, HINT);
  told.textContent = `Best answer: ${answers[0].name}`;
  announce(tweet);
  resting = setTimeout(explain, REST);
}

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

$(".results").addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (!item) return;
  const copying = event.target.closest(".copy");
  if (copying) return yours.has(item.dataset.emoji) ? remove(item.dataset.emoji) : copyFrom(copying, item.dataset.emoji);
  if (!event.target.closest(".load")) return;
  const { emoji } = item.dataset;
  loadThere(emoji);
  if (item.classList.contains("answer")) return pin(emoji);
  showWordless({ emoji, name: item.querySelector(".name").textContent, picture: pictures.get(emoji) });
});
$(".unpin").addEventListener("click", () => {
  choose(list.children[0].dataset.emoji, false);
  explain();
  list.querySelector(".load").focus();
});

document.addEventListener("emoji-qa:write", (event) => write(event.detail)); // from a link to a tweet

box.value = start.tweet;
wireControls(askNow);
tell(note, HINT);
showAnswers(start.answers);
showWhy(start.why);
if (choice.tone || choice.hidden) askNow();
