"""What a first look at a document says of each line: its own score, its neighbours', and where the likely lines are."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.surroundings import Surroundings

Floats = npt.NDArray[np.float32]

NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)
WINDOWS = ((-3, -1), (1, 3), (-8, -1), (1, 8), (-20, -1), (1, 20))
COUNTED = ((-6, -1), (1, 6))
NEAR = (-30, 30)
LIKELY = 0.6
"""From this score on a line is taken for the article when distances are measured."""
LONG = 80
"""Words beyond these don't make a paragraph weigh more."""
LEAST = 1e-4
OUTSIDE = -9.0
"""What stands for the log odds of a line beyond the document's ends: less than any line has."""
SCORE_FEATURES = (
    "odds",
    *(f"odds{distance:+d}" for distance in NEIGHBOURS),
    *(f"mass[{low}:{high}]" for low, high in WINDOWS),
    *(f"likely[{low}:{high}]" for low, high in COUNTED),
    "mass_total",
    "mass_before",
    "mass_after",
    "since_likely",
    "until_likely",
    "share_of_near",
    "best_of_document",
)


def log_odds(scores: Floats) -> Floats:
    """Return the log odds of scores between 0 and 1."""
    inside = np.clip(scores, np.float32(LEAST), np.float32(1 - LEAST))
    result: Floats = np.log(inside / (1 - inside)).astype(np.float32)
    return result


def score_features(scores: Floats, words: Floats, around: Surroundings) -> Floats:
    """Return features of the lines asked for in `around`, shape (len(SCORE_FEATURES), lines).

    `scores`, a first model's, and `words` are those of all lines.
    """
    odds, likely = log_odds(scores), scores >= LIKELY
    mass = scores * np.minimum(words, LONG)
    total, before = around.total(mass), around.so_far(mass)
    *counted, near = around.windows(scores, [*COUNTED, NEAR])
    rows = [
        around.of(odds),
        *(around.neighbour(odds, distance, outside=OUTSIDE) for distance in NEIGHBOURS),
        *around.windows(mass, WINDOWS),
        *counted,
        total,
        before / np.maximum(total, 1),
        (total - before - around.of(mass)) / np.maximum(total, 1),
        around.lines_since(likely),
        around.lines_until(likely),
        around.of(scores) / np.maximum(near, 1e-3),
        around.greatest(scores),
    ]
    return np.stack([np.asarray(row, dtype=np.float32) for row in rows])
