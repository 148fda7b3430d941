import assert from "node:assert/strict";
import { test } from "node:test";
import { statusLine } from "../../emoji_qa/page/browser/status.js";

function line() {
  const classes = new Set();
  const classList = { toggle: (name, is) => (is ? classes.add(name) : classes.delete(name)), contains: (name) => classes.has(name) };
  return statusLine(/** @type {any} */ ({ textContent: "", classList }));
}

test("an answer on its way does not wipe out what was told meanwhile", () => {
  const status = line();
  const late = status.later();
  status.tell("Axis 3 takes a number.", true);
  late("");
  assert.equal(status.message, "Axis 3 takes a number.");
  assert.ok(status.isProblem);
});

test("several answers on their way may all tell something", () => {
  const status = line();
  const [first, second] = [status.later(), status.later()];
  first("");
  second("No answer.", true);
  assert.equal(status.message, "No answer.");
  status.later()("");
  assert.ok(!status.isProblem);
});
