"""Lines as columns, their shapes, and where the article stands among them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cleaning.extent import find_extents, weigh
from flows.cleaning.lines import count_partners, split_lines
from flows.cleaning.shapes import measure


@given(st.lists(st.text(alphabet="ab\n", max_size=12), max_size=6))
def test_lines_are_numbered_as_in_the_text_and_blank_ones_left_out(texts: list[str]) -> None:
    lines = split_lines(pa.array(texts, pa.string()))
    found = [
        (int(d), int(n), lines.text(entry))
        for entry, (d, n) in enumerate(zip(lines.document, lines.line_no, strict=True))
    ]
    assert found == [(d, n, line) for d, text in enumerate(texts) for n, line in enumerate(text.split("\n"), 1) if line]
    assert lines.starts.tolist() == [sum(d < limit for d, _, _ in found) for limit in range(len(texts) + 1)]


@pytest.mark.parametrize(
    ("line", "prose", "headline"),
    [
        ("The harbour board will dredge the inner basin in April, two years late.", True, False),
        ("Harbour to be dredged in April", False, True),
        ("Who pays for the ferry?", False, True),
        ("He declined to comment.", False, False),
        ("Harbour", False, False),
        ("Key points:", False, False),
        ("港湾局は来月、内港の浚渫を始めると発表した。二年ぶりの工事となる。", True, False),
        (
            "“We will not wait for the next storm before we mend the wall,” she told the council.”",
            True,
            False,
        ),
    ],
)
def test_the_shape_of_a_line_tells_prose_from_headlines(line: str, prose: bool, headline: bool) -> None:
    shapes = measure(pa.array([line], pa.large_string()))
    assert (bool(shapes.prose[0]), bool(shapes.headline[0])) == (prose, headline)


def plain_extent(scores: list[int]) -> tuple[int, int]:
    """The first best run, the shortest of its weight, the plain way."""
    best, found = 0, (0, 0)
    for stop in range(1, len(scores) + 1):
        for start in range(stop - 1, -1, -1):
            if sum(scores[start:stop]) > best:
                best, found = sum(scores[start:stop]), (start, stop)
    return found


@given(st.lists(st.lists(st.integers(-9, 9), max_size=8), max_size=5))
def test_the_article_is_the_run_of_the_greatest_weight(documents: list[list[int]]) -> None:
    texts = ["\n".join(f"line {d} {n}" for n in range(len(scores))) for d, scores in enumerate(documents)]
    lines = split_lines(pa.array(texts, pa.string()))
    weights = np.array([score for scores in documents for score in scores], dtype=np.int64)
    first, last = find_extents(lines, weights=weights, removed=np.zeros(len(lines), dtype=bool))
    for number, scores in enumerate(documents):
        start, stop = plain_extent(scores)
        if stop == 0:
            assert first[number] == last[number]
        else:
            offset = int(lines.starts[number])
            assert sum(scores[start:stop]) == sum(scores[first[number] - offset : last[number] - offset])
            assert (first[number] - offset, last[number] - offset) == (start, stop)


def test_prose_weighs_and_short_lines_cost() -> None:
    shapes = measure(
        pa.array(["A paragraph of sixty and more characters that ends as a sentence.", "Menu"], pa.large_string())
    )
    paragraph, menu = weigh(shapes).tolist()
    assert paragraph > 0 > menu


def test_a_keys_partners_are_counted_once_each() -> None:
    keys, partners = np.array([2, 0, 2, 2, 0]), np.array([7, 7, 7, 3, 0])
    assert count_partners(keys, partners, 4).tolist() == [2, 0, 2, 0]
    assert count_partners(keys[:0], partners[:0], 2).tolist() == [0, 0]


def test_marked_lines_are_found_above_and_below_within_a_document() -> None:
    lines = split_lines(pa.array(["a\nb\nc\nd", "e\nf"]))
    marked = np.array([False, True, False, True, False, False])
    assert lines.last_marked(marked).tolist() == [-1, 1, 1, 3, -1, -1]
    assert lines.next_marked(marked).tolist() == [1, 1, 3, 3, -1, -1]
    none = split_lines(pa.array([""]))
    assert len(none.last_marked(np.zeros(0, dtype=bool))) == len(none.next_marked(np.zeros(0, dtype=bool))) == 0
