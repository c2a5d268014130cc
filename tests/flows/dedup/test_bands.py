"""Bands: keys of signatures, and that nearly every pair worth finding shares one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.bands import band_keys
from flows.settings import Settings


def shared_bands(similarity: float) -> float:
    """Return the odds that signatures of two texts this similar share a band, by the settings' defaults."""
    settings = Settings(profiles=None)
    rows = settings.signature_hashes // settings.bands
    return 1 - (1 - similarity**rows) ** settings.bands


@given(st.lists(st.integers(0, 3), min_size=0, max_size=12))
def test_keys_are_equal_exactly_where_a_bands_values_are(values: list[int]) -> None:
    signatures = np.array([[value, 7, number, value] for number, value in enumerate(values)], dtype=np.uint32)
    keys = band_keys(signatures.reshape(-1, 4), 2)
    assert keys.shape == (len(values), 2)
    assert ((keys[:, None, 0] == keys[None, :, 0]) == np.equal.outer(values, values)).all()
    assert len(np.unique(keys[:, 1])) == len(values)


def test_a_key_tells_its_band() -> None:
    assert len(np.unique(band_keys(np.ones((1, 80), dtype=np.uint32), 16))) == 16


def test_keys_are_alike_on_every_machine() -> None:
    keys = band_keys(np.arange(8, dtype=np.uint32).reshape(2, 4), 2)
    assert [[f"{key:016x}" for key in row] for row in keys.tolist()] == [
        ["6c5795e14b3b7e33", "01072deca7455826"],
        ["79d6e59a2ab79cdb", "e07d9bcc67d88992"],
    ]


def test_keys_spread_evenly_so_that_their_ranges_hold_equal_shares() -> None:
    signatures = np.arange(20_000, dtype=np.uint32).reshape(10_000, 2)
    counts = np.bincount((band_keys(signatures, 1)[:, 0] >> np.uint64(60)).astype(np.int64), minlength=16)
    assert counts.min() > 500
    assert counts.max() < 750


def test_nearly_all_pairs_at_the_threshold_share_a_band_and_few_others_do() -> None:
    assert shared_bands(0.8) >= 0.995
    assert shared_bands(0.3) < 0.05
    assert shared_bands(0.05) < 1e-5
