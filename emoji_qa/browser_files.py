"""The files by which a browser decodes: their names and places, for whoever writes them and for the page that serves them."""

from emoji_qa.checkpoint import PACKAGE

EXPORTED = {
    "decoder.onnx": "vae.safetensors",
    "answer.onnx": "qa.safetensors",
}  # each, and what it is made of
RUNTIME = PACKAGE / "page/onnxruntime"
RUNTIME_FILES = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
