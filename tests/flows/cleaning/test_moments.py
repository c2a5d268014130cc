"""What moment a written date means."""

from datetime import UTC, datetime

import pytest

from flows.cleaning.dates import read_dates
from flows.cleaning.moments import Circumstances, Moment, day_comes_first, moment_of

FETCHED = datetime(2025, 4, 5, 9, 30, tzinfo=UTC)


def moment(line: str, *, language: str = "en", **given: object) -> Moment | None:
    where = Circumstances(**{"language": language, "fetched_at": FETCHED, **given})  # type: ignore[arg-type]
    return moment_of(read_dates(line, language)[0], where)


def told(line: str, **given: object) -> tuple[str, str, str | None] | None:
    found = moment(line, **given)  # type: ignore[arg-type]
    return (found.at.strftime("%Y-%m-%d %H:%M:%S"), found.precision, found.zone) if found else None


def test_a_day_is_midnight_utc_and_has_no_zone() -> None:
    assert told("3 April 2025", zone="Europe/Zurich") == ("2025-04-03 00:00:00", "day", None)


def test_the_lines_zone_goes_before_the_sites() -> None:
    assert told("3 April 2025 10:00 BST", zone="Europe/Zurich") == ("2025-04-03 09:00:00", "minute", "BST")
    assert told("3 April 2025 10:00", zone="Europe/Zurich") == ("2025-04-03 08:00:00", "minute", "Europe/Zurich")
    assert told("3 April 2025 10:00") == ("2025-04-03 10:00:00", "minute", None)
    assert told("2025-04-03T10:00:05+05:30") == ("2025-04-03 04:30:05", "second", "+05:30")


def test_a_zone_without_summer_or_winter_has_the_days() -> None:
    assert told("3 April 2025 10:00 ET") == ("2025-04-03 14:00:00", "minute", "ET")
    assert told("3 January 2025 10:00 ET") == ("2025-01-03 15:00:00", "minute", "ET")


@pytest.mark.parametrize("line", ["9 April 2025", "3 April 1899", "7 April 2025 10:00", "20 July 2568"])
def test_what_cannot_be_is_ignored(line: str) -> None:
    assert moment(line) is None


def test_a_date_within_two_days_of_the_fetch_may_be_another_zones() -> None:
    assert told("6 April 2025") == ("2025-04-06 00:00:00", "day", None)


def test_an_ambiguous_date_is_read_as_the_site_writes_it() -> None:
    assert told("03/04/2025", day_first=True) == ("2025-04-03 00:00:00", "day", None)
    assert told("03/04/2025", day_first=False) == ("2025-03-04 00:00:00", "day", None)
    assert moment("09/04/2025", day_first=True) is None  # not in September either


def test_an_ambiguous_date_of_unknown_order_is_the_one_fetched_at_once_or_none() -> None:
    assert told("03/04/2025") == ("2025-04-03 00:00:00", "day", None)
    assert told("05/12/2024", fetched_at=datetime(2024, 12, 1, tzinfo=UTC)) == ("2024-05-12 00:00:00", "day", None)
    assert moment("02/03/2025") is None
    assert moment("03/04/2025", fetched_at=None) is None


@pytest.mark.parametrize(
    ("language", "site", "expected"),
    [("de", "a.example", True), ("en", "a.example", None), ("en", "paper.co.uk", True), (None, "a.example", None)],
)
def test_the_language_or_the_country_tells_the_order(language: str | None, site: str, expected: bool | None) -> None:
    assert day_comes_first(language, site) is expected


def test_so_long_ago_counts_from_the_fetch() -> None:
    assert told("20 minutes ago") == ("2025-04-05 09:10:00", "minute", None)
    assert told("2 hours ago") == ("2025-04-05 07:00:00", "hour", None)
    assert told("2 days ago") == ("2025-04-03 00:00:00", "day", None)
    assert told("vor einer Woche", language="de") is None


def test_without_a_fetch_time_nothing_counts_from_it() -> None:
    assert moment("2 hours ago", fetched_at=None) is None
    assert moment("yesterday", fetched_at=None) is None


def test_a_fetch_time_that_is_a_day_gives_days_alone() -> None:
    midnight = datetime(2025, 4, 5, tzinfo=UTC)
    assert moment("2 hours ago", fetched_at=midnight) is None
    assert told("yesterday", fetched_at=midnight) == ("2025-04-04 00:00:00", "day", None)


def test_yesterday_is_the_sites() -> None:
    late = datetime(2025, 4, 5, 23, 30, tzinfo=UTC)
    assert told("gestern um 10:00 Uhr", language="de", fetched_at=late, zone="Europe/Zurich") == (
        "2025-04-05 08:00:00",
        "minute",
        "Europe/Zurich",
    )


def test_a_date_without_a_year_is_of_the_past_half_year() -> None:
    assert told("3 April, 10:00") == ("2025-04-03 10:00:00", "minute", None)
    assert told("24 December") == ("2024-12-24 00:00:00", "day", None)
    assert moment("3 June") is None
    assert moment("3 April", fetched_at=None) is None
