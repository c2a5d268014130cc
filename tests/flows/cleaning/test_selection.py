"""From scores to one article."""

import numpy as np
import pyarrow as pa

from flows.cleaning.lines import Bools, split_lines
from flows.cleaning.selection import FEW_LINES, LABEL_WORDS, select_lines, with_listings


def select(
    scores: list[list[float]],
    *,
    words: float = 10.0,
    out: tuple[int, ...] = (),
    sentence: bool = False,
    prose: bool = False,
    marked: bool = False,
) -> list[list[int]]:
    lines = split_lines(pa.array(["\n".join(f"{d} {n}" for n in range(len(own))) for d, own in enumerate(scores)]))
    flat = np.array([score for own in scores for score in own], dtype=np.float32)
    marks = np.isin(np.arange(len(flat)), out)
    chosen = select_lines(
        lines,
        flat,
        words=np.full(len(flat), words, dtype=np.float32),
        sentence=np.full(len(flat), sentence),
        prose=np.full(len(flat), prose),
        out=marks,
        marked=np.full(len(scores), marked),
    )
    return [np.flatnonzero(chosen[lines.document == d]).tolist() for d in range(len(scores))]


def test_likely_lines_are_taken_and_unlikely_ones_are_not() -> None:
    assert select([[0.02, 0.9, 0.95, 0.03, 0.9, 0.05]]) == [[1, 2, 4]]


def test_a_doubtful_document_keeps_more_than_a_plain_one() -> None:
    plain = [0.95] * 10 + [0.3]
    doubtful = [0.35] * 10 + [0.3]
    assert select([plain, doubtful]) == [list(range(10)), list(range(11))]


def test_a_line_between_two_that_are_taken_is_spared() -> None:
    assert select([[0.99] * 6 + [0.31] + [0.99] * 6 + [0.31]]) == [list(range(13))]


def test_where_html_tells_of_the_lines_none_is_spared() -> None:
    assert select([[0.99] * 6 + [0.31] + [0.99] * 6 + [0.31]], marked=True) == [[*range(6), *range(7, 13)]]


def test_where_html_tells_of_the_lines_a_doubtful_document_keeps_fewer() -> None:
    doubtful = [0.9] * 4 + [0.35] * 4
    assert select([doubtful]) == [list(range(8))]
    assert select([doubtful], marked=True) == [list(range(4))]


def test_a_sentence_below_the_last_line_taken_is_spared() -> None:
    assert select([[0.99] * 9 + [0.31, 0.31]], sentence=True) == [list(range(10))]


def test_a_paragraph_between_the_last_line_taken_and_certain_furniture_is_spared() -> None:
    scores = [0.99] * 9 + [0.12, 0.01]
    assert select([scores], prose=True, out=(10,)) == [list(range(10))]
    assert select([scores], prose=True) == [list(range(9))]
    assert select([scores], out=(10,)) == [list(range(9))]


def test_certain_furniture_doesnt_part_a_spared_line_from_its_neighbours() -> None:
    assert select([[0.99] * 6 + [0.9, 0.31, 0.9] + [0.99] * 6], out=(6, 8)) == [[0, 1, 2, 3, 4, 5, 7, *range(9, 15)]]


def test_furniture_for_certain_is_never_taken() -> None:
    assert select([[0.9, 0.99, 0.9]], out=(1,)) == [[0, 2]]


def test_a_document_of_few_unlikely_lines_is_kept_whole() -> None:
    assert select([[0.01, 0.02, 0.01]]) == [[0, 1, 2]]


def test_a_headline_or_a_date_alone_is_no_article() -> None:
    assert select([[0.01], [0.01, 0.01]], words=6) == [[], [0, 1]]
    assert select([[0.01]], words=6, sentence=True) == [[0]]
    assert select([[0.01]], words=LABEL_WORDS) == [[0]]
    assert select([[0.01, 0.9]], words=6, out=(1,)) == [[]]
    assert select([[0.2]], words=6) == [[0]]


def test_a_document_of_many_unlikely_lines_keeps_the_likeliest() -> None:
    kept = select([[0.001] * (2 * FEW_LINES) + [0.08]])
    assert kept == [[2 * FEW_LINES]]


def test_a_document_of_nothing_but_furniture_keeps_nothing() -> None:
    assert select([[0.9, 0.9], [0.9]], out=(0, 1)) == [[], [0]]


def test_an_empty_set_of_documents_has_no_lines() -> None:
    assert select([]) == []


def listings(kept: list[str], listed: list[str], out: str = "") -> list[str]:
    """Return the lines kept of two pages `a` to `e` and `f` to `j`."""
    names = "abcdefghij"
    lines = split_lines(pa.array(["\n".join(names[:5]), "\n".join(names[5:])]))

    def marks(some: list[str] | str) -> Bools:
        return np.array([name in some for name in names])

    found = with_listings(lines, marks(kept), listing=marks(listed), out=marks(out))
    return [name for name, is_kept in zip(names, found, strict=True) if is_kept]


def test_a_listing_within_the_article_is_kept_whole() -> None:
    assert listings(["a", "e"], ["b", "c"]) == ["a", "b", "c", "e"]
    assert listings(["a", "c"], ["b", "d", "e"]) == ["a", "b", "c"]
    assert listings(["b"], ["a", "c"]) == ["b"]


def test_a_listing_between_the_articles_of_two_pages_is_neithers() -> None:
    assert listings(["c", "h"], ["d", "e", "f", "g"]) == ["c", "h"]


def test_what_is_known_to_be_furniture_is_none_of_a_listing() -> None:
    assert listings(["a", "e"], ["b", "c"], out="c") == ["a", "b", "e"]
