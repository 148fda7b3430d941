"""Names and places of the files with which a browser decodes, for scripts that write them and the page."""

from emoji_qa.checkpoint import PACKAGE

EXPORTED = {
    "decoder.onnx": "vae.safetensors",
    "answer.onnx": "qa.safetensors",
}  # each file, and the weights that it is made from
RUNTIME = PACKAGE / "page/onnxruntime"
RUNTIME_FILES = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
