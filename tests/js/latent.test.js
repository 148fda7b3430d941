import assert from "node:assert/strict";
import { test } from "node:test";
import { expected } from "./expected.js";
import { moved, stretch, toCode, toSliders, unstretch } from "../../emoji_qa/page/browser/latent.js";

test("a slider runs along its knots, and on in a straight line", () => {
  const knots = [-2, -1, 3, 4];
  assert.deepEqual([-3, -1, 1, 3].map((value) => stretch(value, knots)), knots);
  assert.equal(stretch(0, knots), 1);
  assert.deepEqual([-5, 5].map((value) => stretch(value, knots)), [-4, 6]);
});

test("a code is the mean and a step along each axis", () => {
  const code = toCode([1, -1], { mean: [10, 20], axes: [[0, 1], [1, 0]], knots: [[-3, 3], [-6, 6]] });
  assert.deepEqual([...code], [8, 21]);
});

test("from a knot back to its slider, and on in a straight line", () => {
  const knots = [-2, -1, 3, 4];
  assert.deepEqual(knots.map((knot) => unstretch(knot, knots)), [-3, -1, 1, 3]);
  assert.deepEqual([-4, 6].map((value) => unstretch(value, knots)), [-5, 5]);
  for (const value of [-4.2, -3, -1.7, 0, 0.4, 2.9, 3.5]) assert.ok(Math.abs(unstretch(stretch(value, knots), knots) - value) < 1e-9);
});

test("codes are those of Python", { skip: !expected }, () => {
  for (const { sliders, z } of expected.codes) {
    toCode(sliders, expected.axes).forEach((value, i) => assert.ok(Math.abs(value - z[i]) < 1e-5));
    toSliders(z, expected.axes).forEach((value, i) => assert.ok(Math.abs(value - sliders[i]) < 1e-3));
  }
});

test("a direction leads from a code to either end, and not at all", () => {
  const ways = [[[1, 0], [0, 0], [0, 0]], [[0, 1], [0, 2], [0, 0]]]; // to the low and the high end: a constant, then slopes
  const code = [3, 4];
  assert.deepEqual([...moved(code, ways, 0)], code);
  assert.deepEqual([...moved(code, ways, -0.5)], [3.5, 4]);
  assert.deepEqual([...moved(code, ways, 1)], [3, 11]);
});

test("codes are moved as in Python", { skip: !expected }, () => {
  for (const { z, ways, to, moved: there } of expected.moves) {
    moved(z, ways, to).forEach((value, i) => assert.ok(Math.abs(value - there[i]) < 1e-3));
  }
});
