"""How the palette VAE is trained: its pictures, its losses, and the settings of the loop."""

import argparse
import re
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.palette import PaletteEncoder
from emoji_qa.models.vae import EmojiVAE
from train.data.meaning import Meaning, polarity
from train.data.pictures import CLEAN, Pictures, concept_weights
from train.latent.space import load_vae
from train.qa import minilm
from train.remix.pictures import RemixPictures
from train.vae import vision
from train.vae.loss import vae_loss

EXPOSED = 0.6  # share of the steps with all changed and vendors' pictures; then they fade out until FADED
FADED = 0.9  # share of the steps after which there are none
VARIANTS = 0.3  # weight of a variant (skin tone, gender) relative to its base, when remixes are trained on, too


class VAEWithAuxiliaryHeads(nn.Module):
    """A VAE and heads that predict an emoji's name and polarity from its code, which are used only in training."""

    def __init__(self, vae: EmojiVAE, meaning: Meaning | None):
        super().__init__()
        self.vae, self.meaning = vae, meaning


def palette_training(
    table: EmojiTable, rows: Tensor, options: argparse.Namespace
) -> tuple[VAEWithAuxiliaryHeads, Callable, dict, Tensor]:
    """For the palette decoder: model, loss, fields of the loop's `Settings`, and weights of the rows, (n,)."""
    pictures = Pictures(
        table,
        options.emojis,
        rows,
        changed=options.changed,
        vendors=options.vendors,
        larger=options.batch_size // options.larger,
    )
    remixes, emojis = None, torch.isin(rows, torch.tensor([table.index(char) for char in table.bases.chars]))
    if options.remixes:
        remixes = RemixPictures(
            options.emojis,
            table,
            rows,
            chunks=options.pool,
            every=options.fresh,
            seed=options.seed,
            favourites=options.favourites,
            workers=options.workers,
        )
    meaning = None
    if options.meaning:
        names = minilm.name_embeddings(table, minilm.locate(options.minilm))
        meaning = Meaning(torch.from_numpy(names), polarity(table, options.data), rows)

    def loss(model: VAEWithAuxiliaryHeads, batch: Tensor, step: int) -> dict[str, Tensor]:
        count = round(options.remixes * len(batch))
        if remixes is not None:
            remixes.advance(step)
            batch = batch[count:]
        fade = min(1.0, max(0.0, (FADED - step / options.steps) / (FADED - EXPOSED)))
        drawn = {name: value.to(batch.device) for name, value in pictures.draw(rows[batch.cpu()], fade).items()}
        row = drawn.pop("row")[:, None].expand(-1, 2)
        if remixes is not None:
            drawn, row = with_remixes(drawn, row, *remixes.draw(count))
        known = {"features": drawn.pop("features")} if options.features else None
        parts = vae_loss(model.vae, **drawn, capacity=options.capacity, gamma=0.02, known=known)
        z = parts.pop("z")
        if model.meaning is not None:
            parts["name"], parts["polarity"] = model.meaning(z, row)
            parts["loss"] = parts["loss"] + options.meaning * (0.1 * parts["name"] + 0.3 * parts["polarity"])
        return parts

    torch.manual_seed(options.seed)
    vae = (
        start_from(options)
        if options.start
        else EmojiVAE(encoder={"features": options.features}, refine=options.refine)
    )
    if options.features:
        attach_features(vae.encoder, pictures, options)
    weights = concept_weights(table)[rows] * (torch.where(emojis, 1.0, VARIANTS) if options.remixes else 1.0)
    settings = {
        "betas": (0.9, 0.99),
        "weight_decay": 0.02,
        "clip": 2.0,
        "warmup": 100,
        "average": 0.998,
    }
    return VAEWithAuxiliaryHeads(vae.to(memory_format=torch.channels_last), meaning), loss, settings, weights


def with_remixes(drawn: dict[str, Tensor], row: Tensor, big: Tensor, rows: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """Insert pictures of remixes, big (n, 4, 72, 72), premultiplied, with their rows (n, 2), into a batch of emojis.

    The first pictures of a batch also come at 72 px. The remixes are inserted so that up to half of these are remixes.
    """
    larger, device = len(drawn["big"]), drawn["x"].device
    big = big.to(device)
    own = larger - min(len(big), larger // 2)

    def among(theirs: Tensor, ours: Tensor) -> Tensor:
        return torch.cat([theirs[:own], ours, theirs[own:]])

    x = among(drawn["x"], F.avg_pool2d(big, 2)).contiguous(memory_format=torch.channels_last)
    style = among(drawn["style"], torch.full((len(big),), CLEAN, device=device))
    at_72 = torch.cat([drawn["big"][:own], big[: larger - own]])
    return {"x": x, "style": style, "big": at_72}, among(row, rows.to(device))


def start_from(options: argparse.Namespace) -> EmojiVAE:
    """The VAE of a checkpoint, to continue its training. It loses its pretrained features if options.features is 0, and
    gets new blocks if options.blocks asks for more.

    New blocks have no effect at first: their gain, or in the trunk their last layer, is 0 (Chen et al. 2016, Net2Net).
    """
    vae = load_vae(options.start)
    blocks = dict(zip(("low_blocks", "mid_blocks", "trunk"), options.blocks, strict=False)) if options.blocks else {}
    config = {**vae.config, "decoder": {**vae.config["decoder"], **blocks}, "refine": options.refine}
    state = vae.state_dict()
    if not options.features and vae.encoder.vision is not None:
        config["encoder"] = {**config["encoder"], "features": 0}
        unwanted = ("encoder.vision", "encoder.directions")
        state = {name: value for name, value in state.items() if not name.startswith(unwanted)}
    grown = EmojiVAE(**config)
    inputs = grown.encoder.out[0].in_features
    state["encoder.out.0.weight"] = state["encoder.out.0.weight"][:, :inputs]
    joined = {name: value for name, value in grown.state_dict().items() if name not in state}
    for name, value in joined.items():
        if name.endswith("gain") or re.match(r"decoder\.trunk\.\d+\.3\.", name):
            value.zero_()
    grown.load_state_dict({**joined, **state})
    return grown


def attach_features(encoder: PaletteEncoder, pictures: Pictures, options: argparse.Namespace) -> None:
    """Load the pretrained network, unless the encoder comes from a checkpoint, and compute the pictures' features."""
    if not options.start:
        encoder.vision.load_state_dict(vision.pretrained(vision.locate(options.efficientnet)).state_dict())
    sets = {"own": pictures.x, **({"vendors": pictures.vendor_x} if options.vendors else {})}
    found = vision.features(encoder.vision, sets, options.emojis / "features.safetensors")
    if not options.start:
        vision.fit_directions(encoder.directions, found["own"][pictures.rows])
    pictures.features = {name: encoder.directions(value) for name, value in found.items()}
