"""What lines that are styled alike say of each other."""

import numpy as np
import pyarrow as pa
import pytest

from flows.cleaning.lines import split_lines
from flows.cleaning.styles import FEW_LINES, KNOWN_ODDS, ask_styles

ARTICLE, MENU, NOT_KNOWN = 1, 2, -1


def asked(*pages: list[tuple[int, float]], out: float = -1.0) -> list[list[float]]:
    """Return what becomes of the scores of pages' lines (style and score); a score of `out` is furniture for certain."""
    flat = [line for page in pages for line in page]
    texts = ["\n".join(f"{page} {number}" for number in range(len(lines))) for page, lines in enumerate(pages)]
    scores = np.array([0.0 if score == out else score for _, score in flat], dtype=np.float32)
    lines = split_lines(pa.array(texts, pa.string()))
    found = ask_styles(
        lines,
        scores,
        style=np.array([style for style, _ in flat], dtype=np.int64),
        out=np.array([score == out for _, score in flat]),
        weight=np.ones(len(flat), dtype=np.float32),
    )
    parts = np.split(found.astype(float), lines.starts[1:-1])
    return [part.tolist() for part in parts]


def test_a_short_paragraph_is_what_the_others_are() -> None:
    (found,) = asked([(ARTICLE, 0.95)] * 4 + [(ARTICLE, 0.1)] + [(MENU, 0.02)] * 4 + [(MENU, 0.7)])
    assert found[4] > 0.7
    assert found[9] < 0.1


def test_more_lines_count_more() -> None:
    of = [asked([(ARTICLE, 0.2)] + [(ARTICLE, 0.9)] * others)[0][0] for others in (1, 2, 5, 50)]
    assert of == sorted(of)
    odds = (np.log(0.2 / 0.8) * FEW_LINES + np.log(0.9 / 0.1)) / (1 + FEW_LINES)
    assert of[0] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)
    assert of[-1] == pytest.approx(0.9, abs=0.02)


def test_furniture_for_certain_speaks_against_lines_like_it_and_is_not_scored() -> None:
    (found,) = asked([(MENU, 0.6), (MENU, -1.0)])
    odds = (np.log(0.6 / 0.4) * FEW_LINES + KNOWN_ODDS) / (1 + FEW_LINES)
    assert found == pytest.approx([1 / (1 + np.exp(-odds)), 0.0], abs=1e-4)


def test_a_style_that_is_plainly_both_says_nothing() -> None:
    given = [(ARTICLE, 0.99)] * 6 + [(ARTICLE, 0.005)] * 6 + [(ARTICLE, 0.3)]
    assert asked(given)[0] == pytest.approx([score for _, score in given], abs=1e-6)
    few = [(ARTICLE, 0.99)] * 60 + [(ARTICLE, 0.005)] + [(ARTICLE, 0.3)]
    assert asked(few)[0][-1] > 0.9


def test_documents_and_styles_do_not_see_each_other() -> None:
    page = [(ARTICLE, 0.9), (ARTICLE, 0.2), (MENU, 0.1)]
    alone = asked(page)[0]
    both = asked(page, [(ARTICLE, 0.01)] * 5)
    assert both[0] == alone
    assert alone[2] == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("score", [1e-7, 0.3, 1 - 1e-7])
def test_lines_of_plain_text_keep_their_scores(score: float) -> None:
    given = [(NOT_KNOWN, score), (NOT_KNOWN, 0.9)]
    assert asked(given)[0] == [float(np.float32(score)), float(np.float32(0.9))]


@pytest.mark.parametrize("score", [1e-7, 1 - 1e-7])
def test_scores_at_the_ends_stay_numbers(score: float) -> None:
    assert all(0 <= found <= 1 for found in asked([(ARTICLE, score), (ARTICLE, 0.5), (ARTICLE, 1 - score)])[0])
