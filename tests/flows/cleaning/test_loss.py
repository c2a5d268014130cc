"""The guard on the whole: documents and sites that lose far more than usual are flagged."""

import numpy as np
import pytest

from flows.cleaning.loss import Shares, flag_losses
from flows.settings import load_settings


def flags(own: list[float], before: list[float] | None = None, **given: float) -> list[list[str]]:
    """Flag the documents of one site by the shares that they, and those of the month before, keep."""
    before = before or []
    kept = np.array([*before, *own])
    of = np.arange(len(kept)) >= len(before)
    shares = Shares(kept, np.zeros(len(kept), dtype=np.int64))
    found: list[list[str]] = flag_losses(shares, of=of, settings=load_settings(**given)).to_pylist()
    return found


def test_a_document_of_which_almost_nothing_is_kept_is_flagged() -> None:
    assert flags([0.04, 0.06, 0.5]) == [["lost_most"], [], []]
    assert flags([0.04, 0.06], max_removed_share=0.9) == [["lost_most"], ["lost_most"]]


def test_a_document_is_held_against_what_its_site_keeps() -> None:
    assert flags([0.8] * 5 + [0.07]) == [[]] * 5 + [["lost_more_than_site"]]
    assert flags([0.8] * 5 + [0.09]) == [[]] * 6


def test_few_documents_tell_nothing_of_what_is_usual() -> None:
    assert flags([0.8] * 3 + [0.07]) == [[]] * 4


def test_a_site_is_held_against_its_month_before() -> None:
    assert flags([0.2] * 5, [0.5] * 5) == [["site_lost_more"]] * 5
    assert flags([0.3] * 5, [0.5] * 5) == [[]] * 5
    assert flags([0.2] * 5, [0.5] * 4) == [[]] * 5
    assert flags([0.2] * 4, [0.5] * 5) == [[]] * 4


def test_the_month_before_is_never_flagged_and_no_document_no_trouble() -> None:
    assert flags([], [0.01] * 9) == []
    assert flags([]) == []


def test_sites_are_held_against_themselves_alone() -> None:
    shares = Shares(np.array([0.9, 0.06] * 6), np.array([0, 1] * 6))
    of = np.ones(12, dtype=bool)
    assert flag_losses(shares, of=of, settings=load_settings()).to_pylist() == [[]] * 12


@pytest.mark.parametrize("kept", [0.0, 0.01])
def test_a_document_may_have_several_flags(kept: float) -> None:
    assert flags([0.9] * 5 + [kept])[-1] == ["lost_most", "lost_more_than_site"]
