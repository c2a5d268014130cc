"""Groups: rows that share a band's key, found in passes over all keys, each within a limit of memory."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.dedup.bands import Keys

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Chunks = Callable[[], Iterable[tuple[Ints, Keys]]]

ENTRY_BYTES = 80
"""Memory that a held key takes at most: key, row and band, gathered and put together; their order; its slots."""
BLOCK_ROWS = 8192
"""Rows looked at in one go: their keys, 1 MB with 16 bands, stay in the processor's cache."""
SLOTS_PER_KEY = 16
"""At least so many slots for each key looked for: at most one other key in sixteen is looked for in vain."""
UNEVEN = 1.1
"""A range of keys may hold so much more than its share; with yet more in it, it is parted after a look in vain."""
_LAST_KEY = 2**64 - 1


@dataclass(frozen=True)
class Groups:
    """Groups of two rows and more, one after the other; no row is in two of them."""

    rows: Ints
    starts: Ints
    """Each group's first place in `rows`."""


@dataclass(frozen=True)
class _Part:
    """What one pass looks at: some bands, or of one band the keys of a range."""

    first: int
    last: int
    low: int = 0
    high: int = _LAST_KEY

    def halves(self) -> "list[_Part]":
        """Return the part in two; itself alone when it can't be parted."""
        if self.last - self.first > 1:
            middle = (self.first + self.last) // 2
            return [_Part(self.first, middle), _Part(middle, self.last)]
        if self.low == self.high:
            return [self]
        middle = (self.low + self.high) // 2
        return [
            _Part(self.first, self.last, self.low, middle),
            _Part(self.first, self.last, middle + 1, self.high),
        ]

    def covers(self, keys: Keys) -> Bools:
        """Tell which keys lie in the range."""
        if self.high - self.low == _LAST_KEY:
            return np.ones(keys.shape, dtype=bool)
        return (keys >= np.uint64(self.low)) & (keys <= np.uint64(self.high))


@dataclass(frozen=True)
class _Entries:
    """Keys that are held, each with its row and its band."""

    keys: Keys
    rows: Ints
    bands: npt.NDArray[np.int16]


def band_groups(chunks: Chunks, fresh: Bools, *, bands: int, memory_bytes: int) -> Iterator[Groups]:
    """Yield the groups of rows, one of them fresh at least, that share a key, band by band.

    `chunks` gives row numbers and their keys, a column a band, and is called twice for each pass; a pass takes as
    many bands as the memory holds, and a part of the keys of one when it doesn't hold that.
    """
    room = max(2, memory_bytes // ENTRY_BYTES)
    parts = _parts(bands, wanted=int(fresh.sum()), room=room)
    while parts:
        part = parts.pop()
        held = _hold_part(chunks, fresh, part, room)
        if held is None:
            parts += reversed(part.halves())
            continue
        for band in range(part.last - part.first):
            chosen = held.bands == band
            yield _group(held.keys[chosen], held.rows[chosen])


def _parts(bands: int, *, wanted: int, room: int) -> list[_Part]:
    """Return the parts in which to look for the partners of so many rows, the last one first."""
    if not wanted:
        return []
    ranges = math.ceil(wanted * UNEVEN / room)
    if ranges == 1:
        step = min(bands, max(1, room // wanted))
        return [_Part(first, min(bands, first + step)) for first in range(0, bands, step)][::-1]
    edges = [_LAST_KEY * place // ranges for place in range(ranges + 1)]
    ends = [(low + 1 if low else 0, high) for low, high in itertools.pairwise(edges)]
    return [_Part(band, band + 1, low, high) for band in range(bands) for low, high in ends][::-1]


def _hold_part(chunks: Chunks, fresh: Bools, part: _Part, room: int) -> _Entries | None:
    """Return the keys of fresh rows and those of others that are among them; None when there is no room for them."""
    if part.low == part.high:
        room = len(fresh) * (part.last - part.first)  # copies of one text: there is nothing to part
    own = _hold(chunks, fresh, part, part.covers, room)
    if own is None or fresh.all():
        return own
    known = _Known(own.keys)
    others = _hold(chunks, ~fresh, part, known.has, room - len(own.keys))
    return None if others is None else _together([own, others])


def _hold(chunks: Chunks, wanted: Bools, part: _Part, accepts: Callable[[Keys], Bools], room: int) -> _Entries | None:
    """Return the accepted keys of wanted rows; None when they are more than there is room for."""
    held = [_Entries(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.int16))]
    for rows, keys in chunks():
        for start in range(0, len(rows), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            chosen = wanted[rows[block]]
            if not chosen.any():
                continue
            own, values = rows[block], keys[block, part.first : part.last]
            if not chosen.all():
                own, values = own[chosen], values[chosen]
            places, bands = np.nonzero(accepts(values))
            room -= len(places)
            if room < 0:
                return None
            held.append(_Entries(values[places, bands], own[places], bands.astype(np.int16)))
    return _together(held)


def _together(entries: list[_Entries]) -> _Entries:
    return _Entries(
        np.concatenate([entry.keys for entry in entries]),
        np.concatenate([entry.rows for entry in entries]),
        np.concatenate([entry.bands for entry in entries]),
    )


class _Known:
    """Keys that are looked for."""

    def __init__(self, keys: Keys) -> None:
        self._keys = np.sort(keys)
        bits = max(8, (len(keys) * SLOTS_PER_KEY).bit_length())
        self._mask = np.uint64((1 << bits) - 1)
        self._slots = np.zeros(1 << bits, dtype=bool)
        self._slots[self._slot(keys)] = True

    def has(self, keys: Keys) -> Bools:
        """Tell which keys are known: few get past a look at their slot, which is cheap."""
        found: Bools = self._slots[self._slot(keys)]
        likely = keys[found]
        if len(likely):
            places = np.minimum(np.searchsorted(self._keys, likely), len(self._keys) - 1)
            found[found] = self._keys[places] == likely
        return found

    def _slot(self, keys: Keys) -> Ints:
        return (keys & self._mask).view(np.int64)


def _group(keys: Keys, rows: Ints) -> Groups:
    """Return the rows of keys that occur more than once."""
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    follows = np.concatenate([[False], same]) if len(keys) else same
    followed = np.concatenate([same, [False]]) if len(keys) else same
    places = np.flatnonzero(follows | followed)
    return Groups(rows[order[places]], np.flatnonzero(~follows[places]))
