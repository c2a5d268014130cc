"""Times as scrapers write them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.moments import FIRST_YEAR, LAST_YEAR, moment_precision, moment_zone, parse_moment


@pytest.mark.parametrize(
    ("given_value", "expected", "precision"),
    [
        ("2025-03-14", "2025-03-14T00:00:00+00:00", "day"),
        ("2025-03-14T08:15:00+01:00", "2025-03-14T07:15:00+00:00", "second"),
        ("2025-03-14T08:15Z", "2025-03-14T08:15:00+00:00", "minute"),
        ("2017-07-17 17:03:00", "2017-07-17T17:03:00+00:00", "second"),
        ("2025-03-14T08:15:00.123456+00:00", "2025-03-14T08:15:00.123456+00:00", "second"),
        ("Fri, 14 Mar 2025 08:15:00 +0100", "2025-03-14T07:15:00+00:00", "second"),
        ("14.03.2025", "2025-03-14T00:00:00+00:00", "day"),
        ("14.03.2025, 08:15", "2025-03-14T08:15:00+00:00", "minute"),
        ("2025/03/14", "2025-03-14T00:00:00+00:00", "day"),
        ("20250314", "2025-03-14T00:00:00+00:00", "day"),
        ("March 14, 2025", "2025-03-14T00:00:00+00:00", "day"),
        ("14 March 2025", "2025-03-14T00:00:00+00:00", "day"),
        (1741939200, "2025-03-14T08:00:00+00:00", "second"),
        ("1741939200", "2025-03-14T08:00:00+00:00", "second"),
        (1741939200000, "2025-03-14T08:00:00+00:00", "second"),
        (date(2025, 3, 14), "2025-03-14T00:00:00+00:00", "day"),
    ],
)
def test_a_time_is_read_as_utc_with_its_precision(given_value: Any, expected: str, precision: str) -> None:
    moment = parse_moment(given_value)
    assert moment is not None
    assert moment.isoformat() == expected
    assert moment_precision(given_value) == precision


@pytest.mark.parametrize(
    ("given_value", "zone"),
    [
        ("2025-03-14T08:15:00+01:00", "+01:00"),
        ("2025-03-14T08:15:00-0530", "-05:30"),
        ("2025-03-14T08:15Z", "Z"),
        ("Fri, 14 Mar 2025 08:15:00 GMT", "GMT"),
        ("2025-03-14T08:15", None),
        ("2025-03-14", None),
        (1741939200, "UTC"),
        ("1741939200", "UTC"),
        ("yesterday", None),
        (None, None),
    ],
)
def test_the_zone_of_a_time_is_kept_as_it_was_given(given_value: Any, zone: str | None) -> None:
    assert moment_zone(given_value) == zone


@pytest.mark.parametrize("nothing", [None, "", "  ", "yesterday", "2 hours ago", "gestern", "n/a", True])
def test_what_gives_no_date_is_none(nothing: Any) -> None:
    assert parse_moment(nothing) is None


@pytest.mark.parametrize(
    "impossible",
    [
        "2025-02-30",
        "2025-13-01",
        "2025-03-14T27:00:00",
        "99999-01-01",
        "0001-01-01",
        "31.02.2025",
        1e300,
        float("nan"),
        float("inf"),
        10**400,
        "Mon, 3 Mar 2025 8:9547758000",
    ],
)
def test_a_date_that_cannot_be_is_an_error(impossible: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_moment(impossible)


@given(st.datetimes(datetime(FIRST_YEAR, 1, 2), datetime(LAST_YEAR, 12, 30)))
def test_an_iso_time_comes_back_as_it_went(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert parse_moment(aware.isoformat()) == aware


@given(st.text() | st.integers() | st.floats() | st.binary() | st.lists(st.integers()))
def test_anything_gives_a_time_none_or_a_value_error(value: Any) -> None:
    try:
        moment = parse_moment(value)
    except ValueError:
        return
    assert moment is None or moment.tzinfo == UTC
