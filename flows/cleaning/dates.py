"""The dates that a line gives, as they are written there; moments.py tells what moment they mean.

A library names the months (Babel, see date_words.py); the rest is a few shapes. dateparser was tried in its place:
see docs/decisions/0007-dates.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache
from typing import Literal

from flows.cleaning.date_words import AM, DAYS_AGO, LABELS, PM, ZONES, Label, Unit, ago, fold, month_number

LEAP_YEAR = 2024
"""Has every day there can be."""
MAX_LINE = 200
"""A longer line isn't a date line: the longest rule for one takes 110 characters."""

_WORD = r"[^\W\d_][^\s\d.,:;|()/•·–—-]{2,14}"
_DATE = re.compile(
    rf"""(?<!\d)(?:
      (?P<y1>\d{{4}})(?P<s1>[-/.])\s?(?P<m1>\d{{1,2}})(?P=s1)\s?(?P<d1>\d{{1,2}})(?!\d)
    | (?P<y2>\d{{4}})\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월]\s?(?P<d2>\d{{1,2}})\s?[日일]
    | (?P<a3>\d{{1,2}})(?P<s3>[./-])\s?(?P<b3>\d{{1,2}})(?P=s3)\s?(?P<y3>\d{{4}}|\d{{2}})(?!\d)
    | (?P<d4>\d{{1,2}})(?:st|nd|rd|th|er|[ºª°.])?[\s-]?(?:de\s|of\s|d['’])?(?P<w4>{_WORD})[.,]?[\s-]
      (?:de[l]?\s|of\s)?(?P<y4>\d{{4}})(?!\d)
    | (?P<w5>{_WORD})\.?\s(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y5>\d{{4}})(?!\d)
    | (?P<y6>\d{{4}})\.?\s(?:m\.\s)?(?P<w6>{_WORD})\s(?P<d6>\d{{1,2}})(?!\d)
    | (?P<d7>\d{{1,2}})\s(?:tháng|thg)\s(?P<m7>\d{{1,2}})(?:,|\snăm)?\s(?P<y7>\d{{4}})(?!\d)
    )""",
    re.X,
)
_NO_YEAR = re.compile(
    rf"(?<!\d)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|[ºª°.])?\s(?:de\s|of\s)?(?P<w1>{_WORD})"
    rf"|(?P<w2>{_WORD})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?![\d:.]\d|\d)",
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<before>오전|오후|上午|下午|午前|午後|凌晨|晚上)?\s?(?P<h>\d{1,2})"
    r"(?:\s?[:.h時시时点點]\s?(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?!\d)[분分]?(?:\s?(?P<after>[ap]\.?\s?m\b\.?))?"
    r"|\s?(?P<alone>[ap]\.?\s?m\b\.?)"
    r"|\s?(?:uhr|h)\b)",
)
_ZONE = re.compile(
    r"[\s(]{0,2}(?:(?:uhr|hrs?|h|ч)\b[\s(]{0,2})?"
    r"(?P<name>[A-Za-z]{1,4}\b)?\s?(?P<offset>[+−-]\d{1,2}(?::?\d{2})?(?!\d))?",
)
_LABEL = re.compile("|".join(word for words in LABELS.values() for word in words))
_PUBLISHED = re.compile("|".join(LABELS["published"]))
_PARTS = re.compile(r"\s*[|•·,;()]\s*|\s[–—-]\s|:\s")


Order = Literal["day", "month"]
Reading = tuple[int | None, int, int]
"""Year (None: not given), month, day."""


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it stands in a line."""

    label: Label | None = None
    days: tuple[Reading, ...] = ()
    """Two where day and month can't be told apart, the one with the day first before the other."""
    clock: time | None = None
    to_second: bool = False
    zone: str | None = None
    """As the page gives it: an abbreviation, or +02:00."""
    ago: tuple[Unit, int] | None = None
    """How long before the page was fetched."""
    slashes: Order | None = None
    """Which comes first in 25/12/2025: what a site does once it does always."""


@lru_cache(maxsize=65536)
def read_dates(line: str, language: str) -> tuple[Written, ...]:
    """Return the dates that a line gives, in their order, each with its label; times alone aren't dates."""
    if len(line) > MAX_LINE:
        return ()
    found: list[Written] = []
    for label, part in _labelled(" ".join(line.lower().split())):
        dates = list(_in_part(part, label, language))
        if not dates and label and found and found[-1].label is None:  # "3 hours ago updated"
            found[-1] = replace(found[-1], label=label)
        found += dates
    return tuple(found)


def label_alone(line: str) -> Label | None:
    """Return the label that is all there is in a line: its date follows on the next one."""
    if len(line) > MAX_LINE:
        return None
    parts = _labelled(" ".join(line.lower().split()))
    label, rest = parts[-1]
    return label if not any(char.isdigit() for char in line) and len(rest.strip(" :.")) <= len(" on the") else None


def _labelled(line: str) -> list[tuple[Label | None, str]]:
    """Split a line, in lower case, at its labels."""
    parts: list[tuple[Label | None, str]] = []
    start = 0
    label: Label | None = None
    for match in _LABEL.finditer(line):
        if match.start() and line[match.start() - 1].isalpha() and line[match.start()].isascii():
            continue
        parts.append((label, line[start : match.start()]))
        start, label = match.end(), "published" if _PUBLISHED.match(match[0]) else "modified"
    return [*parts, (label, line[start:])]


def _in_part(part: str, label: Label | None, language: str) -> Iterator[Written]:
    days, order, rest = _days(part, language)
    if days:
        clock, to_second, zone = _clock(rest)
        yield Written(label, days, clock, to_second, zone, slashes=order)
        return
    for piece in _PARTS.split(part):
        words = piece.split()
        told = ago(piece, language) if words else None
        if told is None and words and fold(words[0]) in _TODAY:
            told = ("day", _TODAY[fold(words[0])])
        if told:
            clock, to_second, zone = _clock(part) if told[0] == "day" else (None, False, None)
            yield Written(label, (), clock, to_second, zone, told)
            return


_TODAY = {fold(word): days for word, days in DAYS_AGO.items()}


def _days(part: str, language: str) -> tuple[tuple[Reading, ...], Order | None, str]:
    """Return the readings of the first date in a text, what it tells of the order, and the text without it."""
    for pattern, read in ((_DATE, _with_year), (_NO_YEAR, _without_year)):
        for match in pattern.finditer(part):
            days = read(match, language)
            if days:
                return days, _order(match, days), f"{part[: match.start()]} ; {part[match.end() :]}"
    return (), None, part


def _with_year(match: re.Match[str], language: str) -> tuple[Reading, ...]:
    g = match.groupdict()
    for n in "127":
        if g["y" + n]:
            return _possible(int(g["y" + n]), int(g["m" + n]), int(g["d" + n]))
    if g["y3"]:
        return _numeric(int(g["a3"]), int(g["b3"]), int(g["y3"]), dotted=g["s3"] == ".")
    n = next(n for n in "456" if g["y" + n])
    month = month_number(g["w" + n], language)
    return _possible(int(g["y" + n]), month, int(g["d" + n])) if month else ()


def _without_year(match: re.Match[str], language: str) -> tuple[Reading, ...]:
    word, day = match["w1"] or match["w2"], int(match["d1"] or match["d2"])
    month = month_number(word, language)
    return ((None, month, day),) if month and _possible(LEAP_YEAR, month, day) else ()


def _numeric(first: int, second: int, year: int, *, dotted: bool) -> tuple[Reading, ...]:
    year += 0 if year >= 100 else 2000
    day_first = _possible(year, second, first)
    if dotted or first == second:  # with points the day comes first everywhere
        return day_first
    return day_first + _possible(year, first, second)


def _order(match: re.Match[str], days: tuple[Reading, ...]) -> Order | None:
    if match.re is not _DATE or match["s3"] != "/" or len(days) != 1 or match["a3"] == match["b3"]:
        return None
    return "day" if int(match["a3"]) == days[0][2] else "month"


def _possible(year: int, month: int, day: int) -> tuple[Reading, ...]:
    try:
        date(year, month, day)
    except ValueError:
        return ()
    return ((year, month, day),)


def _clock(text: str) -> tuple[time | None, bool, str | None]:
    """Return the first time of day in a text, whether it has seconds, and its zone."""
    for match in _CLOCK.finditer(text):
        half = fold(match["before"] or match["after"] or match["alone"] or "").replace(" ", "")
        hour, minute = int(match["h"]), int(match["m"] or 0)
        if hour <= 12 and half:
            hour = hour % 12 + (12 if half in PM else 0)
        if hour < 24 and minute < 60 and int(match["s"] or 0) < 60 and (half in AM or half in PM or not half):
            return time(hour, minute, int(match["s"] or 0)), match["s"] is not None, _zone(text, match.end())
    return None, False, None


def _zone(text: str, at: int) -> str | None:
    match = _ZONE.match(text, at)
    name = (match["name"] or "").upper() if match else ""
    if match and match["offset"] and (not name or name in ("UTC", "GMT", "T")):
        sign, digits = match["offset"][0], match["offset"][1:].replace(":", "")
        digits = digits if len(digits) > 2 else f"{digits:0>2}00"
        offset = f"{'+' if sign == '+' else '-'}{digits[:-2]:0>2}:{digits[-2:]}"
        return offset if int(digits[:-2]) <= 14 and digits[-2:] in ("00", "15", "30", "45") else None
    return name if name in ZONES else None
