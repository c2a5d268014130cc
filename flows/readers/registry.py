"""The formats there are, and which of them a source is in: by content first, by name second."""

from flows.readers.arrow_records import ARROW
from flows.readers.csv_records import CSV, TSV
from flows.readers.feeds import FEED
from flows.readers.formats import Archive, Format
from flows.readers.html_files import HTML
from flows.readers.json_records import DOCUMENT, LINES
from flows.readers.mail import EML, MBOX
from flows.readers.mhtml import MHTML
from flows.readers.parquet_records import PARQUET
from flows.readers.plain_text import TEXT
from flows.readers.scrapy_xml import SCRAPY
from flows.readers.source import Source
from flows.readers.tar_archives import TAR
from flows.readers.tei import TEI
from flows.readers.trafilatura_xml import TRAFILATURA
from flows.readers.warc import WARC
from flows.readers.zip_archives import ZIP

FORMATS: tuple[Format | Archive, ...] = (
    ZIP,
    TAR,
    PARQUET,
    ARROW,
    WARC,
    MBOX,
    MHTML,
    EML,
    FEED,
    TEI,
    TRAFILATURA,
    SCRAPY,
    HTML,
    LINES,
    DOCUMENT,
    CSV,
    TSV,
    TEXT,
)
"""The more certain they are of their first bytes, the earlier they come."""


def detect(source: Source) -> Format | Archive | None:
    """Return the format that a source's content has, the one of its name preferred; else that of its name."""
    named = next((one for one in FORMATS if _is_named(source.name, one)), None)
    recognised = [one for one in FORMATS if one.recognises(source.head)]
    if named is not None and (named in recognised or not recognised):
        return named
    return recognised[0] if recognised else None


def by_name(name: str) -> Format | Archive:
    """Return the format of this name."""
    return next(one for one in FORMATS if one.name == name)


def _is_named(name: str, one: Format | Archive) -> bool:
    stem, dot, suffix = name.rpartition(".")
    return (dot + suffix if stem else "") in one.suffixes


def told() -> str:
    """Say which formats are read."""
    shown = ((one.title, ", ".join(filter(None, one.suffixes))) for one in FORMATS)
    return ", ".join(f"{title} ({suffixes})" if suffixes else title for title, suffixes in shown)
