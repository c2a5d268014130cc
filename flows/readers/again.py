"""Reading a kept page again: what today's reader makes of it, as it would of the raw file."""

from collections.abc import Mapping
from typing import Any

from flows.readers.kept_pages import given_in, page_of
from flows.readers.origin import SiteRecogniser
from flows.readers.raw_files import RawFile
from flows.readers.records import Sink
from flows.readers.rows import READ_SCHEMA
from flows.readers.time_limit import limited
from flows.settings import Settings

READ_AGAIN = ("site", "url", "text", "metadata", "markup")
"""Columns of a document that come from its page; the others come from its file and record."""


def read_again(
    page: Mapping[str, Any], document: Mapping[str, Any], *, settings: Settings, sites: SiteRecogniser
) -> dict[str, Any] | None:
    """Return what `READ_AGAIN` names of a document, by its row in `pages`; None: today's reader finds no text in it."""
    given, file = given_in(page), RawFile(path=document["source_path"], size=0, mtime_ns=0)
    sink = Sink(file=file, settings=settings, recognise=sites, format=document["format"], member=given.member)
    try:
        with limited(settings.max_record_seconds):
            row = sink.document_of(document["record_no"], given, html=page_of(page))
    except Exception:  # law 7, as when it was read first; a RecordError says that it would be rejected
        return None
    found = dict(zip(READ_SCHEMA.names, row, strict=True))
    return {name: found[name] for name in READ_AGAIN}
