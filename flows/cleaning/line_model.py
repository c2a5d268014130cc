"""The line model: how likely each line is the article. Boosted trees, read from the weights that ship.

The trees are symmetric (every node of a level asks the same question), so that a tree is a handful of
comparisons over all lines at once: in numpy that is faster than a library that walks trees line by line.
`benchmarks/train_line_model.py` makes the weights; `weights/CARD.md` tells of data, features and scores.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from flows.cleaning.characters import BUCKETS, Characters
from flows.cleaning.features import FEATURES, Known, line_features, own_features
from flows.cleaning.lines import Lines
from flows.cleaning.markup import Markup
from flows.cleaning.shapes import Shapes
from flows.errors import SettingsError

Floats = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights" / "line_model.npz"
CHUNK_LINES = 16_384
"""Lines scored together: their features take some 15 MB."""
_BLOCK = 4096
"""Lines that go through a tree at once: a feature's column stays in a core's cache."""


@dataclass(frozen=True, eq=False)
class LineModel:
    """Symmetric trees over FEATURES, and the log odds of words."""

    feature: npt.NDArray[np.int16]
    """Shape (trees, depth): the feature that a level asks for, as an index into FEATURES."""
    border: Floats
    """Shape (trees, depth): whether it is greater."""
    leaf: Floats
    """Shape (trees, 2 ** depth): what a tree adds; level d is bit d of the leaf's number."""
    bias: float
    lexicon: Floats
    """Shape (BUCKETS,): how much oftener a word stands in articles than outside."""
    version: str
    """Changes when the weights do."""

    def score(self, rows: Floats) -> Floats:
        """Return how likely each line is the article, 0 to 1; `rows` has shape (len(FEATURES), lines)."""
        raw = np.full(rows.shape[1], self.bias, dtype=np.float32)
        for start in range(0, rows.shape[1], _BLOCK):
            self._add_trees(np.ascontiguousarray(rows[:, start : start + _BLOCK]), raw[start : start + _BLOCK])
        result: Floats = (1 / (1 + np.exp(-raw))).astype(np.float32)
        return result

    def _add_trees(self, rows: Floats, raw: Floats) -> None:
        greater = np.empty(len(raw), dtype=bool)
        bits = greater.view(np.uint8)
        leaf = np.empty(len(raw), dtype=np.uint8)
        for features, borders, values in zip(self.feature, self.border, self.leaf, strict=True):
            leaf.fill(0)
            for level, (feature, border) in enumerate(zip(features, borders, strict=True)):
                np.greater(rows[feature], border, out=greater)
                leaf |= bits << np.uint8(level)
            raw += values[leaf]


@cache
def load_line_model(path: Path | None = None) -> LineModel:
    """Return the model whose weights are at `path`, by default the one that ships.

    Raises SettingsError when there are none, or when they were made for other features.
    """
    path = path or SHIPPED
    try:
        return _loaded(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SettingsError(f"line model {path} can't be used: {error}") from None


def _loaded(path: Path) -> LineModel:
    with np.load(path, allow_pickle=False) as held:
        names = tuple(held["features"].tolist())
        if names != FEATURES:
            other = sorted(set(names) ^ set(FEATURES))
            raise ValueError(f"made for other features ({', '.join(other[:5]) or 'order'}); train again")
        lexicon = np.zeros(BUCKETS, dtype=np.float32)
        lexicon[held["word"]] = held["odds"]
        return LineModel(
            feature=held["feature"],
            border=held["border"],
            leaf=held["leaf"],
            bias=float(held["bias"]),
            lexicon=lexicon,
            version=str(held["version"]),
        )


def score_lines(
    model: LineModel,
    lines: Lines,
    shapes: Shapes,
    characters: Characters,
    known: Known,
    markup: Markup,
) -> Floats:
    """Return how likely each line is the article; 0 where it is known to be furniture."""
    open_ = ~(known.known | known.template)
    own = own_features(shapes, characters, model.lexicon)
    scores = np.zeros(len(lines), dtype=np.float32)
    for entries in _chunks(lines):
        rows = line_features(lines, shapes, characters, own, known, markup, entries=entries)
        asked = np.flatnonzero(open_[entries])
        scores[entries.start + asked] = model.score(rows[:, asked])
    return scores


def _chunks(lines: Lines) -> list[slice]:
    """Cut the lines into runs of whole documents."""
    chunks: list[slice] = []
    begin = 0
    for stop in lines.starts[1:].tolist():
        if stop - begin >= CHUNK_LINES or stop == len(lines) > begin:
            chunks.append(slice(begin, stop))
            begin = stop
    return chunks
