import assert from "node:assert/strict";
import { test } from "node:test";
import { expected } from "./expected.js";
import { cubic } from "../../emoji_qa/page/browser/drawing/cubic.js";
import { drawPicture, enlarge, unpack } from "../../emoji_qa/page/browser/drawing/paint.js";
import { mixPalette, toStraight } from "../../emoji_qa/page/browser/drawing/upscale.js";

/** Two colours, red at the left and transparent at the right, with an edge in the middle. */
function halves(sure) {
  const logits = new Float32Array(2 * 36 * 36);
  for (let i = 0; i < 36 * 36; i += 1) logits[36 * 36 + i] = i % 36 < 18 ? sure : -sure;
  return { logits, colours: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 1) };
}

test("cubic weights sum to one and leave a picture of the same size as it is", () => {
  for (const a of [-0.5, -0.75]) {
    const { weights } = cubic(36, 100, a);
    for (let i = 0; i < weights.length; i += 4) assert.ok(Math.abs(weights[i] + weights[i + 1] + weights[i + 2] + weights[i + 3] - 1) < 1e-6);
    assert.deepEqual([...cubic(36, 36, a).weights.slice(0, 4)].map(Math.abs), [0, 1, 0, 0]);
  }
});

test("a palette is drawn flat, with an edge of a pixel or two, at any size", () => {
  for (const size of [36, 100, 288, 576]) {
    const bytes = mixPalette(halves(8), size);
    assert.equal(bytes.length, 4 * size * size);
    const row = bytes.subarray(4 * size * (size >> 1), 4 * size * ((size >> 1) + 1));
    const alphas = Array.from({ length: size }, (_, x) => row[4 * x + 3]);
    assert.deepEqual([...row.subarray(0, 4)], [255, 0, 0, 255]);
    assert.deepEqual([...row.subarray(-4)], [0, 0, 0, 0]);
    assert.ok(alphas.filter((alpha) => alpha > 0 && alpha < 255).length <= 2);
  }
});

test("what mixes evenly is mixed evenly", () => {
  const { logits, colours } = halves(0);
  assert.deepEqual([...mixPalette({ logits, colours }, 72).subarray(0, 4)], [255, 0, 0, 128]);
});

test("colours are told apart from what hides them", () => {
  const bytes = new Uint8ClampedArray(8);
  toStraight(0.1, 0.2, 0, 0.4, bytes, 0);
  toStraight(0.001, 0.001, 0.001, 0.0015, bytes, 4);
  assert.deepEqual([...bytes], [64, 128, 0, 102, 0, 0, 0, 0]);
});

test("a picture of 36 pixels is enlarged in place", () => {
  const bytes = new Uint8ClampedArray(4 * 36 * 36).fill(255);
  assert.ok(enlarge(bytes, 90).every((byte) => byte >= 254));
  assert.deepEqual(drawPicture({ bytes }, 90), enlarge(bytes, 90));
});

test("the server's palette is unpacked", () => {
  const counts = Int16Array.of(-32767, 0, 100);
  const logits = Buffer.from(counts.buffer).toString("base64");
  const picture = unpack({ logits, step: 0.5, colours: [0, 0, 0, 0] });
  assert.deepEqual([...picture.logits], [-16383.5, 0, 50]);
  assert.deepEqual(unpack({ pixels: Buffer.from([1, 2, 3, 4]).toString("base64") }).bytes, Uint8ClampedArray.of(1, 2, 3, 4));
});

test("pictures are those of Python's paint, to one 255th", { skip: !expected }, () => {
  for (const { logits, colours, pictures } of expected.palettes) {
    for (const [size, picture] of Object.entries(pictures)) {
      const drawn = mixPalette({ logits: Float32Array.from(logits), colours: Float32Array.from(colours) }, Number(size));
      const off = Buffer.from(picture, "base64").map((byte, i) => Math.abs(byte - drawn[i]));
      assert.ok(off.every((difference) => difference <= 1), `size ${size}`);
    }
  }
});
