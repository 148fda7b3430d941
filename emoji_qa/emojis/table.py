"""The emoji table: characters, names, keywords, variants and pictures. numpy, PIL and json only.

A folder holds `emojis.json` (a list, one emoji a line), `emojis.png` (the 36-pixel pictures, a lossless sheet
of 64 columns in the same order) and, for the page, `emojis-72.webp` (the same sheet at 72 pixels).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from emoji_qa.emojis.search import Search, shortcodes
from emoji_qa.emojis.sheet import from_sheet, read_sheet, to_sheet

SIZE = 36  # pixels a side, what the model sees
LATENT_DIM = 16


@dataclass(frozen=True)
class Emoji:
    char: str  # fully qualified
    name: str  # CLDR short name, such as "face with tears of joy"
    group: str  # "smileys-emotion", "people-body", ...
    keywords: tuple[str, ...]
    version: float  # of Unicode Emoji, such as 15.0
    base: str  # the character this one is ranked as; its own for a base
    variants: tuple[str, ...] = ()  # of a base: its skin tones and genders


class EmojiTable:
    """An ordered, immutable sequence of emojis with their pictures and, once encoded, their codes.

    emojis: N of them, no two alike. images: (N, 36, 36, 4) uint8, straight alpha, kept read-only.
    codes: (N, 16) float32 or None; they belong to a VAE and are never saved here.
    Raises ValueError when these do not fit together.
    """

    def __init__(self, emojis: Sequence[Emoji], images: np.ndarray, codes: np.ndarray | None = None):
        self._emojis = tuple(emojis)
        self._rows = {without_vs16(emoji.char): row for row, emoji in enumerate(self._emojis)}
        if len(self._rows) != len(self._emojis):
            raise ValueError("an emoji stands twice in the table; every character may stand in it once.")
        expected = (len(self._emojis), SIZE, SIZE, 4)
        if images.shape != expected or images.dtype != np.uint8:
            raise ValueError(f"emoji pictures must be uint8 {expected}, not {images.dtype} {images.shape}.")
        if codes is not None:
            codes, wanted = _read_only(np.asarray(codes, dtype=np.float32)), (len(self._emojis), LATENT_DIM)
            if codes.shape != wanted or not np.isfinite(codes).all():
                raise ValueError(f"codes must be finite, of shape {wanted}; these are {codes.shape}.")
        self.images = _read_only(images)
        self._codes = codes
        self.chars = [emoji.char for emoji in self._emojis]
        self.names = [emoji.name for emoji in self._emojis]
        self.groups = [emoji.group for emoji in self._emojis]

    @property
    def has_codes(self) -> bool:
        return self._codes is not None

    @property
    def codes(self) -> np.ndarray:
        """(N, 16) float32, read only. Raises ValueError where the emojis have none yet."""
        if self._codes is None:
            raise ValueError("these emojis have no codes; a VAE gives them some.")
        return self._codes

    def __len__(self) -> int:
        return len(self._emojis)

    def __getitem__(self, row: int) -> Emoji:
        return self._emojis[row]

    def __iter__(self) -> Iterator[Emoji]:
        return iter(self._emojis)

    def __contains__(self, emoji: str) -> bool:
        return without_vs16(emoji) in self._rows

    def __repr__(self) -> str:
        return f"EmojiTable({len(self)} emojis, {len(self.bases)} bases)"

    def index(self, emoji: str) -> int:
        """The row of an emoji, written with U+FE0F, U+FE0E or neither. Raises ValueError when it is not here."""
        row = self._rows.get(without_vs16(emoji)) if isinstance(emoji, str) else None
        if row is None:
            raise ValueError(f"{_short(emoji)} is not one of the {len(self)} emojis of this table.")
        return row

    @cached_property
    def bases(self) -> "EmojiTable":
        """The rows that are ranked, in table order, with their pictures and codes."""
        rows = [row for row, emoji in enumerate(self) if emoji.base == emoji.char]
        if len(rows) == len(self):
            return self
        return EmojiTable(
            [self[row] for row in rows], self.images[rows], self._codes[rows] if self._codes is not None else None
        )

    def base_index(self, emoji: str) -> int:
        """The row in `.bases` of an emoji or, for a variant, of its base. Raises ValueError when unknown."""
        row = self._base_rows.get(without_vs16(emoji)) if isinstance(emoji, str) else None
        if row is None:
            raise ValueError(f"{_short(emoji)} is not one of the emojis known here, nor a variant of one.")
        return row

    def find(self, query: str, k: int = 20, *, forgiving: bool = True) -> list[int]:
        """Up to k rows that match what was typed in a search box, best first.

        The order: the character itself (for a variant without a row, its base), the whole name or a short code such as
        ":tada:", a name that begins with the words, words of the name, words of name and keywords, then beginnings of
        words; within each, names that contain what was typed come first, the shorter the better. If nothing matches and
        `forgiving` is true, words with a typing error are corrected. Bases come before variants. Accents and upper case
        do not matter. An empty query finds nothing.
        """
        char = without_vs16(query.strip())
        ranks = self._search.ranks(query, forgiving=forgiving)
        rows = sorted(ranks, key=lambda row: (self[row].base != self[row].char, ranks[row], row))
        exact = self._rows.get(char)
        if exact is None and char in self._base_rows:
            exact = self.index(self.bases[self._base_rows[char]].char)
        if exact is not None:
            rows = [exact] + [row for row in rows if row != exact]
        return rows[: max(k, 0)]

    def with_codes(self, codes: np.ndarray | None) -> "EmojiTable":
        """The same table with codes (N, 16). Raises ValueError when they are not finite or do not fit."""
        return EmojiTable(self._emojis, self.images, codes)

    def digest(self) -> str:
        """SHA-256, in hex, over the rows and the pixels (not the codes)."""
        digest = hashlib.sha256(_rows_to_json(self._emojis).encode())
        digest.update(self.images.tobytes())
        return digest.hexdigest()

    def save(self, folder: str | Path) -> None:
        """Writes emojis.json and emojis.png; `load` gives back the same rows and the same bytes."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "emojis.json").write_text(_rows_to_json(self._emojis), encoding="utf-8")
        to_sheet(self.images).save(folder / "emojis.png", compress_level=9, optimize=True)

    @classmethod
    def load(cls, folder: str | Path, *, bases_only: bool = False) -> "EmojiTable":
        """The table in a folder. Raises ValueError naming the file that is missing or damaged."""
        emojis = _read_rows(Path(folder) / "emojis.json")
        sheet = read_sheet(Path(folder) / "emojis.png", len(emojis), SIZE)
        table = cls(emojis, from_sheet(sheet, len(emojis)))
        return table.bases if bases_only else table

    @cached_property
    def _base_rows(self) -> dict[str, int]:
        rows = {}
        for row, emoji in enumerate(self.bases):
            rows.update({without_vs16(char): row for char in (emoji.char, *emoji.variants)})
        return rows

    @cached_property
    def _search(self) -> Search:
        return Search([(emoji.name, emoji.keywords, shortcodes(without_vs16(emoji.char))) for emoji in self])


def without_vs16(text: str) -> str:
    """The text without variation selectors, which ask for an emoji in colour (U+FE0F) or as plain text (U+FE0E)."""
    return text.replace("\ufe0f", "").replace("\ufe0e", "")


def _read_rows(path: Path) -> list[Emoji]:
    try:
        emojis = [
            Emoji(**{**row, "keywords": tuple(row["keywords"]), "variants": tuple(row["variants"])})
            for row in json.loads(path.read_text(encoding="utf-8"))
        ]
        bases = {emoji.char for emoji in emojis if emoji.char == emoji.base}
        if not emojis or len({without_vs16(emoji.char) for emoji in emojis}) != len(emojis):
            raise ValueError("it is empty or an emoji stands in it twice")
        if lost := [emoji.char for emoji in emojis if emoji.base not in bases]:
            raise ValueError(f"the base of {_short(lost[0])} is missing")
        "".join(text for row in emojis for text in (row.name, row.group, *row.keywords, *row.variants))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} is not a usable list of emojis: {error}.") from error
    return emojis


def _rows_to_json(emojis: Sequence[Emoji]) -> str:
    return "[\n" + ",\n".join(json.dumps(asdict(emoji), ensure_ascii=False) for emoji in emojis) + "\n]\n"


def _read_only(array: np.ndarray) -> np.ndarray:
    array = np.ascontiguousarray(array).view()
    array.flags.writeable = False
    return array


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f"“{text[:20]}…”" if len(text) > 20 else f"“{text}”"
