"""What codes should predict besides the picture, in training only: the emoji's name and its polarity."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.emojis.table import EmojiTable
from train.data.places import need

TRUST = 50  # the measured polarity of an emoji in n tweets has weight n / (n + TRUST)
RANKING_HELP = """It is the Emoji Sentiment Ranking 1.0 (Kralj Novak et al. 2015, CC BY-SA 4.0, from
CLARIN.SI as Emoji_Sentiment_Data_v1.0.csv). Without it, train with --meaning 0."""


def polarity(table: EmojiTable, data: Path, *, least: int = 5) -> Tensor:
    """(N, 2): polarity in −1 … 1 and the number of tweets behind it; NaN and 0 for emojis in fewer than `least` tweets.

    Polarity is (positive − negative) / all. Raises SystemExit, saying where to get the ranking, when it is missing.
    """
    ranking = pd.read_csv(need(data / "emoji_sentiment_ranking" / "Emoji_Sentiment_Data_v1.0.csv", RANKING_HELP))
    ranking = ranking[ranking["Occurrences"] >= least]
    values = np.full((len(table), 2), (np.nan, 0.0), dtype=np.float32)
    for row in ranking.itertuples():
        try:
            index = table.index(row.Emoji)
        except ValueError:
            continue  # the ranking also has symbols that are no emojis
        values[index] = ((row.Positive - row.Negative) / row.Occurrences, row.Occurrences)
    return torch.from_numpy(values)


class Meaning(nn.Module):
    """Two small heads that predict name and polarity from a code, and whose losses train the encoder, too.

    A small network maps the code to a vector. Its cosine with the embedding of the right name should exceed those with
    all other training names (InfoNCE, van den Oord et al. 2018). The polarity is predicted linearly. If the ranking has
    few tweets with an emoji, or none, its target comes mostly from a ridge regression on the name's embedding.

    names: (N, 384) unit vectors; polarity: (N, 2) as above; rows: the training rows, (n,).
    """

    def __init__(self, names: Tensor, polarity: Tensor, rows: Tensor, *, latent_dim: int = 16):
        super().__init__()
        names = F.normalize(names - names[rows].mean(dim=0), dim=1)
        bank, which = np.unique(names[rows].numpy().round(4), axis=0, return_inverse=True)
        name = torch.full((len(names),), -1)
        name[rows] = torch.from_numpy(which.reshape(-1))
        self.register_buffer("name", name, persistent=False)
        self.register_buffer("bank", torch.from_numpy(bank), persistent=False)
        self.register_buffer("polarity", smooth_polarity(names, polarity, rows), persistent=False)
        self.to_name = nn.Sequential(nn.Linear(latent_dim, 256), nn.SiLU(), nn.Linear(256, names.shape[1]))
        self.to_polarity = nn.Linear(latent_dim, 1)

    def forward(self, z: Tensor, row: Tensor) -> tuple[Tensor, Tensor]:
        """Codes (B, latent_dim) of table rows (B, 2) → losses of the names (nats) and of the polarity (squared error).

        The two rows of an emoji are the same. Those of an emoji put together are the thing's and the expression's: both
        names count, and the polarity of the expression.
        """
        cosine = F.normalize(self.to_name(z), dim=1) @ self.bank.T
        names = torch.stack([F.cross_entropy(cosine / 0.07, self.name[one]) for one in row.T]).mean()
        return names, F.mse_loss(self.to_polarity(z)[:, 0], self.polarity[row[:, 1]])


def smooth_polarity(names: Tensor, polarity: Tensor, rows: Tensor) -> Tensor:
    """(N,): standardised polarity of every row; with few tweets it comes mostly from a ridge regression on names."""
    known = rows[polarity[rows, 0].isfinite()]
    trust = polarity[known, 1] / (polarity[known, 1] + TRUST)
    inputs = torch.cat([names, torch.ones(len(names), 1)], dim=1)
    normal = inputs[known].T @ (trust[:, None] * inputs[known]) + torch.eye(inputs.shape[1])
    told = inputs @ torch.linalg.solve(normal, inputs[known].T @ (trust * polarity[known, 0]))
    told[known] = trust * polarity[known, 0] + (1 - trust) * told[known]
    return (told - told[rows].mean()) / told[rows].std()
