// Why an emoji ranks where it does: the one that is chosen, and what each word of the tweet does to its score.

const SLIGHT = 0.005; // an effect below this is written as 0
const FULL = 0.05; // an effect of at least this may have the full colour
const why = $(".why");
const chosen = { emoji: start.answers[0].emoji, pinned: false }; // pinned: the visitor's choice; else the best answer

/** What the words are asked for; another question drops what comes back. */
const whyQuestion = () => ({ tweet: box.value, emoji: chosen.emoji, among: choice.among, tone: choice.tone, added: choice.added, hidden: choice.hidden });

const explain = newest(async () => {
  const question = whyQuestion();
  const isStill = () => Object.entries(whyQuestion()).every(([key, value]) => question[key] === value);
  try {
    const result = await call("explain_answer", question);
    if (isStill()) showWhy(result);
  } catch (error) {
    if (isStill()) tell($(".why-note"), error.message, true);
  }
});

/** Makes an emoji the one that "why" is about. */
function choose(emoji, pinned) {
  Object.assign(chosen, { emoji, pinned });
  for (const item of element.querySelectorAll(".answer, .near")) mark(item);
}

function showWhy({ chosen: card, rank, of, parts }) {
  choose(card.emoji, chosen.pinned); // in another skin tone now, perhaps
  showChosen(card, `${inDigits(card.score)}, rank ${count(rank)} of ${count(of)}`);
  $("#why-title").textContent = chosen.pinned ? `Why ${rank === 1 ? "" : "not "}this one?` : "Why this one?";
  const strongest = Math.max(FULL, ...parts.map(({ effect }) => Math.abs(effect ?? 0)));
  $(".words").replaceChildren(...parts.map(({ text, effect }) => (
    effect === undefined ? document.createTextNode(text) : word(text, effect, strongest)
  )));
  $(".picker label").textContent = "Why not another?";
  why.classList.remove("wordless");
}

/** An emoji stands in the box instead of a tweet: there are no words to weigh. */
function showWordless(card) {
  choose(card.emoji, false);
  showChosen(card, "");
  $("#why-title").textContent = "This emoji";
  $(".words").textContent = "An emoji alone has no words to weigh. Type a tweet to see which of them speak for it.";
  $(".picker label").textContent = "Emojis like another?";
  why.classList.add("wordless");
}

function showChosen({ emoji, name, picture }, place) {
  const image = $(".chosen img");
  const uri = picture ?? pictures.get(emoji) ?? "";
  if (image.getAttribute("src") !== uri) image.src = uri;
  $(".chosen .name").textContent = name;
  $(".chosen .place").textContent = place;
  for (const char of why.querySelectorAll(".char")) char.textContent = emoji;
  why.dataset.emoji = emoji;
  why.classList.remove("none");
  why.classList.toggle("pinned", chosen.pinned);
  why.classList.toggle("own", yours.has(emoji)); // it has no character to copy
  tell($(".why-note"), "");
}

function word(text, effect, strongest) {
  const item = document.createElement("span");
  const number = document.createElement("small");
  const sign = Math.abs(effect) < SLIGHT ? "" : effect > 0 ? "+" : "−";
  number.textContent = sign ? sign + Math.abs(effect).toFixed(2) : "0";
  item.className = `effect ${{ "+": "up", "−": "down" }[sign] ?? ""}`;
  item.style.setProperty("--strength", sign ? `${Math.round(15 + (85 * Math.abs(effect)) / strongest)}%` : "0%");
  item.append(text, number);
  return item;
}

$(".copy-emoji").addEventListener("click", (event) => copyFrom(event.currentTarget, why.dataset.emoji));
$(".copy-both").addEventListener("click", (event) => copyFrom(event.currentTarget, `${box.value.trim()} ${why.dataset.emoji}`));

/** The visitor wants to know about this emoji, whatever the best answer is. */
function pin(emoji) {
  choose(emoji, true);
  explain();
}

// "Why not …?": what fits appears below while typing; Enter or "Ask" takes the first.
// Beside an emoji alone it asks for those like another.
const search = $("#why-search");
const found = $(".found");

async function find(query) {
  if (!query.trim()) return [];
  const { found: fits } = await call("find_answers", { query, tone: choice.tone });
  if (query === search.value) tell($(".why-note"), fits.length ? "" : "No emoji fits this search.", true);
  return fits;
}

const suggest = newest(async () => {
  const query = search.value;
  try {
    const fits = await find(query);
    if (query === search.value && document.activeElement === search) offer(fits);
  } catch (error) {
    tell($(".why-note"), error.message, true);
  }
});

function offer(cards) {
  fillList(found, ".picked-template", cards, (item, { emoji, name, picture }) => {
    item.dataset.emoji = emoji;
    item.querySelector("img").src = picture;
    item.querySelector("span").textContent = name;
  });
  found.hidden = !cards.length;
}

function pick(emoji) {
  if (found.contains(document.activeElement)) search.focus();
  found.hidden = true;
  search.value = "";
  if (why.classList.contains("wordless")) write(emoji);
  else pin(emoji);
}

search.addEventListener("input", suggest);
found.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (item) pick(item.dataset.emoji);
});
$(".picker").addEventListener("keydown", (event) => {
  if (event.key === "Escape") found.hidden = true;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || found.hidden) return;
  event.preventDefault();
  const stops = [search, ...found.querySelectorAll("button")];
  stops[stops.indexOf(document.activeElement) + step]?.focus();
});
$(".picker").addEventListener("focusout", (event) => {
  if (!$(".picker").contains(event.relatedTarget)) found.hidden = true;
});
$(".picker").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!search.value.trim()) return tell($(".why-note"), "Type an emoji, or a word such as cake.", true);
  try {
    const [best] = await find(search.value);
    if (best) pick(best.emoji);
  } catch (error) {
    tell($(".why-note"), error.message, true);
  }
});
