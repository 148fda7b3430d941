import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, pack, zip } from "../../emoji_qa/page/browser/zip.js";

const bytes = (text) => new TextEncoder().encode(text);

test("CRC-32 of what is known", () => {
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  assert.equal(crc32(bytes("")), 0);
  assert.equal(crc32(Uint8Array.of(255, 255, 255, 255)), 0xffffffff);
});

test("numbers are written with the lowest byte first", () => {
  assert.deepEqual([...pack("24", [0x102, 0xfffefdfc])], [2, 1, 0xfc, 0xfd, 0xfe, 0xff]);
});

test("no files are a zip, too, and the same files the same bytes", () => {
  const whole = (files) => Buffer.concat(zip(files));
  assert.deepEqual([...whole([])], [0x50, 0x4b, 5, 6, ...Array(18).fill(0)]);
  const files = [["001.png", Uint8Array.of(1, 2)], ["ä.svg", bytes("")]];
  assert.deepEqual(whole(files), whole(files));
  assert.equal(whole(files).length, (30 + 7 + 2) + (30 + 6) + (46 + 7) + (46 + 6) + 22);
});
