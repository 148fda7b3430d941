import assert from "node:assert/strict";
import { test } from "node:test";
import { on, send } from "../../emoji_qa/page/browser/events.js";

Object.defineProperty(globalThis, "document", { value: new EventTarget() });

test("what is sent before anybody answers is answered later, once and in order", () => {
  const heard = [];
  send("load", "🎉");
  send("load", "🐱");
  on("load", (emoji) => heard.push(emoji));
  send("load", "🍕");
  on("load", (emoji) => heard.push(emoji));
  assert.deepEqual(heard, ["🎉", "🐱", "🍕"]);
});
