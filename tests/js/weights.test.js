import assert from "node:assert/strict";
import { test } from "node:test";
import { caption, mean, shares, together } from "../../emoji_qa/page/tabs/mix/weights.js";

test("a mix is a weighted mean, whatever the weights add up to", () => {
  assert.deepEqual(mean([[0, 4], [8, 8]], [30, 10]), [2, 5]);
  assert.deepEqual(mean([[1, 2], [9, 9]], [7, 0]), [1, 2]);
});

test("shares are whole percentages, 100 in all", () => {
  assert.deepEqual(shares([50, 30]), [63, 37]);
  assert.deepEqual(shares([1, 1, 1]), [34, 33, 33]);
  assert.deepEqual(shares([0, 0]), [0, 0]);
  for (let i = 0; i < 300; i += 1) {
    const weights = [i, (7 * i) % 101, (13 * i) % 97, 1];
    assert.equal(shares(weights).reduce((a, b) => a + b), 100);
  }
});

test("what has no share is not told", () => {
  const parts = [{ name: "cat face", weight: 50 }, { name: "rocket", weight: 0 }, { name: "pizza", weight: 50 }];
  assert.equal(caption(parts), "50 % cat face, 50 % pizza");
  assert.equal(together(caption(parts)), "cat face + pizza");
  assert.equal(together("A random emoji, 50 % plausible"), "A random emoji, 50 % plausible");
});
