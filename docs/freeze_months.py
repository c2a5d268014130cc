"""Write flows/cleaning/month_names.py, the names of months as the Unicode locale data has them today."""

from multiprocessing import get_context
from pathlib import Path

from flows.cleaning.date_words import LANGUAGES, locale_months

TARGET = Path(__file__).parents[1] / "flows" / "cleaning" / "month_names.py"
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


def main() -> None:
    """Write the module anew."""
    TARGET.write_text(text_of(), encoding="utf-8")


if __name__ == "__main__":
    main()
