"""Times as scrapers write them."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Literal

FIRST_YEAR, LAST_YEAR = 1600, 2200
"""The oldest newspaper is of 1605; a time beyond these years is a mistake."""
MAX_CHARS = 64

Precision = Literal["day", "hour", "minute", "second"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_YEAR_FIRST = re.compile(r"^(\d{4,5})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T ,])")
_DAY_FIRST = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:$|[T ,])")
_DAY_NAME = re.compile(r"^(\d{1,2})\.? ([A-Za-z]{3,9})\.?,? (\d{4})(?:$|[ ,])")
_NAME_DAY = re.compile(r"^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?:$|[ ,])")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$", re.I)
_NUMBER = re.compile(r"^-?\d{1,20}(?:\.\d{1,9})?$")
_RFC_2822 = re.compile(r"^(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d{2}")


def parse_moment(value: Any) -> datetime | None:
    """Return the time that a scraper gave, in UTC; a time without a zone is taken for UTC.

    Reads ISO 8601, RFC 2822, seconds or milliseconds since 1970, day.month.year, and English dates. None and
    texts that give no date ("2 hours ago") give None. Raises ValueError for a date that can't be.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return _checked(value)
    if isinstance(value, date):
        return _checked(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, int | float):
        return _from_number(value)
    if isinstance(value, str):
        return _from_text(" ".join(value.split())[:MAX_CHARS])
    raise ValueError(f"a {type(value).__name__} isn't a date")


def moment_precision(value: Any) -> Precision | None:
    """Return how exactly a value that `parse_moment` reads gives a time."""
    if parse_moment(value) is None:
        return None
    if not isinstance(value, str):
        return "day" if isinstance(value, date) and not isinstance(value, datetime) else "second"
    clock = _CLOCK.search(" ".join(value.split()))
    if clock is None:
        number = _NUMBER.match(value.strip()) and not re.fullmatch(r"\d{8}", value.strip())
        return "second" if number else "day"
    return "second" if clock[3] else "minute"


def moment_zone(value: Any) -> str | None:
    """Return the zone that a value gives its time in: Z, UTC, GMT or an offset as +02:00; None where it has none."""
    if parse_moment(value) is None or not isinstance(value, str):
        return "UTC" if isinstance(value, int | float) and not isinstance(value, bool) else None
    text = " ".join(value.split())
    if _NUMBER.match(text) and not re.fullmatch(r"\d{8}", text):
        return "UTC"  # seconds since 1970 are counted in UTC
    clock = _CLOCK.search(text)
    zone = (clock[5] or "").upper() if clock else ""
    if zone[:1] in ("+", "-"):
        return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return zone or None


def _from_number(value: float) -> datetime:
    try:
        seconds = value / 1000 if abs(value) >= 1e11 else value
        return _checked(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, OSError, ValueError):
        raise ValueError("a number of seconds that no calendar reaches") from None


@lru_cache(maxsize=65536)  # a record's times are looked at more than once, and records share days
def _from_text(text: str) -> datetime | None:
    if not text:
        return None
    if _NUMBER.match(text) and not re.fullmatch(r"\d{8}", text):
        return _from_number(float(text))
    if re.fullmatch(r"\d{8}", text):
        return _built(int(text[:4]), int(text[4:6]), int(text[6:]), "")
    if _RFC_2822.match(text):
        try:
            return _checked(parsedate_to_datetime(text))
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(f"not a date: {error}") from None
    return _from_calendar(text)


def _from_calendar(text: str) -> datetime | None:
    if match := _YEAR_FIRST.match(text):
        return _built(int(match[1]), int(match[2]), int(match[3]), text[match.end() :])
    if match := _DAY_FIRST.match(text):
        return _built(int(match[3]), int(match[2]), int(match[1]), text[match.end() :])
    if (match := _DAY_NAME.match(text)) and match[2].lower() in _MONTHS:
        return _built(int(match[3]), _MONTHS[match[2].lower()], int(match[1]), text[match.end() :])
    if (match := _NAME_DAY.match(text)) and match[1].lower() in _MONTHS:
        return _built(int(match[3]), _MONTHS[match[1].lower()], int(match[2]), text[match.end() :])
    return None


def _built(year: int, month: int, day: int, rest: str) -> datetime:
    clock = _CLOCK.search(rest.strip())
    hour, minute, second, micro = 0, 0, 0, 0
    zone = "+0000"
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        micro = int((clock[4] or "0").ljust(6, "0")[:6])
        zone = (clock[5] or "+0000").upper().replace(":", "")
    zone = "+0000" if zone in ("Z", "UTC", "GMT") else zone
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} is outside {FIRST_YEAR} to {LAST_YEAR}")
    iso = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{micro:06d}{zone}"
    try:
        return _checked(datetime.fromisoformat(iso))
    except ValueError as error:
        raise ValueError(f"no calendar has this date: {error}") from None


def _checked(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"year {moment.year} is outside {FIRST_YEAR} to {LAST_YEAR}")
    return moment.astimezone(UTC)
