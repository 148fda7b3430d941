// The emoji follows the tweet: it is the best answer, until the visitor asks for another emoji.

import { on } from "../browser/events.js";
import { keep } from "../browser/session.js";
import { own, state, subscribe } from "../browser/store.js";

const REST = 250; // milliseconds without a new answer after which its emoji is fetched

/** @param {import("./picture.js").View} view @param {boolean} from whether the emoji follows the tweet at first */
export function createFollow(view, from) {
  const change = own({ follows: from });
  let mine = view.ticket; // the ticket of the last emoji that was shown because it is the best answer
  let timer = 0;

  /** Whether no other emoji was requested since. */
  const still = () => state.follows && !view.isPast(mine);

  function catchUp() {
    const { question, tweet, chosen, shown, yours } = state;
    if (!still() || chosen.pinned || !chosen.emoji || (question && question.tweet !== tweet) || shown.emoji === chosen.emoji) return;
    mine = view.ticket + 1;
    const own = yours.find(({ emoji }) => emoji === chosen.emoji);
    if (own) view.go(own.sliders, own.name || "Your own emoji", { followed: true });
    else view.ask("load_emoji", chosen.emoji, undefined, { followed: true });
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(catchUp, REST);
  }

  on("follow", () => {
    mine = view.ticket;
    change({ follows: true });
    soon();
  });
  subscribe(["chosen", "question", "yours"], soon);
  subscribe(["busy", "shown"], () => { if (state.follows && view.isPast(mine)) change({ follows: false }); });
  subscribe(["follows"], ({ follows }) => keep("follows", follows));
}
