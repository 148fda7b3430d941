"""The palette networks: a picture is K flat colours and, for every pixel, a softmax mix of them.

Emojis have few colours and hard edges. A decoder that may only mix a palette draws flat and crisp, and since the *logits*
are enlarged, not the picture, its edges stay sharp at any size.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.emojis.table import SIZE
from emoji_qa.models.efficientnet import FEATURES, EfficientNetLite0


class Block(nn.Module):
    """A residual 3×3 convolution without normalisation; a code, when there is one, scales and shifts the channels first.

    Source of the conditioning: Perez et al. 2018, FiLM.
    """

    def __init__(self, width: int, code: int = 0):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.gain = nn.Parameter(torch.full((), 0.3))
        self.film = nn.Linear(code, 2 * width) if code else None

    def forward(self, x: Tensor, h: Tensor | None = None) -> Tensor:  # (B, width, H, W), (B, code)
        y = x
        if h is not None and self.film is not None:
            scale, shift = self.film(h)[:, :, None, None].chunk(2, dim=1)
            y = torch.addcmul(shift, x, 1 + scale)
        return torch.addcmul(x, self.conv(F.silu(y)), self.gain.to(x.dtype))


class PaletteEncoder(nn.Module):
    """A small residual network from 36×36 down to 5×5, then two dense layers.

    features: how many components of a pretrained network's features are concatenated before the dense layers; 0 leaves
    the pretrained network out. It is never trained, so its features of a picture need to be computed only once.
    """

    def __init__(self, *, latent_dim: int, width: int = 32, dropout: float = 0.1, features: int = 0):
        super().__init__()
        self.vision = EfficientNetLite0().requires_grad_(False) if features else None
        self.directions = nn.Linear(FEATURES, features).requires_grad_(False) if features else None
        self.net = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(16, width, 3, padding=1),
            Block(width),  # 18 × 18
            nn.Conv2d(width, 2 * width, 2, stride=2),
            Block(2 * width),
            Block(2 * width),  # 9 × 9
            nn.Conv2d(2 * width, 2 * width, 3, stride=2, padding=1),
            Block(2 * width),
            nn.SiLU(),  # 5 × 5
            nn.Flatten(),
            nn.Dropout(dropout),
        )
        self.seen = nn.Dropout(4 * dropout)  # strong: with many features, few emojis are easily learned by heart
        self.out = nn.Sequential(nn.Linear(50 * width + features, 512), nn.SiLU(), nn.Linear(512, 2 * latent_dim))

    def see(self, x: Tensor) -> Tensor:
        """Pictures (B, 4, 36, 36) → the chosen features of what they show, (B, features)."""
        if self.vision is None or self.directions is None:
            raise ValueError("This encoder has no pretrained network to see with.")
        return self.directions(self.vision(x))

    def forward(self, x: Tensor, features: Tensor | None = None) -> Tensor:
        """Pictures (B, 4, 36, 36), and what `see` says of them if it is known → means and raw log-variances, (B, 2 · dim)."""
        h = self.net(x.contiguous(memory_format=torch.channels_last))
        if self.vision is not None:
            h = torch.cat([h, self.seen(self.see(x) if features is None else features)], dim=1)
        return self.out(h)


class PaletteDecoder(nn.Module):
    """Code and style → K colours and K maps of logits. Most parameters work at 9×9, few channels at 36×36.

    styles: kinds of training pictures (other vendors, distorted ones); style 0, Twemoji as it is, is what is decoded.
    trunk: residual layers that transform the code before anything is drawn, as the mapping of Karras et al. 2019 does.
    """

    flat = True  # pictures are mixes of flat colours, see `shapes`, and larger ones show more detail
    small = True  # a checkpoint keeps the weights in half precision, without a visible difference

    def __init__(
        self,
        *,
        latent_dim: int,
        colours: int = 12,
        styles: int = 8,
        code: int = 384,
        seed: int = 48,
        low: int = 128,
        mid: int = 48,
        trunk: int = 2,
        low_blocks: int = 2,
        mid_blocks: int = 2,
    ):
        super().__init__()
        self.input = nn.Linear(latent_dim, code)
        self.style = nn.Embedding(styles, code)
        nn.init.zeros_(self.style.weight)
        self.trunk = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(code), nn.Linear(code, code), nn.SiLU(), nn.Linear(code, code))
            for _ in range(trunk)
        )
        self.colours = nn.Linear(code, 4 * (colours - 1))
        self.seed, self.wide = nn.Linear(code, seed * 81), nn.Conv2d(seed, low, 1)
        self.at9 = nn.ModuleList(Block(low, code) for _ in range(low_blocks))
        self.up = nn.Conv2d(low, 4 * mid, 1)
        self.at18 = nn.ModuleList(Block(mid, code) for _ in range(mid_blocks))
        self.head = nn.Conv2d(mid, 4 * colours, 3, padding=1)

    def palette(self, z: Tensor, style: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Codes (B, latent_dim) → logits (B, K, 36, 36), premultiplied colours (B, K, 4), the first transparent."""
        h = self.input(z) + (self.style.weight[:1] if style is None else self.style(style))
        for layer in self.trunk:
            h = h + layer(h)
        h = F.silu(h)
        straight = torch.sigmoid(self.colours(h).float()).unflatten(1, (-1, 4))
        colours = torch.cat([straight[..., :3] * straight[..., 3:], straight[..., 3:]], dim=2)
        x = self.wide(self.seed(h).unflatten(1, (-1, 9, 9)).contiguous(memory_format=torch.channels_last))
        for block in self.at9:
            x = block(x, h)
        x = F.pixel_shuffle(self.up(x), 2)
        for block in self.at18:
            x = block(x, h)
        return F.pixel_shuffle(self.head(F.silu(x)), 2).float(), F.pad(colours, (0, 0, 1, 0))

    def shapes(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Codes (B, latent_dim) → logits (B, K, 36, 36), smoothed for enlargement, and colours (B, K, 4)."""
        logits, colours = self.palette(z)
        return smooth(logits, colours), colours

    def forward(self, z: Tensor, size: int = SIZE, style: Tensor | None = None) -> Tensor:
        """Codes (B, latent_dim) → pictures (B, 4, size, size) in [0, 1], premultiplied; crisp at any size."""
        return paint(*self.palette(z, style), size)

    def reconstruction_loss(
        self, z: Tensor, x: Tensor, style: Tensor | None = None, big: Tensor | None = None
    ) -> Tensor:
        """Absolute errors at 36, 18 and 9 px and of differences between neighbouring pixels, each divided by its mean.

        This is a Laplace likelihood with the optimal scale, bounded below (Rybkin et al. 2021, σ-VAE). big: the first n
        pictures (n, 4, S, S) at a larger size, which shows where an edge runs between two pixels.
        """
        logits, colours = self.palette(z, style)
        error = paint(logits, colours) - x
        terms = [
            (1.0, error),
            (0.25, error.diff(dim=3)),
            (0.25, error.diff(dim=2)),
            (0.5, F.avg_pool2d(error, 2)),
            (0.5, F.avg_pool2d(error, 4)),
        ]
        if big is not None and len(big):
            terms.append((0.5, paint(logits[: len(big)], colours[: len(big)], big.shape[-1]) - big))
        sizes = [(weight, term.abs().mean()) for weight, term in terms]
        return torch.stack([weight * size / size.detach().clamp_min(0.008) for weight, size in sizes]).sum()


def paint(logits: Tensor, colours: Tensor, size: int = SIZE) -> Tensor:
    """The per-pixel mix of colours (B, K, 4) by logits (B, K, 36, 36) → (B, 4, size, size), premultiplied.

    For a larger picture the logits are enlarged and their temperature is lowered by as much, so an edge stays a pixel wide.
    """
    if size > logits.shape[-1]:
        logits = smooth(logits, colours)
        sharper = size / logits.shape[-1]
        fine = min(size, 4 * logits.shape[-1])  # bicubic as far as the eye can tell: half the time at 512 px
        logits = F.interpolate(logits, (fine, fine), mode="bicubic", align_corners=False) * sharper
        if size > fine:
            logits = F.interpolate(logits, (size, size), mode="bilinear", align_corners=False)
    x = (colours.transpose(1, 2) @ logits.softmax(dim=1).flatten(2)).unflatten(2, logits.shape[2:])
    return F.interpolate(x, (size, size), mode="area") if size < x.shape[-1] else x


def smooth(logits: Tensor, colours: Tensor) -> Tensor:
    """Logits (B, K, 36, 36) prepared for enlargement, which would expose details that are right only in small pictures.

    At 36 px a translucent colour along an edge stands for partly covered pixels; enlarged, it would look like a string
    of beads. So a translucent colour is suppressed where it is narrow. Then each logit is blended with its neighbours.
    """
    share = around(logits.softmax(dim=1))
    translucent = ((0.98 - colours[..., 3:]) * 10).clamp(0, 1)[..., None]  # (B, K, 1, 1)
    drawn = torch.arange(logits.shape[1], device=logits.device)[:, None, None] > 0  # the first colour is the ground
    logits = logits - 30 * F.relu(0.5 - share) * translucent * drawn
    return 0.7 * logits + 0.3 * around(logits)


def around(x: Tensor) -> Tensor:
    """The mean of each 3×3 neighbourhood, (B, K, H, W)."""
    return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
