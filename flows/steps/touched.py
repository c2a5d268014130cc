"""Touched: pages that hold something of what was taken down, in their text or out of sight."""

from collections.abc import Iterable, Mapping
from typing import Any

from flows.html import decode_html
from flows.readers.kept_pages import page_of
from flows.steps.keep import published_pages
from flows.steps.sentences import readable_text
from flows.steps.withheld import Tombs
from flows.tables.layout import Layout, Partition
from flows.text import Repairs
from schemas import PAGES


def touched_pages(layout: Layout, partition: Partition, tombs: Tombs) -> dict[str, str]:
    """Return the documents of a partition whose published pages hold something of it, each with the takedown."""
    return find_touched(published_pages(layout.file(PAGES.name, partition)), tombs)


def find_touched(pages: Iterable[Mapping[str, Any]], tombs: Tombs) -> dict[str, str]:
    """Return the documents whose pages hold something of it, each with the takedown."""
    if not tombs.knows_lines:
        return {}
    found = ((row["document_id"], tombs.of_page(_readable(row))) for row in pages)
    return {key: takedown for key, takedown in found if takedown}


def _readable(row: Mapping[str, Any]) -> str:
    page = page_of(row)
    html = page.html if isinstance(page.html, str) else decode_html(page.html, Repairs(), encoding_hint=page.charset)
    return readable_text(f"{html}\n{row['given']}")
