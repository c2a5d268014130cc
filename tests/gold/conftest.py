"""The gold set: pages written for this project, and what one run of cleaning over all of them keeps."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.marked_pages import MarkedPage, read_marked_pages
from flows.cleaning.clean import clean_documents
from flows.settings import load_settings
from flows.sites import load_profiles
from schemas import DOCUMENTS

PAGES = Path(__file__).parent / "pages"
MONTH = "2026-03"
"""All pages were fetched in it: one partition, as a run would clean them."""


@dataclass(frozen=True)
class Gold:
    """The pages by name, and what cleaning made of each."""

    pages: dict[str, MarkedPage]
    site_pages: Counter[str]
    bodies: dict[str, str]
    titles: dict[str, str | None]
    reasons: dict[str, dict[str, str]]
    """Why each removed line of a page went, by its text."""


@pytest.fixture(scope="session")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Gold:
    """Clean the whole set once."""
    pages = {page.name: page for page in read_marked_pages(PAGES)}
    raw = tmp_path_factory.mktemp("gold")
    cleaned = clean_documents(
        _documents(list(pages.values())),
        month=MONTH,
        profiles=load_profiles(),
        settings=load_settings(raw=raw, processed=raw),
        cleaning_version="gold",
    )
    names = {document_id(name): name for name in pages}
    articles = {names[row["document_id"]]: row for row in cleaned.articles.to_pylist()}
    reasons: dict[str, dict[str, str]] = {name: {} for name in pages}
    for row in cleaned.removed_lines.to_pylist():
        reasons[names[row["document_id"]]][row["text"]] = row["reason"]
    return Gold(
        pages=pages,
        site_pages=Counter(page.site for page in pages.values()),
        bodies={name: articles[name]["body"] if name in articles else "" for name in pages},
        titles={name: articles[name]["title"] if name in articles else None for name in pages},
        reasons=reasons,
    )


def document_id(name: str) -> str:
    """Return the id of a page as a document."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _documents(pages: list[MarkedPage]) -> pa.Table:
    """Return the pages as documents with nothing known of them but site, address and day."""
    rows = []
    for minute, page in enumerate(pages):
        fetched = datetime.fromisoformat(page.fetched).replace(tzinfo=UTC) + timedelta(hours=20, minutes=minute)
        rows.append(
            {
                "document_id": document_id(page.name),
                "source_path": f"{page.name}.txt",
                "record_no": 0,
                "site": page.site,
                "url": page.url,
                "fetched_at": fetched,
                "fetched_at_origin": "metadata",
                "text": page.text,
                "metadata": "{}",
                "month": MONTH,
            }
        )
    schema = pa.schema([DOCUMENTS.full_schema.field(name) for name in rows[0]])
    table = pa.Table.from_pylist(rows, schema)
    return table.sort_by([("site", "ascending"), ("fetched_at", "ascending"), ("document_id", "ascending")])
