"""The line model: how likely each line is the article, by the weights that ship.

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
from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.markup import Markup
from flows.cleaning.network import Networks, read_networks
from flows.cleaning.shapes import Shapes
from flows.errors import SettingsError

Floats = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights" / "line_model.npz"
CHUNK_LINES = 16_384
"""Lines scored together: their features take some 15 MB. A call of numpy takes as long as its work on 4,000 lines, so
that a quarter as many at once would cost half as much again."""


SHARPNESS = 1.2
"""What the networks' log odds are multiplied by: averaged, they are too timid. Chosen on training pages, by folds."""
SHOWN_AROUND = 2
"""Lines that are known to be furniture are shown to the networks this near to one that isn't: most of a page whose
template is known needn't be looked at."""
MOST_ODDS = np.float32(30)
"""Surer than this is as good as certain, and within what an exponential can say."""


@dataclass(frozen=True, eq=False)
class LineModel:
    """Networks over FEATURES, and the log odds of words."""

    networks: Networks
    lexicon: Floats
    """Shape (BUCKETS,): how much oftener a word stands in articles than outside."""
    version: str
    """Changes when the weights do."""


def load_line_model(path: Path | None = None) -> LineModel:
    """Return the model whose weights are at `path`, by default the one that ships.

    Raises SettingsError when there are none, or when they were made for other features.
    """
    path = path or SHIPPED
    try:
        return _loaded(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SettingsError(f"line model {path} can't be used: {error}") from None


@cache
def _loaded(path: Path) -> LineModel:
    with np.load(path, allow_pickle=False) as held:
        names = tuple(held["features"].tolist())
        if names != FEATURES:
            other = sorted(set(names) ^ set(FEATURES))
            raise ValueError(f"made for other features ({', '.join(other[:5]) or 'order'}); train again")
        lexicon = np.zeros(BUCKETS, dtype=np.float32)
        lexicon[held["word"]] = held["odds"]
        return LineModel(read_networks(held), lexicon, str(held["version"]))


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
    shown = near(open_, lines.document)
    own = own_features(shapes, characters, model.lexicon)
    scores = np.zeros(len(lines), dtype=np.float32)
    for entries in _chunks(lines):
        asked = np.flatnonzero(shown[entries])
        rows = line_features(lines, shapes, own, known, address, markup, entries=entries, asked=asked)
        odds = SHARPNESS * model.networks.log_odds(rows, lines.document[entries].take(asked))
        scores[entries.start + asked] = 1 / (1 + np.exp(-odds.clip(-MOST_ODDS, MOST_ODDS)))
    scores[~open_] = 0
    return scores


def near(marked: Bools, document: Ints) -> Bools:
    """Mark the lines that stand up to SHOWN_AROUND lines from a marked one of their document, and those themselves."""
    result = marked.copy()
    for distance in range(1, SHOWN_AROUND + 1):
        same = document[distance:] == document[:-distance]
        result[distance:] |= marked[:-distance] & same
        result[:-distance] |= marked[distance:] & same
    return result


def _chunks(lines: Lines) -> list[slice]:
    """Cut the lines into runs of whole documents."""
    chunks: list[slice] = []
    begin = 0
    for stop in lines.starts[1:].tolist():
        if stop - begin >= CHUNK_LINES or stop == len(lines) > begin:
            chunks.append(slice(begin, stop))
            begin = stop
    return chunks
