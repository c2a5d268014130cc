"""The line model: how likely each line is the article. Boosted trees, read from the weights that ship.

A document is looked at twice: first each line by its features, then again with what the first look says of the
lines around it. `benchmarks/train_line_model.py` makes the weights; `weights/CARD.md` tells of data, features and
scores.
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
from flows.cleaning.score_features import SCORE_FEATURES, score_features
from flows.cleaning.shapes import Shapes
from flows.cleaning.surroundings import Surroundings
from flows.cleaning.trees import Trees
from flows.errors import SettingsError

Floats = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights" / "line_model.npz"
ALL_FEATURES = (*FEATURES, *SCORE_FEATURES)
CHUNK_LINES = 16_384
"""Lines scored together: their features take some 15 MB. A call of numpy takes as long as its work on 4,000 lines, so
that a quarter as many at once would cost half as much again."""


@dataclass(frozen=True, eq=False)
class LineModel:
    """Two looks at a document, and the log odds of words."""

    first: Trees
    """Over FEATURES."""
    second: Trees
    """Over ALL_FEATURES."""
    lexicon: Floats
    """Shape (BUCKETS,): how much oftener a word stands in articles than outside."""
    version: str
    """Changes when the weights do."""

    def score(self, rows: Floats, words: Floats, around: Surroundings) -> Floats:
        """Return how likely each line asked for in `around` is the article, 0 to 1.

        `rows` are the features of these lines, shape (len(FEATURES), lines); `words` tells how long every line is.
        """
        first = self.first.score(rows)
        of_all = np.zeros(around.size, dtype=np.float32)
        of_all[around.entry] = first
        second = self.second.score([*rows, *score_features(of_all, words, around)])
        result: Floats = ((first + second) / 2).astype(np.float32, copy=False)
        return result


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
        if names != ALL_FEATURES:
            other = sorted(set(names) ^ set(ALL_FEATURES))
            raise ValueError(f"made for other features ({', '.join(other[:5]) or 'order'}); train again")
        lexicon = np.zeros(BUCKETS, dtype=np.float32)
        lexicon[held["word"]] = held["odds"]
        first, second = (
            Trees(held[f"{look}_feature"], held[f"{look}_border"], held[f"{look}_leaf"], float(held[f"{look}_bias"]))
            for look in ("first", "second")
        )
        return LineModel(first, second, lexicon, str(held["version"]))


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
    words = characters.words_or_halves[lines.code]
    own = own_features(shapes, characters, model.lexicon)
    scores = np.zeros(len(lines), dtype=np.float32)
    for entries in _chunks(lines):
        around = Surroundings(lines.document[entries], np.flatnonzero(open_[entries]))
        rows = line_features(lines, shapes, own, known, markup, around, entries=entries)
        scores[entries.start + around.entry] = model.score(rows, words[entries], around)
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
