import assert from "node:assert/strict";
import { test } from "node:test";
import { rankOf, scoreOf } from "../../emoji_qa/page/browser/numbers.js";

test("score and rank, where scores that look alike share a rank", () => {
  const scores = [0.9, 0.7003, 0.7, 0.2];
  assert.equal(scoreOf([0.95, 0], [1, 0]), 0.95);
  assert.deepEqual([0.95, 0.9, 0.7, 0.5, -1].map((score) => rankOf(score, scores)), [1, 1, 2, 4, 5]);
  assert.equal(rankOf(0.7, scores, 0), 3);
});
