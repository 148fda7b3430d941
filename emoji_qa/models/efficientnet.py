"""EfficientNet-Lite0 (Tan & Le 2019; Google, Apache-2.0), trained on ImageNet: what a picture shows, as 1,280 features.

The weights stay as published, except that batch normalisation is folded into the convolutions before it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FEATURES = 1280
SEEN_AT = (
    144  # pixels along one edge to which a picture is enlarged; at 224 the features tell no more of an emoji's name
)
STAGES = (  # kernel, stride, expansion, width, blocks: table 1 of the paper
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)


class SameConv(nn.Conv2d):
    """A convolution padded as in TensorFlow: if the total padding is odd, the extra pixel is at the right or bottom."""

    def forward(self, x: Tensor) -> Tensor:
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        total = [max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in (x.shape[3], x.shape[2])]
        return super().forward(F.pad(x, [pad for t in total for pad in (t // 2, t - t // 2)]))


class InvertedBlock(nn.Module):
    """Widen, convolve each channel, narrow (Sandler et al. 2018, MobileNetV2); added to its input where the shape allows."""

    def __init__(self, width_in: int, width: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        inner = width_in * expansion
        self.expand = nn.Conv2d(width_in, inner, 1) if expansion > 1 else None
        self.depthwise = SameConv(inner, inner, kernel, stride, groups=inner)
        self.project = nn.Conv2d(inner, width, 1)
        self.residual = stride == 1 and width_in == width

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else F.relu6(self.expand(x))
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    mean: Tensor
    std: Tensor

    def __init__(self):
        super().__init__()
        self.stem = SameConv(3, 32, 3, 2)
        blocks, width_in = [], 32
        for kernel, stride, expansion, width, count in STAGES:
            for i in range(count):
                blocks.append(InvertedBlock(width_in, width, kernel, stride if i == 0 else 1, expansion))
                width_in = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Conv2d(width_in, FEATURES, 1)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406])[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225])[:, None, None], persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (B, 4, S, S) in [0, 1], premultiplied, put on a white ground → features (B, 1280)."""
        x = x[:, :3] + 1 - x[:, 3:]
        x = F.interpolate(x, (SEEN_AT, SEEN_AT), mode="bicubic", align_corners=False).clamp(0, 1)
        return F.relu6(self.head(self.blocks(F.relu6(self.stem((x - self.mean) / self.std))))).mean(dim=(2, 3))
