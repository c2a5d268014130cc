"""Pages as they are kept beside their documents, with what is needed to read them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa

from flows.readers.html_records import PageBytes
from flows.settings import Settings
from flows.text import Repairs
from schemas import PAGES

READING_CODE = 2
"""Counted up when the HTML reader makes another text, markup or metadata of any page."""
COLUMNS = ("page", "is_text", "charset", "given")
"""What of `pages` comes from the reader."""
_PACKED = "packed"
KEPT = pa.struct(
    [
        pa.field(_PACKED, pa.binary(), nullable=False),
        pa.field("size", pa.int64(), nullable=False),
        *(PAGES.schema.field(name).remove_metadata() for name in COLUMNS[1:]),
    ]
)
"""A page in a run's working files: one by one with zstd, so that any can be had without the others and the files stay
small. Tables pack them together, which takes a third of that."""
_CODEC = pa.Codec("zstd", compression_level=1)


@dataclass(frozen=True, slots=True)
class Given:
    """What a record holds beside its page."""

    named: dict[str, Any]
    """The fields that copydesk knows."""
    rest: dict[str, Any]
    repairs: Repairs
    """What was mended before the page was read."""
    member: str | None = None
    """The archive's member that the record stood in."""


def given_in(row: Mapping[str, Any]) -> Given:
    """Return what the scraper gave beside the page of a row of `pages`."""
    told = orjson.loads(row["given"])
    repairs = Repairs(**told.get("repairs", {}))
    return Given(told.get("named", {}), told.get("rest", {}), repairs, told.get("member"))


def reading_version(settings: Settings) -> str:
    """Name what decides how a page is read: code and settings."""
    return f"{READING_CODE}.{'extractor' if settings.ask_extractor else 'alone'}"


def pack(page: PageBytes, given: str) -> dict[str, Any]:
    """Return a page, with what the scraper gave beside it, as `KEPT` has it."""
    is_text = isinstance(page.html, str)
    data = page.html.encode("utf-8", "surrogatepass") if isinstance(page.html, str) else page.html
    return {
        _PACKED: _CODEC.compress(data, asbytes=True),
        "size": len(data),
        "is_text": is_text,
        "charset": _encodable(page.charset),
        "given": given,
    }


def pack_again(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of `pages` as `KEPT` has it."""
    return {
        _PACKED: _CODEC.compress(row["page"], asbytes=True),
        "size": len(row["page"]),
        **{name: row[name] for name in COLUMNS[1:]},
    }


def packed_size(kept: Mapping[str, Any]) -> int:
    """Return the bytes that a page takes in memory."""
    return len(kept[_PACKED]) + len(kept["given"])


def unpack(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a row of `pages` comes from the reader."""
    page = _CODEC.decompress(kept[_PACKED], kept["size"], asbytes=True) if kept["size"] else b""
    return {"page": page, **{name: kept[name] for name in COLUMNS[1:]}}


def page_of(row: Mapping[str, Any]) -> PageBytes:
    """Return the page of a row of `pages` as the reader had it."""
    html = row["page"].decode("utf-8", "surrogatepass") if row["is_text"] else row["page"]
    return PageBytes(html, row["charset"])


def _encodable(charset: str | None) -> str | None:
    return None if charset is None else charset.encode("utf-8", "replace").decode()
