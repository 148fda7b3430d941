"""What a code should tell besides the picture, in training only: the emoji's name and its polarity."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.emojis.table import EmojiTable
from train.data.places import need

TRUST = 50  # an emoji's own polarity counts n / (n + TRUST) when it stands in n tweets
RANKING_HELP = """It is the Emoji Sentiment Ranking 1.0 (Kralj Novak et al. 2015, CC BY-SA 4.0, from
CLARIN.SI as Emoji_Sentiment_Data_v1.0.csv). Without it, train with --meaning 0."""


def polarity(table: EmojiTable, data: Path, *, least: int = 5) -> Tensor:
    """(N, 2): polarity in −1 … 1 and the number of tweets it comes from; NaN and 0 for emojis in fewer than `least`.

    Polarity is (positive − negative) / all. Raises SystemExit, saying where to get the ranking, when it is absent.
    """
    ranking = pd.read_csv(need(data / "emoji_sentiment_ranking" / "Emoji_Sentiment_Data_v1.0.csv", RANKING_HELP))
    ranking = ranking[ranking["Occurrences"] >= least]
    values = np.full((len(table), 2), (np.nan, 0.0), dtype=np.float32)
    for row in ranking.itertuples():
        try:
            index = table.index(row.Emoji)
        except ValueError:
            continue  # the ranking has symbols that are no emojis
        values[index] = ((row.Positive - row.Negative) / row.Occurrences, row.Occurrences)
    return torch.from_numpy(values)


class Meaning(nn.Module):
    """Two small readers of a code that pull on the encoder while it trains.

    The name is told from all training names by the cosine of a small map of the code with their embeddings (InfoNCE, van
    den Oord et al. 2018). The polarity is read linearly; where the ranking has few tweets, or none, the target leans on
    what a ridge regression from the name's embedding says.

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
        """Codes (B, latent_dim) of table rows (B, 2) → how badly they tell names (nats) and polarity (squared).

        The two rows are the same for an emoji; for one put together, a thing's and its expression's, whose polarity counts.
        """
        cosine = F.normalize(self.to_name(z), dim=1) @ self.bank.T
        names = torch.stack([F.cross_entropy(cosine / 0.07, self.name[one]) for one in row.T]).mean()
        return names, F.mse_loss(self.to_polarity(z)[:, 0], self.polarity[row[:, 1]])


def smooth_polarity(names: Tensor, polarity: Tensor, rows: Tensor) -> Tensor:
    """(N,): standardised polarity for every row, by a ridge regression from names where the ranking says little."""
    known = rows[polarity[rows, 0].isfinite()]
    trust = polarity[known, 1] / (polarity[known, 1] + TRUST)
    inputs = torch.cat([names, torch.ones(len(names), 1)], dim=1)
    normal = inputs[known].T @ (trust[:, None] * inputs[known]) + torch.eye(inputs.shape[1])
    told = inputs @ torch.linalg.solve(normal, inputs[known].T @ (trust * polarity[known, 0]))
    told[known] = trust * polarity[known, 0] + (1 - trust) * told[known]
    return (told - told[rows].mean()) / told[rows].std()
