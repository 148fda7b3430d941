// Answer number 0: an emoji invented for the tweet, on demand. Another tweet makes it out of date, and it goes.

const INVENTED = 88; // pixels of its picture
const invention = $(".invention");
const inventing = $(".invent");
const OFFER = "None fits? A climb through the space of all emojis finds a new one whose picture answers best.";
let invented = null; // {tweet, sliders}

function clearInvention(problem = "") {
  invented = null;
  invention.classList.remove("there");
  tell($(".invention-note"), problem || OFFER, Boolean(problem));
}

async function invent() {
  const tweet = box.value;
  inventing.disabled = true;
  tell($(".invention-note"), "Climbing to the best answer …");
  try {
    const result = await call("invent_answer", tweet);
    if (tweet === box.value) showInvention(tweet, result);
  } catch (error) {
    if (tweet === box.value) clearInvention(error.message);
  }
  inventing.disabled = false;
}

function showInvention(tweet, { sliders, score, novelty, nearest, best, ...sent }) {
  invented = { tweet, sliders };
  put($(".invention canvas"), drawPicture(unpack(sent), INVENTED), INVENTED);
  $(".invention .score").textContent = inDigits(score);
  fillBar(invention, score);
  const real = `the best real emoji, ${best.name}, gets ${inDigits(best.score)}`;
  tell($(".invention-note"), `By looks alone, without name or popularity: ${real}. ${novelty} % new; nearest: ${nearest.join(", ")}.`);
  invention.classList.add("there");
  go();
}

function go() {
  send("go", { sliders: invented.sliders, caption: "Invented for your tweet" });
}

inventing.addEventListener("click", invent);
$(".invention .load").addEventListener("click", () => invented && go());
document.addEventListener("emoji-qa:tweet", ({ detail }) => {
  inventing.disabled = !detail;
  if (invented && invented.tweet !== detail) clearInvention();
});

clearInvention();
