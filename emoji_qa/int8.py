"""Dense layers with int8 weights that can be sent to another process. A separate module, since its imports are slow."""

import warnings

import torch
from torch import nn
from torch.ao.nn.quantized import dynamic


class Int8Linear(dynamic.Linear):
    """PyTorch's dense layer with int8 weights, pickled as integers and their scale. PyTorch's own pickle holds a
    quantised tensor: a process of a `multiprocessing` pool dies unpickling it, and the pool waits forever."""

    def __getstate__(self) -> dict:
        weight, bias = self._weight_bias()
        sizes = {"in_features": self.in_features, "out_features": self.out_features, "training": self.training}
        numbers = {"scale": weight.q_scale(), "zero_point": weight.q_zero_point()}
        return {**sizes, **numbers, "integers": weight.int_repr(), "bias": None if bias is None else bias.detach()}

    def __setstate__(self, state: dict) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch warns that this will move to another package
            dynamic.Linear.__init__(self, state["in_features"], state["out_features"], dtype=torch.qint8)
            weight = torch._make_per_tensor_quantized_tensor(state["integers"], state["scale"], state["zero_point"])
            self.set_weight_bias(weight, state["bias"])
        self.train(state["training"])


MAPPING = {nn.Linear: Int8Linear}  # which layers `quantize_dynamic` replaces, and by which
