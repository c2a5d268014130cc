"""Linking: rows that share a key are compared until every component is known, with as few comparisons as that takes.

What comes out is what comparing each pair of each group would give, in any order. Most pairs needn't be compared: those
of one component already are decided. So in each group one fresh row, the hub, is compared with the others, first with
one row of each component, then with two more, four more, and so on; a hub that was compared with all leaves its group.
"""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from flows.dedup.components import Components
from flows.dedup.groups import Groups

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Similar = Callable[[Ints], Bools]


def link(groups: Iterable[Groups], fresh: Bools, components: Components, similar: Similar) -> None:
    """Connect the rows of each group that pairs connect which `similar` accepts and of which one row is fresh.

    `similar` gets distinct pairs (left < right), many at a time, and no pair twice.
    """
    comparing = _Comparing(len(fresh), components, similar)
    for found in groups:
        rounds = _Rounds(found, fresh)
        while rounds.open():
            rounds.compare(comparing)


class _Comparing:
    """Comparisons of pairs, each made once."""

    def __init__(self, rows: int, components: Components, similar: Similar) -> None:
        self.components = components
        self._rows, self._similar = rows, similar
        self._rejected = _Codes()

    def compare(self, left: Ints, right: Ints) -> None:
        """Connect those pairs of rows that are alike."""
        codes = np.unique(np.minimum(left, right) * self._rows + np.maximum(left, right))
        codes = codes[~self._rejected.has(codes)]
        if not len(codes):
            return
        pairs = np.stack(np.divmod(codes, self._rows), axis=1)
        alike = self._similar(pairs)
        self.components.join(pairs[alike, 0], pairs[alike, 1])
        self._rejected.add(codes[~alike])


class _Codes:
    """A growing set of numbers, as sorted runs, each more than twice as long as the next: eight bytes a number."""

    def __init__(self) -> None:
        self._runs: list[Ints] = []

    def add(self, codes: Ints) -> None:
        """Add numbers that are new, ascending."""
        while self._runs and len(self._runs[-1]) <= 2 * len(codes):
            codes = np.sort(np.concatenate([self._runs.pop(), codes]))
        if len(codes):
            self._runs.append(codes)

    def has(self, codes: Ints) -> Bools:
        """Tell which numbers are in the set."""
        found = np.zeros(len(codes), dtype=bool)
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, codes), len(run) - 1)
            found |= run[places] == codes
        return found


class _Rounds:
    """Groups that share no row, all of them a round of comparisons further with each call."""

    def __init__(self, groups: Groups, fresh: Bools) -> None:
        sizes = np.diff(np.append(groups.starts, len(groups.rows)))
        group = np.repeat(np.arange(len(sizes)), sizes)
        order = np.lexsort((groups.rows, ~fresh[groups.rows], group))  # fresh rows first: they become hubs
        self._rows, self._group = groups.rows[order], group
        self._tried = np.zeros(len(order), dtype=bool)
        """Whether a row was compared with its group's hub."""
        self._quota = 1
        """How many rows of a component are compared with a group's hub in a round: more in each, for the longer a
        group goes on, the less likely are its components to be one."""
        self._fresh = fresh

    def open(self) -> bool:
        """Tell whether there are groups left."""
        return len(self._rows) > 0

    def compare(self, comparing: _Comparing) -> None:
        """Compare each hub with some rows of every component but its own; drop the groups that are through."""
        starts = np.flatnonzero(np.append(True, self._group[1:] != self._group[:-1]))
        sizes = np.diff(np.append(starts, len(self._rows)))
        component = comparing.components.roots(self._rows)
        other = component != np.repeat(component[starts], sizes)
        going = np.logical_or.reduceat(other, starts) & self._fresh[self._rows[starts]]
        left = other & ~self._tried & np.repeat(going, sizes)
        wanted = np.flatnonzero(left)
        chosen = wanted[_ranks(self._group[wanted], component[wanted]) < self._quota]
        hubs = np.repeat(self._rows[starts], sizes)
        comparing.compare(hubs[chosen], self._rows[chosen])
        self._tried[chosen], left[chosen] = True, False
        self._advance(starts, sizes, going, np.logical_or.reduceat(left, starts))

    def _advance(self, starts: Ints, sizes: Ints, going: Bools, stays: Bools) -> None:
        """Let hubs that were compared with all go, and groups that are through."""
        self._tried &= np.repeat(stays, sizes)
        kept = np.repeat(going, sizes)
        kept[starts[~stays]] = False
        self._rows, self._group, self._tried = self._rows[kept], self._group[kept], self._tried[kept]
        self._quota = min(2 * self._quota, len(self._rows))


def _ranks(group: Ints, component: Ints) -> Ints:
    """Return the place of each row among those of its group and component."""
    order = np.lexsort((component, group))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(group[order]) != 0) | (np.diff(component[order]) != 0)
    starts = np.flatnonzero(new)
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return ranks
