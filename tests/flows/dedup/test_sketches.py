"""Sketches tell copies of an article, and are the same in all versions."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.sketches import Sketches, runs_of, sketch, words_of

WORDS = [f"word{number}" for number in range(400)]
STORY = " ".join(WORDS)
CHINESE = "".join(chr(0x4E00 + number * 7) for number in range(200))


def test_a_sketch_never_changes_as_takedowns_keep_it() -> None:
    assert hashlib.sha256(sketch(f"{STORY} Größe 東京") or b"").hexdigest()[:16] == "d153e844e447dd49"


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_has_the_words_that_any_text_has(text: str) -> None:
    assert words_of(text) == words_of(f"{text} é")[:-1]


@pytest.mark.parametrize("story", [STORY, CHINESE])
def test_a_text_that_holds_the_story_is_a_copy_whatever_stands_around_it(story: str) -> None:
    known = Sketches([sketch(story) or b""])
    assert known.copied(f"Home\nMore\n{story.upper()}!\nPrinted by the river") == 0
    assert known.copied(story[: len(story) // 3]) is None
    assert known.touched(story[: len(story) // 3]) == 0


def test_a_story_in_which_each_26th_word_is_another_is_a_copy() -> None:
    edited = [word if place % 26 else "other" for place, word in enumerate(WORDS)]
    assert Sketches([sketch(STORY) or b""]).copied(" ".join(edited)) == 0


def test_a_text_that_quotes_a_part_is_none() -> None:
    quoting = " ".join([*WORDS[:150], *(f"news{number}" for number in range(400))])
    assert Sketches([sketch(STORY) or b""]).copied(quoting) is None


def test_a_short_notice_has_no_sketch() -> None:
    assert sketch(" ".join(WORDS[:12])) is None
    assert runs_of("three words only") == set()


def test_most_runs_are_left_out_so_that_a_text_cannot_be_continued_word_by_word() -> None:
    assert len(runs_of(STORY)) < len(WORDS) / 6
