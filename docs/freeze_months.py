"""Write flows/cleaning/month_names.py and date_names.py: months and days as the Unicode locale data has them today."""

from multiprocessing import get_context
from pathlib import Path

from babel.dates import get_day_names, get_month_names

from flows.cleaning.date_words import LANGUAGES, locale_months

CLEANING = Path(__file__).parents[1] / "flows" / "cleaning"
MONTHS, DATES = CLEANING / "month_names.py", CLEANING / "date_names.py"
DATE_LANGUAGES = ("en", "de", "fr", "it", "es", "pt", "nl", "sv", "da", "pl")
DATES_HEAD = '''# ruff: noqa: E501
"""Names of months and days in ten languages, lower case, by docs/freeze_months.py; kept as month_names.py are."""

NAMES = (
'''
HEAD = '''# ruff: noqa: E501
"""Names of months, folded, of January to December in each language; written by docs/freeze_months.py.

Kept here, for another version of the locale data would read other dates from the same pages, for the library mixes
names of languages that it opened before into some that it opens later, and for opening all takes an eighth of a second.
"""

NAMES: dict[str, str] = {
'''


def text_of() -> str:
    """Return the module: a line a language, months parted by semicolons, names of one month by bars."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as fresh:  # a process each: see HEAD
        found = fresh.map(locale_months, LANGUAGES, chunksize=1)
    return HEAD + "".join(map(_line, LANGUAGES, found)) + "}\n"


def _line(language: str, months: dict[str, int]) -> str:
    names = ("|".join(name for name, number in months.items() if number == month) for month in range(1, 13))
    return f'    "{language}": "{";".join(names)}",\n'


def date_names(language: str) -> set[str]:
    """Return the names of months and days of a language, whole and short, those that are letters alone."""
    names = {
        name.rstrip(".").lower()
        for of in (get_month_names, get_day_names)
        for width in ("wide", "abbreviated")
        for name in of(width, locale=language).values()
    }
    return {name for name in names if name.isalpha()}


def text_of_dates() -> str:
    """Return the module of the names that lines may differ in."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as fresh:
        names = sorted(set().union(*fresh.map(date_names, DATE_LANGUAGES, chunksize=1)))
    by_letter: dict[str, list[str]] = {}
    for name in names:
        by_letter.setdefault(name[0], []).append(name)
    return DATES_HEAD + "".join(f'    "{" ".join(some)} "\n' for some in by_letter.values()) + ")\n"


def main() -> None:
    """Write the modules anew."""
    MONTHS.write_text(text_of(), encoding="utf-8")
    DATES.write_text(text_of_dates(), encoding="utf-8")


if __name__ == "__main__":
    main()
