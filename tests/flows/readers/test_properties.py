"""Laws of every reader and of cleaning, over whatever bytes Hypothesis makes of files that are well."""

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_laws import Laws
from benchmarks.fuzz_mutations import SPOILERS, TOKENS
from benchmarks.fuzz_seeds import Target, targets
from flows.readers import FORMATS

TARGETS = targets()
EXAMPLES = 8
Check = Callable[[Target, bytes], None]


@st.composite
def inputs(draw: st.DrawFn, target: Target) -> bytes:
    """Bytes of a file of a target's kind, spoilt in a few places."""
    if target.wraps and draw(st.booleans()):
        spoilt = _spoilt(draw, draw(st.sampled_from(target.inner)))
        return draw(st.sampled_from(target.wraps))(spoilt)
    return _spoilt(draw, draw(st.sampled_from(target.seeds)).data)


def _spoilt(draw: st.DrawFn, data: bytes) -> bytes:
    changed = bytearray(data)
    for spoil, seed in draw(st.lists(st.tuples(st.sampled_from(SPOILERS), st.integers(0, 1 << 32)), max_size=4)):
        spoil(changed, random.Random(seed))
    at = draw(st.integers(0, len(changed)))
    changed[at:at] = draw(st.just(b"") | st.sampled_from(TOKENS) | st.binary(max_size=20))
    return bytes(changed)


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    laws = Laws(tmp_path_factory.mktemp("inputs"))

    def check(target: Target, data: bytes) -> None:
        wrong, _ = laws.breaches(target, data, all_laws=True)
        assert wrong == []

    return check


def test_every_format_is_fuzzed() -> None:
    assert {one.name for one in FORMATS} <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_no_file_breaks_a_law(name: str, check: Check) -> None:
    @given(data=inputs(TARGETS[name]))
    @settings(
        max_examples=EXAMPLES // 4 if TARGETS[name].cleans else EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def whatever_it_holds(data: bytes) -> None:
        check(TARGETS[name], data)

    whatever_it_holds()


@pytest.mark.parametrize("name", TARGETS)
def test_files_that_are_well_keep_all_laws(name: str, check: Check) -> None:
    for seed in TARGETS[name].seeds:
        check(TARGETS[name], seed.data)
