"""Scores as log odds, and scores moved by them."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Ints

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]

SURE = 4.6
"""Log odds beyond which a score says no more of other lines: 99 in 100."""


def log_odds(scores: Floats) -> Numbers:
    """Return the log odds of scores above 0."""
    wide = scores.astype(np.float64)
    result: Numbers = np.log(wide / np.maximum(1 - wide, 1e-9))
    return result


def moved(scores: Floats, entry: Ints, odds: Numbers, by: Numbers) -> Floats:
    """Return `scores` with those at `entry`, whose log odds are `odds`, moved; where `by` is 0 they are as before."""
    result = scores.copy()
    changed = np.flatnonzero(by)
    result[entry[changed]] = 1 / (1 + np.exp(-(odds + by)[changed]))
    return result
