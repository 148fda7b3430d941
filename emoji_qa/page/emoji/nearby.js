// What is around the emoji: its score and rank for the tweet, the real emojis nearest to it, how new and plausible it is.

let tweet = unpackTweet(heard); // what it is scored for
let hearing = 0;

function unpackTweet(sent) {
  return sent && { question: sent.question, scores: floats(sent.scores) };
}

function tellScore() {
  const line = $(".score-line");
  if (!tweet) {
    line.textContent = "";
    return;
  }
  const { score, rank } = judge(answer, tweet.question, tweet.scores);
  const [at, all] = [rank, tweet.scores.length].map((number) => number.toLocaleString("en"));
  line.textContent = `This emoji answers your tweet with ${inDigits(score)}, rank ${at} of ${all}.`;
}

const hear = newest(async (text) => {
  // A tweet that cannot be answered has no score; the other half says why.
  tweet = text ? unpackTweet(await call("hear_tweet", text).catch(() => null)) : null;
  tellScore();
});

/** Asks what is near the present emoji, and draws the ends of the sliders. */
const lookAround = newest(async () => {
  const ticket = issued;
  const turned = pulls[knob.value]?.every((value, i) => value === values[i]);
  const result = await call("look_around", values).catch(() => null); // it is asked again at the next rest
  if (ticket !== issued) return;
  if (result) showAround(result, turned);
  drawEnds(ticket);
});

/** turned: the knob has brought us here, and stays where it is. */
function showAround({ nearest, novelty, plausibility, pulled }, turned) {
  $(".nearest").replaceChildren(...nearest.map(({ emoji, name, picture: uri }) => {
    const item = $(".near-template").content.firstElementChild.cloneNode(true);
    const button = item.firstElementChild;
    button.firstElementChild.src = uri;
    button.title = name;
    button.setAttribute("aria-label", `Load ${name}`);
    button.addEventListener("click", () => load(emoji));
    return item;
  }));
  $(".novelty").textContent = `${novelty} % new, ${plausibility} % plausible`;
  $("#plausible").textContent = `${plausibility} % plausible`;
  if (turned) return;
  pulls = [[...values], ...pulled];
  knob.value = 0;
}

document.addEventListener("emoji-qa:tweet", (event) => {
  clearTimeout(hearing);
  hearing = setTimeout(hear, 150, event.detail);
});
