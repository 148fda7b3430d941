"""A small network that reads the factors of a face from its pixels. It judges directions, and is not fitted to them."""

import numpy as np
import torch
from torch import Tensor, nn

from train.latent.factors import FACTORS, HUES, Look

OWN_HUE = 43.0  # degrees: the hue of yellow faces
STEPS, BATCH = 500, 96


class Probe(nn.Module):
    """Pictures (N, 4, 36, 36), premultiplied → logits of FACTORS and cos and sin of the hue, (N, 9)."""

    def __init__(self):
        super().__init__()
        widths = (4, 24, 48, 64)
        self.layers = nn.Sequential(
            *(
                layer
                for a, b in zip(widths, widths[1:], strict=False)
                for layer in (nn.Conv2d(a, b, 3, 2, 1), nn.ReLU())
            ),
            nn.Flatten(),
            nn.Linear(64 * 25, 64),
            nn.ReLU(),
            nn.Linear(64, len(FACTORS) + 2),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)

    @torch.no_grad()
    def read(self, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Logits of FACTORS (N, 7), above 0 at the high end, and hues in degrees (N,)."""
        out = torch.cat([self(part) for part in x.split(256)]).numpy()
        return out[:, : len(FACTORS)], np.degrees(np.arctan2(out[:, -1], out[:, -2])) % 360


def answers(looks: list[Look]) -> tuple[np.ndarray, np.ndarray]:
    """The right readings for looks: factors (N, 7) and hues in degrees (N,); NaN where there is no right one."""
    factors = np.stack([look.factors() for look in looks])
    hues = [
        360 * look.hue / HUES if look.hue is not None else OWN_HUE if factors[i, -1] in (0, 1) else np.nan
        for i, look in enumerate(looks)
    ]
    return factors, np.array(hues)


def train(x: Tensor, looks: list[Look], *, seed: int = 0, steps: int = STEPS) -> Probe:
    """A probe that is trained to read pictures (N, 4, 36, 36) of looks."""
    torch.manual_seed(seed)
    factors, hues = answers(looks)
    angle = torch.from_numpy(np.radians(hues))
    goal = torch.cat([torch.from_numpy(factors), angle.cos()[:, None], angle.sin()[:, None]], dim=1).float()
    known, goal = goal.isfinite(), goal.nan_to_num()
    probe = Probe()
    optimizer = torch.optim.AdamW(probe.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in range(steps):
        some = torch.randint(len(x), (BATCH,))
        out = probe(x[some])
        binary = nn.functional.binary_cross_entropy_with_logits(out[:, :-2], goal[some, :-2], reduction="none")
        circle = (out[:, -2:] - goal[some, -2:]).square()
        loss = (torch.cat([binary, circle], dim=1) * known[some]).sum() / known[some].sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return probe.eval()
