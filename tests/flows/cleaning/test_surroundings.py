"""What stands around a line: nothing of another document."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flows.cleaning.surroundings import FAR, Surroundings

DOCUMENTS = np.array([0, 0, 0, 2, 2, 5])
VALUES = np.array([1, 2, 4, 8, 16, 32], dtype=np.float32)


def test_neighbours_end_with_their_document() -> None:
    around = Surroundings(DOCUMENTS)
    assert around.neighbour(VALUES, 1, outside=-1).tolist() == [2, 4, -1, 16, -1, -1]
    assert around.neighbour(VALUES, -2, outside=0).tolist() == [0, 0, 1, 0, 0, 0]


def test_windows_end_with_their_document() -> None:
    around = Surroundings(DOCUMENTS)
    beside, below, above = around.windows(VALUES, [(-1, 1), (1, 3), (-20, -1)])
    assert beside.tolist() == [3, 7, 6, 24, 24, 32]
    assert below.tolist() == [6, 4, 0, 16, 0, 0]
    assert above.tolist() == [0, 1, 3, 0, 8, 0]


def test_sums_are_of_the_document() -> None:
    around = Surroundings(DOCUMENTS)
    assert around.total(VALUES).tolist() == [7, 7, 7, 24, 24, 32]
    assert around.so_far(VALUES).tolist() == [0, 1, 3, 0, 8, 0]


def test_distances_count_lines_to_the_nearest_mark() -> None:
    around = Surroundings(DOCUMENTS)
    marked = np.array([True, False, False, False, True, False])
    assert around.lines_since(marked).tolist() == [FAR, 1, 2, FAR, FAR, FAR]
    assert around.lines_until(marked).tolist() == [FAR, FAR, FAR, 1, FAR, FAR]


def test_lines_asked_for_see_the_others() -> None:
    asked, everyone = Surroundings(DOCUMENTS, np.array([1, 4])), Surroundings(DOCUMENTS)
    marked = VALUES > 3
    for told, of_all in (
        (asked.neighbour(VALUES, -1, outside=0), everyone.neighbour(VALUES, -1, outside=0)),
        (asked.windows(VALUES, [(-2, 1)])[0], everyone.windows(VALUES, [(-2, 1)])[0]),
        (asked.total(VALUES), everyone.total(VALUES)),
        (asked.so_far(VALUES), everyone.so_far(VALUES)),
        (asked.lines_since(marked), everyone.lines_since(marked)),
        (asked.lines_until(marked), everyone.lines_until(marked)),
    ):
        assert told.tolist() == of_all[[1, 4]].tolist()


def test_no_line_has_no_surroundings() -> None:
    around = Surroundings(np.zeros(0, dtype=np.int64))
    nothing = np.zeros(0, dtype=np.float32)
    assert len(around.windows(nothing, [(-3, 3)])[0]) == len(around.lines_since(nothing > 0)) == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(-4, 4), st.integers(0, 4))
def test_a_window_is_what_a_loop_says(gaps: list[int], low: int, width: int) -> None:
    document = np.cumsum(gaps)
    values = np.arange(1, len(document) + 1, dtype=np.float32)
    found = Surroundings(document).windows(values, [(low, low + width)])[0].tolist()
    for entry, sum_ in enumerate(found):
        inside = range(max(0, entry + low), min(len(document), entry + low + width + 1))
        assert sum_ == sum(float(values[i]) for i in inside if document[i] == document[entry])
