import assert from "node:assert/strict";
import { test } from "node:test";
import { own, state, subscribe, until } from "../../emoji_qa/page/browser/store.js";

const change = own({ tab: "sliders", busy: false, tray: [] });

test("each piece has one owner, which alone changes it", () => {
  assert.throws(() => own({ tab: "map" }), /“tab” has an owner already/);
  assert.throws(() => own(/** @type {any} */ ({ colour: "red" })), /no “colour”/);
  assert.throws(() => change(/** @type {any} */ ({ tweet: "so happy" })), /“tweet” is another module's/);
  assert.equal(state.tweet, "");
});

test("who subscribes is called at once and after each change, until it ends that", () => {
  const seen = [];
  const end = subscribe(["tab", "busy"], ({ tab, busy }) => seen.push(`${tab} ${busy}`));
  change({ tab: "map", busy: true });
  change({ tab: "map" }); // the same
  change({ tray: [] }); // another piece
  end();
  change({ tab: "mix", busy: false });
  assert.deepEqual(seen, ["sliders false", "map true"]);
  assert.throws(() => subscribe(/** @type {any} */ (["colour"]), () => {}), /no “colour”/);
});

test("a change may follow from a change", () => {
  const end = subscribe(["busy"], ({ busy }) => { if (busy) change({ tab: "busy" }); });
  change({ busy: true });
  assert.equal(state.tab, "busy");
  end();
});

test("waiting for what is so already, and for what becomes so", async () => {
  await until(["busy"], ({ busy }) => busy);
  let isThere = false;
  const waiting = until(["busy"], ({ busy }) => !busy).then(() => { isThere = true; });
  await Promise.resolve();
  assert.ok(!isThere);
  change({ busy: false });
  await waiting;
});
