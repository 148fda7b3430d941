import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, bounded, bounds, nearestTo, showing, toPlace, toScreen, wholeView, zoomed } from "../../emoji_qa/page/tabs/map/plane.js";

const PLACES = [-10, -5, 10, 5, 0, 0, 1, 0.2, 0.9, -4, -2, 3];
const SIZE = { width: 600, height: 400 };
const near = (actual, expected) => actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${actual} ${expected}`));

test("the whole view has every place in it", () => {
  const view = wholeView(bounds(PLACES), SIZE);
  for (let i = 0; i < PLACES.length; i += 2) {
    const [x, y] = toScreen(view, SIZE, PLACES.slice(i, i + 2));
    assert.ok(x > 0 && x < SIZE.width && y > 0 && y < SIZE.height);
  }
});

test("pixels and places go into each other", () => {
  const view = { x: 3, y: -2, scale: 17 };
  near(toPlace(view, SIZE, toScreen(view, SIZE, [1.5, 2.5])), [1.5, 2.5]);
  near(toScreen(view, SIZE, [3, -2]), [300, 200]);
});

test("zooming leaves what is under the pointer where it is", () => {
  const view = { x: 3, y: -2, scale: 17 };
  const pixel = [80, 310];
  const nearer = zoomed(view, SIZE, 2.5, pixel);
  assert.equal(nearer.scale, 42.5);
  near(toPlace(nearer, SIZE, pixel), toPlace(view, SIZE, pixel));
});

test("a view is bounded by the map, and by how near and how far one may go", () => {
  const box = bounds(PLACES);
  const whole = wholeView(box, SIZE);
  const far = bounded({ x: 900, y: -900, scale: 0.01 }, box, SIZE);
  near([far.x, far.y, far.scale], [whole.x, whole.y, whole.scale]);
  const close = bounded({ x: 900, y: -900, scale: 1e6 }, box, SIZE);
  near([close.x + SIZE.width / 2 / close.scale, close.y - SIZE.height / 2 / close.scale], [box.right, box.top]);
  assert.ok(close.scale < 200);
});

test("a place comes into sight by the shortest way", () => {
  const view = { x: 0, y: 0, scale: 50 };
  near([showing(view, SIZE, [1, 1], 40).x], [0]);
  const [x, y] = toScreen(showing(view, SIZE, [10, 0], 40), SIZE, [10, 0]);
  near([x, y], [560, 200]);
});

test("the nearest emoji, and the one beside it in each direction", () => {
  assert.deepEqual(nearestTo(PLACES, [0.9, 0.3]).i, 3);
  assert.ok(Math.abs(nearestTo(PLACES, [-10, -2]).distance - 3) < 1e-9);
  assert.equal(beside(PLACES, 2, [1, 0]), 3);
  assert.equal(beside(PLACES, 2, [0, -1]), 4);
  assert.equal(beside(PLACES, 2, [0, 1]), 5);
  assert.equal(beside(PLACES, 1, [1, 0]), 1); // nothing lies farther to the right
});

test("arrows lead to every emoji, and back", () => {
  const places = Array.from({ length: 120 }, (_, i) => [Math.sin(i * 7) * 9 + (i % 11), Math.cos(i * 5) * 9 + (i % 7)]).flat();
  const reached = new Set([0]);
  for (const i of reached) for (const arrow of [[1, 0], [-1, 0], [0, 1], [0, -1]]) reached.add(beside(places, i, arrow));
  assert.ok(reached.size > 0.95 * 120, `${reached.size}`);
});
