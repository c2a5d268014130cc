"""What moment a written date means, given who wrote it and when the page was fetched."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.cleaning.date_words import ZONES
from flows.cleaning.dates import Written
from schemas.moments import Precision

FIRST_YEAR = 1900
AHEAD = timedelta(days=2)
"""A page can't be of later than this after it was fetched: clocks differ by zones, not by more."""
FRESH = timedelta(days=3)
"""Of two readings of 03/04/2025, a month apart, the one this close to the fetch is right if the other isn't."""
SAME_YEAR = timedelta(days=180)
"""A date without a year is of the past half year; pages write the year of older ones."""
_DAY_FIRST_ENDINGS = frozenset(["uk", "ie", "au", "nz", "in", "za", "sg", "my", "hk", "ng", "ke", "pk"])
"""Countries that write English and 31/12."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, UTC, and how exactly it is known."""

    at: datetime
    precision: Precision
    zone: str | None
    """The zone it was given in: as the page has it, or the site's by its profile; None: none, taken for UTC."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a page's dates are read by."""

    language: str
    """ISO 639-1."""
    fetched_at: datetime | None
    """None where it is but the file's own time, which tells little of when the page was fetched."""
    zone: str | None = None
    """The site's, an IANA name."""
    day_first: bool | None = None
    """Whether 03/04 is in April; None: unknown."""


def day_comes_first(language: str | None, site: str) -> bool | None:
    """Tell whether a site writes the day before the month in 03/04/2025; None where nothing tells.

    Of the languages with rules English alone has both ways.
    """
    if language is None:
        return None
    if language != "en":
        return True
    return True if site.rpartition(".")[2] in _DAY_FIRST_ENDINGS else None


def moment_of(written: Written, where: Circumstances) -> Moment | None:
    """Return the moment that a date means; None for one that can't be, or may be two.

    "3 hours ago" needs a fetch time, and one that is a midnight is but a day: then only days count back from it.
    """
    day = _day_ago(written, where) if written.ago else _day(written, where)
    if day is not None:
        return _at(day, written, where)
    return _hours_ago(written, where)


def _at(day: date, written: Written, where: Circumstances) -> Moment | None:
    if written.clock is None:
        return Moment(datetime.combine(day, time(), UTC), "day", None)
    zone = written.zone or where.zone
    at = datetime.combine(day, written.clock, _zone_info(zone)).astimezone(UTC)
    if where.fetched_at is not None and at > where.fetched_at + AHEAD:
        return None
    return Moment(at, "second" if written.to_second else "minute", zone)


def _day(written: Written, where: Circumstances) -> date | None:
    """Choose between the readings of a date."""
    readings = written.days
    if len(readings) == 2 and where.day_first is not None:
        readings = readings[:1] if where.day_first else readings[1:]
    dates = [day for reading in readings if (day := _full(reading, where)) and _can_be(day, where)]
    if len(dates) == 2 and where.fetched_at is not None:
        latest = where.fetched_at.date()
        dates = [day for day in dates if abs(latest - day) <= FRESH]
    return dates[0] if len(dates) == 1 else None


def _full(reading: tuple[int | None, int, int], where: Circumstances) -> date | None:
    year, month, day = reading
    if year is not None:
        return date(year, month, day)
    if where.fetched_at is None:
        return None
    latest = (where.fetched_at + AHEAD).date()
    for candidate in (latest.year, latest.year - 1):
        try:
            found = date(candidate, month, day)
        except ValueError:  # 29 February
            continue
        if latest - SAME_YEAR <= found <= latest:
            return found
    return None


def _can_be(day: date, where: Circumstances) -> bool:
    latest = where.fetched_at + AHEAD if where.fetched_at is not None else None
    return day.year >= FIRST_YEAR and (latest is None or day <= latest.date())


def _day_ago(written: Written, where: Circumstances) -> date | None:
    if written.ago is None or written.ago[0] != "day" or where.fetched_at is None:
        return None
    fetched = where.fetched_at
    local = fetched if _is_a_day(fetched) else fetched.astimezone(_zone_info(where.zone))
    return (local - timedelta(days=written.ago[1])).date()


def _hours_ago(written: Written, where: Circumstances) -> Moment | None:
    if written.ago is None or where.fetched_at is None or _is_a_day(where.fetched_at):
        return None
    unit, count = written.ago
    if unit == "minute":
        at = (where.fetched_at - timedelta(minutes=count)).replace(second=0, microsecond=0)
        return Moment(at, "minute", None)
    if unit == "hour":
        at = (where.fetched_at - timedelta(hours=count)).replace(minute=0, second=0, microsecond=0)
        return Moment(at, "hour", None)
    return None


def _is_a_day(moment: datetime) -> bool:
    return moment.time() == time()


@lru_cache(maxsize=1024)
def _zone_info(zone: str | None) -> tzinfo:
    """Return the zone of an offset, an abbreviation or an IANA name; UTC for None."""
    if zone is None:
        return UTC
    if zone[0] in "+-":
        minutes = int(zone[1:3]) * 60 + int(zone[4:])
        return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
    known = ZONES.get(zone, zone)
    return ZoneInfo(known) if isinstance(known, str) else timezone(timedelta(minutes=known))
