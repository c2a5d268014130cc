"""The line model: how likely each line is the article. Boosted trees, read from the weights that ship.

`benchmarks/train_line_model.py` makes the weights; `weights/CARD.md` tells of data, features and scores.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from flows.cleaning.address import Address
from flows.cleaning.characters import BUCKETS, Characters
from flows.cleaning.features import FEATURES, Known, line_features, own_features
from flows.cleaning.lines import Lines
from flows.cleaning.markup import Markup
from flows.cleaning.shapes import Shapes
from flows.cleaning.surroundings import Surroundings
from flows.cleaning.trees import Trees
from flows.errors import SettingsError

Floats = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights" / "line_model.npz"
CHUNK_LINES = 16_384
"""Lines scored together: their features take some 15 MB. A call of numpy takes as long as its work on 4,000 lines, so
that a quarter as many at once would cost half as much again."""


@dataclass(frozen=True, eq=False)
class LineModel:
    """Trees over FEATURES, and the log odds of words."""

    trees: Trees
    lexicon: Floats
    """Shape (BUCKETS,): how much oftener a word stands in articles than outside."""
    version: str
    """Changes when the weights do."""


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
        trees = Trees(held["feature"], held["border"], held["leaf"], float(held["bias"]))
        return LineModel(trees, lexicon, str(held["version"]))


def score_lines(
    model: LineModel,
    lines: Lines,
    shapes: Shapes,
    characters: Characters,
    known: Known,
    markup: Markup,
    address: Address,
) -> Floats:
    """Return how likely each line is the article; 0 where it is known to be furniture."""
    open_ = ~(known.known | known.template)
    own = own_features(shapes, characters, model.lexicon)
    scores = np.zeros(len(lines), dtype=np.float32)
    for entries in _chunks(lines):
        around = Surroundings(lines.document[entries], np.flatnonzero(open_[entries]))
        rows = line_features(lines, shapes, own, known, markup, address, around, entries=entries)
        scores[entries.start + around.entry] = model.trees.score(rows)
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
