"""The line model: how likely each line is the article. Boosted trees and networks, read from the weights that ship.

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
from flows.cleaning.features import (
    FEATURES,
    Known,
    line_features,
    line_inputs,
    network_inputs,
    own_features,
    tell,
)
from flows.cleaning.lines import Lines
from flows.cleaning.markup import Markup
from flows.cleaning.network import Network, read_networks
from flows.cleaning.shapes import Shapes
from flows.cleaning.surroundings import Surroundings
from flows.cleaning.trees import Trees
from flows.errors import SettingsError

Floats = npt.NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights" / "line_model.npz"
CHUNK_LINES = 16_384
"""Lines scored together: their features take some 15 MB. A call of numpy takes as long as its work on 4,000 lines, so
that a quarter as many at once would cost half as much again."""


TRUST = 0.8
"""What the log odds of the trees count in plain text, and those of the networks. They err on different lines: where
both are sure, both together are surer than either, so that the two make more than 1. Chosen on the training pages, by
folds. Where there is HTML the trees alone do as well."""
DOUBT = 1.0
"""The networks are asked about documents that hold a line of which the trees are less sure than this, 27 to 73 in 100:
by folds asking them about all changes nothing, and on sites with known templates three in four have none."""
MOST_ODDS = np.float32(30)
"""Surer than this is as good as certain, and within what an exponential can say."""


@dataclass(frozen=True, eq=False)
class LineModel:
    """Trees over FEATURES, networks over INPUTS, and the log odds of words."""

    trees: Trees
    networks: tuple[Network, ...]
    """Alike but for the numbers they began with: what one alone takes for sure counts for less."""
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
        networks = read_networks(held)
        if not networks:
            raise ValueError("made without networks; train again")
        lexicon = np.zeros(BUCKETS, dtype=np.float32)
        lexicon[held["word"]] = held["odds"]
        trees = Trees(held["feature"], held["border"], held["leaf"], float(held["bias"]))
        return LineModel(trees, networks, lexicon, str(held["version"]))


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
    plain = ~markup.told
    for entries in _chunks(lines):
        told = tell(lines, shapes, own, known, entries=entries)
        asked = np.flatnonzero(open_[entries])
        odds = model.trees.log_odds(line_features(told, address, markup, Surroundings(told.document, asked)))
        document = told.document.take(asked)
        doubtful = np.zeros(lines.documents, dtype=bool)
        doubtful[document[np.abs(odds) < DOUBT]] = True
        doubtful &= plain
        again = np.flatnonzero(doubtful[told.document])
        if len(again):
            inputs = network_inputs(line_inputs(told, address, Surroundings(told.document, again)))
            seen = np.zeros(len(told.document), dtype=np.float32)
            for network in model.networks:
                seen[again] += network.log_odds(inputs.copy(), told.document.take(again)) / len(model.networks)
            odds = np.where(doubtful[document], TRUST * (odds + seen.take(asked)), odds)
        scores[entries.start + asked] = 1 / (1 + np.exp(-odds.clip(-MOST_ODDS, MOST_ODDS)))
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
