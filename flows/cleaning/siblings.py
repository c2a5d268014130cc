"""What a site's other pages say of a line: what stands in one place of its template is most often one thing."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.odds import SURE, log_odds, moved

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]

PLACES = 4
"""The first lines beside a template line are told apart, those further on are one place: "Read also" has a headline
below it, and then the story goes on."""
TRUST = 0.7
"""How much the pages of a large site count beside a line's own score. Chosen on pages written for this project: at .4
they do half as much."""
FEW_PAGES = 2.0
"""With so many other pages they count half of that."""


def ask_siblings(lines: Lines, scores: Floats, *, of_line: Ints, anchor: Bools, out: Bools, weight: Floats) -> Floats:
    """Return `scores` drawn towards what lines of the site's other pages score in the same place.

    A place is so many lines below, or above, the same line of a template. `anchor` marks the lines of templates and
    `of_line` numbers them by site and text, `out` marks lines that aren't scored, and `weight` is what each line
    counts for in its place.
    """
    entry = np.flatnonzero(~out & (scores > 0))
    if not len(entry) or not anchor.any():
        return scores
    odds = log_odds(scores[entry])
    own = np.clip(odds, -SURE, SURE)
    drawn = np.zeros(len(entry))
    for beside in (lines.last_marked(anchor), lines.next_marked(anchor)):
        distance = np.minimum(np.abs(np.arange(len(lines)) - beside), PLACES)
        place = np.where(beside >= 0, of_line[beside] * PLACES + distance - 1, -1)[entry]
        drawn += _towards_others(lines.document[entry], beside[entry], place, own, weight[entry]) / 2
    return moved(scores, entry, odds, drawn)


def _towards_others(document: Ints, beside: Ints, place: Ints, own: Numbers, weight: Floats) -> Numbers:
    """Return how far each line's log odds are drawn towards the mean of the same place elsewhere.

    Lines that share an anchor and a place are one of the place's cases.
    """
    same = (document[1:] == document[:-1]) & (beside[1:] == beside[:-1]) & (place[1:] == place[:-1])
    first = np.flatnonzero(np.concatenate(([True], ~same)))
    case = np.cumsum(np.concatenate(([0], ~same)))
    mean = np.add.reduceat(own * weight, first) / np.add.reduceat(weight.astype(np.float64), first)
    at = place[first]
    known = at >= 0
    total = np.bincount(at[known], weights=mean[known], minlength=1)
    count = np.bincount(at[known], minlength=1)
    others = np.where(known, count[at] - 1, 0)
    elsewhere = np.where(others > 0, (total[at] - mean) / np.maximum(others, 1), 0)
    trust = TRUST * others / (others + FEW_PAGES)
    result: Numbers = trust[case] * (elsewhere[case] - own)
    return result
