"""Where the article stands on the page: its prose mostly stands together."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.shapes import Shapes

Weights = npt.NDArray[np.int64]

PROSE_WIDTH = 400
"""A wider paragraph counts as this wide: one long line must not outweigh the rest."""
SHORT_LINE = -60
"""What a short line without a sentence costs, in characters of prose. A heading between two paragraphs is
paid by either; a list of six links between the article and a lone sentence isn't."""
REMOVED_LINE = -10
"""What a line known to be furniture costs: prompts interrupt articles, and cut nothing off."""


def weigh(shapes: Shapes) -> Weights:
    """Return the weight of each distinct line: positive for prose, negative for what isn't."""
    width = np.minimum(shapes.width, PROSE_WIDTH).astype(np.int64)
    weights = np.where(shapes.prose, width, SHORT_LINE)
    return np.where(shapes.sentence & ~shapes.prose, width // 3, weights)


def find_extents(lines: Lines, *, weights: Weights, removed: Bools) -> tuple[Ints, Ints]:
    """Return each document's article as [first, last) entries of `Lines`: the run of the greatest weight.

    A document without any prose gets an empty run. `weights` and `removed` hold an entry per line. Of
    runs of one weight the first, and of these the shortest, is taken.
    """
    score = np.where(removed, REMOVED_LINE, weights)
    first = np.zeros(lines.documents, dtype=np.int64)
    last = np.zeros(lines.documents, dtype=np.int64)
    counts = np.diff(lines.starts)
    filled = np.flatnonzero(counts)
    if not len(filled):
        return first, last
    begins = lines.starts[:-1][filled]
    before = np.concatenate(([0], np.cumsum(score)))
    lowest, lowest_at = _running_minimum(before[:-1], begins, counts[filled])
    gain = before[1:] - lowest
    best = np.maximum.reduceat(gain, begins)
    end = _first_reaching(gain, best, begins, counts[filled])
    found = best > 0
    first[filled[found]] = lowest_at[end[found]]
    last[filled[found]] = end[found] + 1
    return first, last


def _running_minimum(values: Ints, begins: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return for each entry the least value of its segment up to there, and where it stands last."""
    span = int(values.max() - values.min()) + 1
    segment = np.repeat(np.arange(len(begins), dtype=np.int64), counts)
    shifted = values - segment * span  # each segment lies under all before it
    lowest = np.minimum.accumulate(shifted)
    places = np.where(shifted == lowest, np.arange(len(values)), 0)
    return lowest + segment * span, np.maximum.accumulate(places)


def _first_reaching(gain: Ints, best: Ints, begins: Ints, counts: Ints) -> Ints:
    """Return the first entry of each segment whose gain is the segment's best."""
    reached = np.flatnonzero(gain == np.repeat(best, counts))
    result: Ints = reached[np.searchsorted(reached, begins)]
    return result
