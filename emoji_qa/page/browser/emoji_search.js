// The search box of the emoji half: what fits appears below while typing; Enter or "Load" takes the first.

const search = $("input[type=search]");
const found = $(".found");
let wanted = ""; // what the search box is to show suggestions for; nothing once an emoji is loaded

async function find(query) {
  if (!query.trim()) return [];
  const result = await call("find_emojis", query);
  if (query === search.value) tell(note, result.found.length ? "" : "No emoji fits this search.", true);
  return result.found;
}

const suggest = newest(async () => {
  const query = wanted;
  try {
    const fits = await find(query);
    if (query === wanted) offer(fits);
  } catch (error) {
    tell(note, error.message, true);
  }
});

function offer(fits) {
  found.replaceChildren(...fits.map(({ emoji, name, picture }) => {
    const item = $(".found-template").content.firstElementChild.cloneNode(true);
    item.querySelector("img").src = picture;
    item.querySelector("span").textContent = name;
    item.querySelector("button").addEventListener("click", () => load(emoji));
    return item;
  }));
  found.hidden = !fits.length;
}

function close() {
  wanted = "";
  if (found.contains(document.activeElement)) search.focus();
  found.hidden = true;
}

search.addEventListener("input", () => {
  wanted = search.value;
  suggest();
});
$(".search").addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || found.hidden) return;
  event.preventDefault();
  const stops = [search, ...found.querySelectorAll("button")];
  stops[stops.indexOf(document.activeElement) + step]?.focus();
});
$(".search").addEventListener("focusout", (event) => {
  if (!$(".search").contains(event.relatedTarget)) close();
});
$(".search").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!search.value.trim()) return tell(note, "Type an emoji, or a word such as cat.", true);
  try {
    const [best] = await find(search.value);
    if (best) load(best.emoji);
  } catch (error) {
    tell(note, error.message, true);
  }
});
