"""Linking: components of verified pairs, exactly, with few comparisons."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.components import Components
from flows.dedup.groups import Bools, Groups, Ints
from flows.dedup.linking import link

ROWS = 10
rows = st.integers(0, ROWS - 1)
banded = st.lists(st.lists(st.integers(0, 2), min_size=ROWS, max_size=ROWS), min_size=1, max_size=4)


def groups_of(keys: list[int], there: Bools, fresh: Bools) -> Groups:
    """Return one band's groups of the rows that are there."""
    found = [
        [row for row in range(len(keys)) if keys[row] == key and there[row]] for key in sorted(set(keys), reverse=True)
    ]
    found = [group for group in found if len(group) > 1 and fresh[group].any()]
    starts = np.cumsum([0, *(len(group) for group in found)])[:-1]
    return Groups(np.array([row for group in found for row in group], dtype=np.int64), starts.astype(np.int64))


def brute_force(bands: list[list[int]], alike: set[tuple[int, int]]) -> list[int]:
    components = Components(np.arange(ROWS))
    for left, right in sorted(alike):
        if any(keys[left] == keys[right] for keys in bands):
            components.join(np.array([left]), np.array([right]))
    labels: list[int] = components.labels().tolist()
    return labels


def among(alike: set[tuple[int, int]]) -> Callable[[Ints, Ints], Bools]:
    """Accept exactly these pairs."""
    return lambda left, right: np.array(
        [pair in alike for pair in zip(left.tolist(), right.tolist(), strict=True)], bool
    )


class Comparer:
    """Accepts some pairs and remembers what it was asked."""

    def __init__(self, accepts: Callable[[Ints, Ints], Bools]) -> None:
        self.asked: list[tuple[int, int]] = []
        self.calls = 0
        self._accepts = accepts

    def __call__(self, pairs: Ints) -> Bools:
        self.asked += [(int(left), int(right)) for left, right in pairs]
        self.calls += 1
        return self._accepts(pairs[:, 0], pairs[:, 1])


@given(
    banded,
    st.sets(st.tuples(rows, rows).filter(lambda pair: pair[0] < pair[1])),
    st.permutations(range(ROWS)),
    st.lists(rows, max_size=3),
)
def test_any_order_and_any_split_into_rounds_gives_the_components_of_all_pairs(
    bands: list[list[int]], alike: set[tuple[int, int]], arrival: list[int], cuts: list[int]
) -> None:
    similar = Comparer(among(alike))
    labels = np.arange(ROWS)
    there = np.zeros(ROWS, dtype=bool)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), ROWS], strict=True):
        fresh = np.isin(np.arange(ROWS), arrival[start:end])
        there |= fresh
        components = Components(labels)
        link([groups_of(keys, there, fresh) for keys in bands], fresh, components, similar)
        labels = components.labels()
    assert labels.tolist() == brute_force(bands, alike)
    assert len(similar.asked) == len(set(similar.asked))


@given(banded, st.sets(st.tuples(rows, rows)), st.sets(rows))
def test_rows_that_are_not_fresh_are_never_compared_with_each_other(
    bands: list[list[int]], alike: set[tuple[int, int]], kept: set[int]
) -> None:
    fresh = ~np.isin(np.arange(ROWS), list(kept))
    similar = Comparer(among(alike))
    link(
        [groups_of(keys, np.ones(ROWS, dtype=bool), fresh) for keys in bands],
        fresh,
        Components(np.arange(ROWS)),
        similar,
    )
    assert not [pair for pair in similar.asked if kept.issuperset(pair)]


def all_alike(left: Ints, right: Ints) -> Bools:
    return np.ones(len(left), dtype=bool)


def none_alike(left: Ints, right: Ints) -> Bools:
    return np.zeros(len(left), dtype=bool)


def one_group(size: int, bands: int) -> list[Groups]:
    return [Groups(np.arange(size), np.zeros(1, dtype=np.int64)) for _ in range(bands)]


def test_notices_that_are_all_alike_cost_one_comparison_each() -> None:
    size = 10_000
    similar = Comparer(all_alike)
    components = Components(np.arange(size))
    link(one_group(size, 16), np.ones(size, dtype=bool), components, similar)
    assert len(similar.asked) == size - 1
    assert not components.labels().any()


def test_a_new_notice_like_thousands_that_are_kept_costs_one_comparison() -> None:
    size = 10_000
    labels = np.where(np.arange(size) == size - 1, size - 1, 0)
    similar = Comparer(all_alike)
    link(one_group(size, 16), labels > 0, Components(labels), similar)
    assert len(similar.asked) == 1


def test_a_new_notice_unlike_a_large_component_is_compared_with_each_of_it_in_few_rounds() -> None:
    size = 10_000
    labels = np.where(np.arange(size) == size - 1, size - 1, 0)
    similar = Comparer(none_alike)
    link(one_group(size, 4), labels > 0, Components(labels), similar)
    assert len(similar.asked) == size - 1
    assert similar.calls < 20


@pytest.mark.parametrize("families", [2, 7])
def test_families_that_share_a_key_stay_apart(families: int) -> None:
    size = 210
    similar = Comparer(lambda left, right: left % families == right % families)
    components = Components(np.arange(size))
    link(one_group(size, 3), np.ones(size, dtype=bool), components, similar)
    assert components.labels().tolist() == [row % families for row in range(size)]
    assert similar.calls < 2 * size
