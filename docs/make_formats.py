"""Write docs/formats.md from the readers; a test fails when it is out of date."""

from collections.abc import Iterator
from pathlib import Path

from flows.readers.formats import Archive, Format
from flows.readers.registry import FORMATS
from flows.readers.streams import COMPRESSIONS
from flows.settings import Settings

TARGET = Path(__file__).parent / "formats.md"
HEAD = """# Formats

What copydesk reads, from the readers themselves: this page is made by `python docs/make_formats.py`, and a test fails
when it is out of date. [add_a_reader.md](add_a_reader.md) goes through adding one.

A file's format is told by its content, whatever its name; where its content fits several, the one of its name is
taken, and where it fits none, its name alone decides. What neither tells is a rejection, `unsupported_format`. A
file's suffixes of compression are taken off first.

"""
TABLE = """## Records

| format | suffixes | told by | a record's number counts | its page, kept in `pages` | own limits |
|---|---|---|---|---|---|
"""
NOTES = """
- `format` in `documents` has the format's name.
- A record is known by its file and its number, which counts from 0. Records that are rejected have one too.
- **Pages** are kept when `keep_pages` is on. Where the table has none, a record's page is what its field `html`
  holds (see [fields.md](fields.md)), if it has no text besides.
- What is known of a file of one document may stand beside it, in `<name>.meta.json`; of a feed and of XML it holds
  for all records.
"""
MATRIX = """
## How files are read

Any file may be compressed, also several times over, and be in an archive, which may be compressed and in another
one, up to `max_nesting`. A compression is told by its first bytes; its suffix is only taken off.

- **slices**: a file longer than `slice_bytes` is read in slices, in parallel, and a run that is stopped goes on
  behind the last that was read. Of gzip, this takes a member for each record, as crawlers write it.
- **stream**: from its beginning to its end, no more than a record or a batch of them at a time. A JSON array is
  parsed item by item once it is longer than 8 MiB, and a single object as a whole, up to `max_array_bytes`.
- **whole**: as a whole, in memory, as long as `max_array_bytes` or `max_record_bytes` at most.
- **members**: an archive's files one after the other, each as its own format is.

"""
LIMITS = """
## Limits

These bound every format. What is beyond is a rejection that names the setting.

| setting | default | |
|---|---|---|
"""
OF_ALL = (
    "max_record_lines", "max_record_seconds", "max_rejected_per_file", "max_unpacked_bytes", "max_unpack_ratio",
    "max_nesting", "max_html_depth",
)  # fmt: skip


HELD = ("never", "in archives", "packed", "always")
"""Each holds for what the ones before it hold for."""


def page() -> str:
    """Return the whole page."""
    of_some = dict.fromkeys(limit for one in FORMATS for limit in one.facts.limits)
    return (
        HEAD
        + TABLE
        + "".join(_row(_cells(one)) for one in FORMATS)
        + NOTES
        + MATRIX
        + "".join(_row(cells) for cells in _matrix())
        + LIMITS
        + "".join(_row(_limit(name)) for name in OF_ALL)
        + "\nThese bound the formats that the table names them for:\n\n| setting | default | |\n|---|---|---|\n"
        + "".join(_row(_limit(name)) for name in of_some)
    )


def _cells(one: Format | Archive) -> Iterator[str]:
    yield f"**{one.name}**: {one.title}"
    yield ", ".join(f"`{suffix}`" if suffix else "none" for suffix in one.suffixes) or "any"
    yield one.facts.told_by
    yield one.facts.numbers
    yield one.facts.page
    yield ", ".join(f"`{limit}`" for limit in one.facts.limits)


def _matrix() -> Iterator[list[str]]:
    archives = [one.name for one in FORMATS if isinstance(one, Archive)]
    yield ["format", "plain", *COMPRESSIONS, *(f"in {archive}" for archive in archives)]
    yield ["---"] * (2 + len(COMPRESSIONS) + len(archives))
    for one in FORMATS:
        packed = [how_read(one, compression) for compression in COMPRESSIONS]
        yield [one.name, how_read(one), *packed, *(how_read(one, archived=True) for _ in archives)]
    beyond = [""] * len(archives)
    yield ["*first bytes*", "", *(f"`{magic.hex(' ')}`" for magic, _, _ in COMPRESSIONS.values()), *beyond]
    suffixes = (", ".join(f"`{suffix}`" for suffix in known) for _, known, _ in COMPRESSIONS.values())
    yield ["*suffixes*", "", *suffixes, *beyond]


def how_read(one: Format | Archive, compression: str | None = None, *, archived: bool = False) -> str:
    """Return how a file of a format is read, as the page has it."""
    packed = archived or compression is not None
    if (
        one.facts.held == "always"
        or (packed and one.facts.held == "packed")
        or (archived and one.facts.held != "never")
    ):
        return "whole"
    if isinstance(one, Archive):
        return "members"
    if one.cuts is None or archived:
        return "stream"
    return "slices" if compression is None or compression in one.cuts_packed else "stream"


def _limit(name: str) -> Iterator[str]:
    field = Settings.model_fields[name]
    yield f"`{name}`"
    yield _shown(field.default)
    yield field.description or ""


def _shown(value: float) -> str:
    whole = int(value)
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20)):
        if whole >= size and whole % size == 0:
            return f"{whole // size} {unit}"
    return f"{whole:,}"


def _row(cells: Iterator[str] | list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
