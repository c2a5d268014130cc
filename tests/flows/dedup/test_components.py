"""Components: what pairs connect, whatever their order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.components import Components

ROWS = 12
pairs = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, ROWS - 1)), max_size=20)


def connected(start: list[int], joined: list[tuple[int, int]]) -> list[int]:
    """Return each row's component, named by its smallest row, the slow way."""
    labels = [start.index(label) for label in start]
    for left, right in joined:
        low, high = sorted((labels[left], labels[right]))
        labels = [low if label == high else label for label in labels]
    return labels


@given(st.lists(st.integers(0, ROWS - 1), min_size=ROWS, max_size=ROWS), st.lists(pairs, max_size=4))
def test_rows_that_pairs_or_labels_connect_are_one_component_named_by_its_smallest_row(
    start: list[int], calls: list[list[tuple[int, int]]]
) -> None:
    components = Components(np.array(start))
    for call in calls:
        left, right = np.array(call, dtype=np.int64).reshape(-1, 2).T
        components.join(left, right)
    joined = [pair for call in calls for pair in call]
    assert components.roots(np.arange(ROWS)).tolist() == connected(start, joined)
    assert components.labels().tolist() == connected(start, joined)


def test_a_long_chain_is_one_component() -> None:
    size = 50_000
    components = Components(np.arange(size))
    components.join(np.arange(size - 1)[::-1], np.arange(1, size)[::-1])
    assert not components.labels().any()


def test_there_may_be_no_rows() -> None:
    components = Components(np.empty(0, dtype=np.int64))
    components.join(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    assert components.labels().tolist() == []
