"""Dense layers with int8 weights that can be sent to another process. Apart, for PyTorch's quantisation is slow to import."""

import warnings

import torch
from torch import nn
from torch.ao.nn.quantized import dynamic


class Int8Linear(dynamic.Linear):
    """PyTorch's dense layer with int8 weights. Its own pickle holds a quantised tensor, which a `multiprocessing` pool cannot
    take: the new process ends while it unpickles, and the pool waits for ever. This one's holds integers and their scale."""

    def __getstate__(self) -> dict:
        weight, bias = self._weight_bias()
        sizes = {"in_features": self.in_features, "out_features": self.out_features, "training": self.training}
        numbers = {"scale": weight.q_scale(), "zero_point": weight.q_zero_point()}
        return {**sizes, **numbers, "integers": weight.int_repr(), "bias": None if bias is None else bias.detach()}

    def __setstate__(self, state: dict) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch announces that another package will have it one day
            dynamic.Linear.__init__(self, state["in_features"], state["out_features"], dtype=torch.qint8)
            weight = torch._make_per_tensor_quantized_tensor(state["integers"], state["scale"], state["zero_point"])
            self.set_weight_bias(weight, state["bias"])
        self.train(state["training"])


MAPPING = {nn.Linear: Int8Linear}  # what `quantize_dynamic` replaces by what
