// The worker, which decodes and paints in a thread of its own.
// It takes {start: addresses} once, then {id, sliders, size}; it answers {ready}, {id, bytes, answer} or {error}.

import { toCode } from "../latent.js";
import { drawPicture, NATIVE } from "./paint.js";

let model = null;

async function get(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return response;
}

async function start({ runtime, wasm, decoder, answer, axes }) {
  const files = Promise.all([get(axes).then((r) => r.json()), ...[decoder, answer].map((a) => get(a).then((r) => r.arrayBuffer()))]);
  files.catch(() => {}); // errors are handled where it is awaited below
  const ort = await import(runtime);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm };
  const [slidersToCode, ...bytes] = await files;
  const [drawing, answering] = [await session(ort, bytes[0]), await session(ort, bytes[1])];
  model = { Tensor: ort.Tensor, axes: slidersToCode, drawing, answering };
  await draw({ sliders: slidersToCode.mean.map(() => 0), size: NATIVE }); // the first time takes longest, so it is done now
}

const session = (ort, bytes) => ort.InferenceSession.create(new Uint8Array(bytes), { executionProviders: ["wasm"] });

/** Sliders → RGBA bytes at `size`, and the unit vector of the emoji as an answer. */
async function draw({ sliders, size }) {
  const z = new model.Tensor("float32", toCode(sliders, model.axes), [1, sliders.length]);
  const { rgba, logits, colours } = await model.drawing.run({ z });
  const { answer } = await model.answering.run({ z });
  const picture = logits ? { logits: logits.data, colours: colours.data } : { bytes: Uint8ClampedArray.from(rgba.data, (v) => 255 * v) };
  return { bytes: drawPicture(picture, size), answer: answer.data };
}

let last = Promise.resolve(); // a session can only do one run at a time

self.addEventListener("message", ({ data }) => {
  last = last.then(async () => {
    if (data.start) {
      await start(data.start);
      self.postMessage({ ready: true });
    } else {
      const drawn = await draw(data);
      self.postMessage({ id: data.id, ...drawn }, { transfer: [drawn.bytes.buffer] });
    }
  }).catch((error) => self.postMessage({ error: String(error?.message ?? error) }));
});
