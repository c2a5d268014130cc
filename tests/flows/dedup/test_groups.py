"""Groups: rows that share a key with a fresh one, found within a limit of memory."""

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.bands import Keys, band_keys
from flows.dedup.groups import ENTRY_BYTES, Bools, Ints, band_groups

BANDS = 3


def keys_of(values: list[list[int]]) -> Keys:
    return band_keys(np.array(values, dtype=np.uint32).reshape(-1, BANDS), BANDS)


def in_chunks(keys: Keys, size: int) -> Callable[[], Iterator[tuple[Ints, Keys]]]:
    """Give keys in chunks, the rows of each in descending order."""

    def chunks() -> Iterator[tuple[Ints, Keys]]:
        for start in range(0, len(keys), size):
            rows = np.arange(start, min(len(keys), start + size))[::-1]
            yield rows, keys[rows]

    return chunks


def slow_groups(keys: Keys, fresh: Bools) -> list[tuple[int, ...]]:
    found = []
    for band in range(keys.shape[1]):
        for key in np.unique(keys[:, band]):
            rows = np.flatnonzero(keys[:, band] == key)
            if len(rows) > 1 and fresh[rows].any():
                found.append(tuple(rows.tolist()))
    return sorted(found)


def groups_of(keys: Keys, fresh: Bools, *, size: int, memory_bytes: int) -> list[tuple[int, ...]]:
    found = []
    for groups in band_groups(in_chunks(keys, size), fresh, bands=keys.shape[1], memory_bytes=memory_bytes):
        ends = [*groups.starts[1:].tolist(), len(groups.rows)]
        parts = [groups.rows[start:end] for start, end in zip(groups.starts, ends, strict=False)]
        found += [tuple(sorted(part.tolist())) for part in parts]
    return sorted(found)


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=BANDS, max_size=BANDS), max_size=20),
    st.integers(0, 2**20 - 1),
    st.integers(1, 7),
    st.sampled_from([1, 3 * ENTRY_BYTES, 10 * ENTRY_BYTES, 1 << 20]),
)
def test_groups_are_those_that_share_a_key_with_a_fresh_row_in_any_memory(
    values: list[list[int]], fresh_bits: int, size: int, memory_bytes: int
) -> None:
    keys = keys_of(values)
    fresh = np.array([bool(fresh_bits >> row & 1) for row in range(len(keys))], dtype=bool)
    assert groups_of(keys, fresh, size=size, memory_bytes=memory_bytes) == slow_groups(keys, fresh)


@pytest.mark.parametrize("fresh_share", [0.01, 0.5, 1.0])
def test_no_more_memory_is_taken_than_was_given(fresh_share: float) -> None:
    random = np.random.default_rng(5)
    rows, limit = 60_000, 4 << 20
    keys = band_keys(random.integers(0, 20_000, (rows, 16), dtype=np.uint32), 16)
    fresh = random.random(rows) < fresh_share
    tracemalloc.start()
    found = sum(len(groups.rows) for groups in band_groups(in_chunks(keys, 5000), fresh, bands=16, memory_bytes=limit))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found > 1000
    assert keys.nbytes > limit
    assert peak < limit + (4 << 20)  # the chunk at hand and the blocks it is looked at in


def test_rows_that_share_nothing_with_a_fresh_one_are_never_held() -> None:
    keys = keys_of([[row // 2, row, row] for row in range(1000)])
    fresh = np.arange(1000) >= 998
    assert groups_of(keys, fresh, size=100, memory_bytes=8 * ENTRY_BYTES) == [(998, 999)]
