"""What a first look says of the lines around each line."""

import numpy as np
import pytest

from flows.cleaning.score_features import OUTSIDE, SCORE_FEATURES, log_odds, score_features
from flows.cleaning.surroundings import FAR, Surroundings

SCORES = np.array([0.1, 0.9, 0.8, 0.2, 0.7], dtype=np.float32)
WORDS = np.array([2, 40, 100, 3, 10], dtype=np.float32)


def features() -> dict[str, list[float]]:
    rows = score_features(SCORES, WORDS, Surroundings(np.array([0, 0, 0, 0, 1])))
    return {name: row.tolist() for name, row in zip(SCORE_FEATURES, rows, strict=True)}


def test_neighbours_odds_stop_at_the_document() -> None:
    found = features()
    assert found["odds+1"] == pytest.approx([*log_odds(SCORES[1:4]), OUTSIDE, OUTSIDE])


def test_mass_is_likely_words_and_a_long_line_counts_no_more_than_others() -> None:
    found = features()
    assert found["mass_total"] == pytest.approx([0.2 + 36 + 64 + 0.6] * 4 + [7.0])
    assert found["mass_before"][2] == pytest.approx(36.2 / 100.8)


def test_distances_are_to_likely_lines() -> None:
    found = features()
    assert found["since_likely"] == [FAR, FAR, 1, 1, FAR]
    assert found["until_likely"] == [1, 1, FAR, FAR, FAR]


def test_the_best_score_is_the_documents() -> None:
    assert features()["best_of_document"] == pytest.approx([0.9] * 4 + [0.7])


def test_certain_scores_have_finite_odds() -> None:
    assert np.isfinite(log_odds(np.array([0, 1], dtype=np.float32))).all()
