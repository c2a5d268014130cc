"""Counting characters and words: the columns say what a loop over each line would."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cleaning.characters import BLOCK_LINES, BUCKETS, KINDS, MEASURED_CHARS, Characters, read_characters


def read(*lines: str) -> Characters:
    return read_characters(pa.array(lines, pa.large_string()))


def words_of(found: Characters, line: int) -> list[int]:
    start, stop = found.words.starts[line : line + 2]
    buckets: list[int] = found.words.bucket[start:stop].tolist()
    return buckets


def test_kinds_of_characters_are_counted_by_line() -> None:
    found = read("Ada's 3 cats, © AP.", "", "港湾局は")
    assert found.chars.tolist() == [19, 0, 4]
    counts = {name: found.count[name].tolist() for name in KINDS}
    assert counts == {
        "other": [0, 0, 0],
        "space": [4, 0, 0],
        "lower": [7, 0, 0],
        "upper": [3, 0, 0],
        "digit": [1, 0, 0],
        "wide": [0, 0, 4],
        "stop": [1, 0, 0],
        "comma": [1, 0, 0],
        "quote": [1, 0, 0],
        "mark": [1, 0, 0],
    }


def test_a_word_is_the_same_wherever_and_however_it_is_written() -> None:
    found = read("Subscribe now", "SUBSCRIBE!", "to subscribe, 2024", "2025")
    assert words_of(found, 0)[0] == words_of(found, 1)[0] == words_of(found, 2)[1]
    assert words_of(found, 2)[2] == words_of(found, 3)[0]


def test_words_of_the_same_letters_differ() -> None:
    found = read("form", "from")
    assert words_of(found, 0) != words_of(found, 1)


def test_a_character_of_a_script_without_spaces_is_a_word() -> None:
    found = read("abc港湾x")
    assert np.diff(found.words.starts).tolist() == [4]
    assert found.words.chars.tolist() == [3, 1, 1, 1]
    assert found.words_or_halves.tolist() == [3]


def test_a_long_line_is_measured_by_its_beginning() -> None:
    found = read("a" * (MEASURED_CHARS + 50))
    assert found.count["lower"].tolist() == [MEASURED_CHARS]


def test_blocks_of_lines_are_joined_as_if_read_at_once() -> None:
    lines = [f"Line {number}, of many. 港" for number in range(2 * BLOCK_LINES + 3)]
    found = read(*lines)
    last = read(lines[-1])
    assert len(found.chars) == len(lines)
    assert words_of(found, len(lines) - 1) == words_of(last, 0)
    assert found.words.starts[-1] == len(found.words.bucket)
    assert found.count["digit"][-1] == last.count["digit"][0]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_lines_are_counted_one_by_one_as_together(lines: list[str]) -> None:
    lines = [line.encode("utf-8", "replace").decode() for line in lines]
    together = read(*lines)
    assert together.chars.tolist() == [min(len(line), MEASURED_CHARS) for line in lines]
    assert sum(together.count[name] for name in KINDS).tolist() == together.chars.tolist() if lines else True  # type: ignore[attr-defined]
    for place, line in enumerate(lines):
        assert words_of(together, place) == words_of(read(line), 0)
    assert all(0 <= bucket < BUCKETS for bucket in together.words.bucket.tolist())


@pytest.mark.parametrize("line", ["🙂🙂", "\ufeff", "a\u0301", "٣٤"])
def test_unusual_characters_have_a_kind(line: str) -> None:
    found = read(line)
    assert sum(found.count[name][0] for name in KINDS) == len(line)
