// The decoder in this browser. It starts at the visitor's first touch; until it is ready, and for good once anything
// fails, the server draws instead.

const START_LIMIT = 120_000; // milliseconds; the files are about eight megabytes
const DRAW_LIMIT = 10_000;

/** addresses: those of its files, if the server has them. root: the page's address, to which they are relative. */
export function browserDecoder(addresses, root) {
  const waiting = new Map();
  let worker = null;
  let state = addresses ? "asleep" : "failed"; // then "waking", "ready"
  let timer = 0;
  let issued = 0;

  function fail(reason) {
    if (state === "failed") return;
    state = "failed";
    clearTimeout(timer);
    worker?.terminate();
    console.info(`The server draws: ${reason}`);
    for (const one of waiting.values()) {
      clearTimeout(one.timer);
      one.reject(new Error(reason));
    }
    waiting.clear();
  }

  function hear({ data }) {
    if (state === "failed") return;
    if (data.error) return fail(data.error);
    if (data.ready) {
      clearTimeout(timer);
      state = "ready";
      return;
    }
    clearTimeout(waiting.get(data.id).timer);
    waiting.get(data.id).resolve(data);
    waiting.delete(data.id);
  }

  function wake() {
    if (state !== "asleep") return;
    state = "waking";
    if (typeof WebAssembly === "undefined") return fail("this browser has no WebAssembly");
    if (typeof Worker === "undefined") return fail("this browser has no workers");
    if (/** @type {any} */ (navigator).connection?.saveData) return fail("this browser saves data");
    const absolute = Object.fromEntries(Object.entries(addresses).map(([part, address]) => [part, new URL(address, root).href]));
    try {
      worker = new Worker(new URL("./decoder_worker.js", import.meta.url).href, { type: "module" });
    } catch (error) {
      return fail(error.message);
    }
    worker.addEventListener("message", hear);
    worker.addEventListener("error", (event) => fail(event.message || "its worker cannot be started"));
    timer = setTimeout(fail, START_LIMIT, "its files take too long");
    worker.postMessage({ start: absolute });
  }

  /** Sliders → {bytes: RGBA, size × size, answer}. Rejects when it fails; from then on the server draws. */
  function draw(sliders, size) {
    return new Promise((resolve, reject) => {
      issued += 1;
      waiting.set(issued, { resolve, reject, timer: setTimeout(fail, DRAW_LIMIT, "its worker does not answer") });
      worker.postMessage({ id: issued, sliders, size });
    });
  }

  return { wake, draw, get state() { return state; } };
}
