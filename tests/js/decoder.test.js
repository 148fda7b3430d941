// The page's side of the worker, with a stand-in for the browser's Worker.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { browserDecoder } from "../../emoji_qa/page/browser/drawing/decoder.js";

const ADDRESSES = { decoder: "browser/2/decoder.onnx" };
let workers;

class Worker extends EventTarget {
  constructor(address, options) {
    super();
    Object.assign(this, { address, options, got: [], terminated: false });
    workers.push(this);
  }

  postMessage(message) { this.got.push(message); }

  terminate() { this.terminated = true; }

  say(data) { this.dispatchEvent(Object.assign(new Event("message"), { data })); }
}

function give(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

const { WebAssembly } = globalThis;
beforeEach((context) => {
  workers = [];
  give("Worker", Worker);
  give("navigator", {});
  context.mock?.method(console, "info", () => {});
});
afterEach(() => give("WebAssembly", WebAssembly));

function awake() {
  const decoder = browserDecoder(ADDRESSES, "http://host/page/");
  decoder.wake();
  return [decoder, workers[0]];
}

test("it sleeps until it is woken, and wakes once", () => {
  const decoder = browserDecoder(ADDRESSES, "http://host/page/");
  assert.equal(decoder.state, "asleep");
  assert.equal(workers.length, 0);
  decoder.wake();
  decoder.wake();
  assert.equal(workers.length, 1);
  assert.match(workers[0].address, /\/browser\/drawing\/decoder_worker.js$/);
  assert.equal(workers[0].got[0].start.decoder, "http://host/page/browser/2/decoder.onnx");
  assert.equal(decoder.state, "waking");
  workers[0].say({ ready: true });
  assert.equal(decoder.state, "ready");
});

test("answers come back to whom they belong, in any order", async () => {
  const [decoder, worker] = awake();
  worker.say({ ready: true });
  const [first, second] = [decoder.draw([1], 36), decoder.draw([2], 36)];
  const [a, b] = worker.got.slice(1);
  worker.say({ id: b.id, bytes: "b" });
  worker.say({ id: a.id, bytes: "a" });
  assert.equal((await first).bytes, "a");
  assert.equal((await second).bytes, "b");
});

test("an error ends it, and what waited is told", async () => {
  const [decoder, worker] = awake();
  worker.say({ ready: true });
  const drawn = decoder.draw([1], 36);
  worker.say({ error: "out of memory" });
  await assert.rejects(drawn, /out of memory/);
  assert.equal(decoder.state, "failed");
  assert.ok(worker.terminated);
  decoder.wake();
  assert.equal(workers.length, 1);
});

test("a worker that does not answer is given up", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const [decoder, worker] = awake();
  worker.say({ ready: true });
  const drawn = decoder.draw([1], 36);
  context.mock.timers.tick(10_000);
  await assert.rejects(drawn, /does not answer/);
  assert.equal(decoder.state, "failed");
});

test("files that take too long are given up", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const [decoder] = awake();
  context.mock.timers.tick(120_000);
  assert.equal(decoder.state, "failed");
});

test("nothing is fetched where it cannot run, or where data are to be saved", () => {
  assert.equal(browserDecoder(null, "http://host/").state, "failed");
  give("WebAssembly", undefined);
  assert.equal(awake()[0].state, "failed");
  give("WebAssembly", WebAssembly);
  give("navigator", { connection: { saveData: true } });
  assert.equal(awake()[0].state, "failed");
  give("navigator", {});
  give("Worker", undefined);
  assert.equal(awake()[0].state, "failed");
  give("Worker", class { constructor() { throw new Error("blocked"); } });
  assert.equal(awake()[0].state, "failed");
  assert.equal(workers.length, 0);
});
