"""What lines are about: their long words, and which of them the rest of their document shares."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.characters import KINDS, Words, places_of
from flows.cleaning.lines import Bools, Ints

Floats = npt.NDArray[np.float32]

LONG_WORD = 5
"""Words of so many letters tell what a text is about; shorter ones stand in any."""
MAX_COUNT = 30
_SLOTS = 1 << 12
"""Slots in which a document's long words are counted: a story has some 200 of them."""
AT_ONCE = 128
"""Documents whose words are counted together: their slots stay near the processor."""


class Topics:
    """The long words of distinct lines."""

    def __init__(self, words: Words) -> None:
        long = (words.chars >= LONG_WORD) | (words.kind == KINDS.index("wide"))
        self._slot = (words.bucket[long] & (_SLOTS - 1)).astype(np.int64)
        self._first = np.concatenate(([0], np.cumsum(words.count(long))))

    def shared(self, code: Ints, document: Ints, *, core: Bools) -> tuple[Floats, Floats]:
        """Return which share of each line's long words other prose of its document holds, and how many there are.

        A teaser speaks of something else, a caption of the same. `core` marks the prose compared with; `code` (of the
        distinct line) and `document`, ascending from 0, hold an entry a line.
        """
        share, words = np.zeros((2, len(code)), dtype=np.float32)
        documents = int(document.max(initial=-1)) + 1
        for first in range(0, documents, AT_ONCE):
            some = slice(*np.searchsorted(document, [first, first + AT_ONCE]))
            share[some], words[some] = self._shared(code[some], document[some] - first, core[some])
        return share, words

    def _shared(self, code: Ints, document: Ints, core: Bools) -> tuple[Floats, Floats]:
        places, counts, stops = places_of(self._first, code)
        slot = self._slot.take(places)
        slot += np.repeat(document * _SLOTS, counts)
        inside = np.repeat(core, counts)
        held = np.bincount(slot[inside], minlength=AT_ONCE * _SLOTS).take(slot) > inside
        before = np.zeros(len(held) + 1, dtype=np.int32)
        np.cumsum(held, out=before[1:])
        share = (before.take(stops) - before.take(stops - counts)) / np.maximum(counts, 1)
        return share.astype(np.float32), np.minimum(counts, MAX_COUNT).astype(np.float32)
