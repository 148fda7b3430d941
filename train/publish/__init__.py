"""Publishing a checkpoint: model card, ONNX files, the Hub."""
