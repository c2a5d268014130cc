"""What other pages of a site say of a line's place."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from flows.cleaning.lines import split_lines
from flows.cleaning.siblings import FEW_PAGES, TRUST, ask_siblings

LINES = ["Header", "story", "Read also", "other story", "Footer"]


def asked(
    scores: list[list[float]], *, weight: float = 1.0, anchors: tuple[str, ...] = ("Header", "Read also", "Footer")
) -> Any:
    """Return what becomes of the scores of pages of LINES; the unlike lines of each are told apart by its number."""
    texts = ["\n".join(line if line in anchors else f"{line} {page}" for line in LINES) for page in range(len(scores))]
    lines = split_lines(pa.array(texts, pa.string()))
    anchor = np.array([lines.text(entry) in anchors for entry in range(len(lines))])
    flat = np.array(scores, dtype=np.float32).ravel()
    found = ask_siblings(
        lines,
        flat,
        of_line=lines.code,
        anchor=anchor,
        out=anchor,
        weight=np.full(len(lines), weight, dtype=np.float32),
    )
    return found.reshape(len(scores), -1).astype(float)


def page(story: float, other: float) -> list[float]:
    return [0.0, story, 0.0, other, 0.0]


def test_a_line_is_drawn_towards_what_stands_in_its_place_elsewhere() -> None:
    found = asked([page(0.95, 0.6)] + [page(0.95, 0.05)] * 6)
    assert found[0, 3] < 0.3
    assert found[0, 1] == pytest.approx(0.95, abs=1e-4)
    assert (found[1:, 3] < 0.2).all()


def test_more_pages_count_more_and_never_fully() -> None:
    of = [asked([page(0.9, 0.5)] + [page(0.9, 0.05)] * others)[0, 3] for others in (1, 3, 10, 100)]
    assert of == sorted(of, reverse=True)
    least = 1 / (1 + np.exp(TRUST * np.log(0.95 / 0.05)))
    assert of[-1] == pytest.approx(least, abs=0.01)
    trust = TRUST / (1 + FEW_PAGES)
    assert of[0] == pytest.approx(1 / (1 + np.exp(trust * np.log(0.95 / 0.05))), abs=1e-4)


def test_the_only_page_of_a_site_keeps_its_scores() -> None:
    assert asked([page(0.9, 0.3)])[0].tolist() == pytest.approx(page(0.9, 0.3), abs=1e-6)


def test_a_score_that_no_other_page_speaks_of_stays_what_it_is_bit_by_bit() -> None:
    alone = asked([page(0.9, 0.0004)], anchors=())
    assert (asked([page(0.9, 0.0004)])[:, [1, 3]] == alone[:, [1, 3]]).all()


def test_pages_that_share_no_line_keep_their_scores() -> None:
    given = [page(0.9, 0.3), page(0.2, 0.8)]
    assert asked(given, anchors=()) == pytest.approx(np.array(given), abs=1e-6)


def test_furniture_for_certain_is_never_scored() -> None:
    found = asked([page(0.9, 0.3), page(0.8, 0.1)])
    assert (found[:, [0, 2, 4]] == 0).all()


def test_pages_in_another_order_get_the_same_scores() -> None:
    given = [page(0.9, 0.3), page(0.8, 0.1), page(0.7, 0.6)]
    assert asked(given[::-1])[::-1] == pytest.approx(asked(given), abs=1e-6)


@pytest.mark.parametrize("score", [1e-7, 1 - 1e-7])
def test_scores_at_the_ends_stay_numbers(score: float) -> None:
    found = asked([page(score, score)] * 3)
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_no_lines_are_no_trouble() -> None:
    lines = split_lines(pa.array([], pa.string()))
    none = np.zeros(0, dtype=bool)
    floats = np.zeros(0, dtype=np.float32)
    assert len(ask_siblings(lines, floats, of_line=lines.code, anchor=none, out=none, weight=floats)) == 0
