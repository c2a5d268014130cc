"""The gold set: pages written for this project, and what one run of cleaning over all of them keeps."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.marked_pages import MarkedPage, read_marked_pages
from flows.batch import Options, clean_records
from flows.settings import load_settings

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Gold:
    """The pages by name, and what cleaning made of each."""

    pages: dict[str, MarkedPage]
    site_pages: Counter[str]
    bodies: dict[str, str]
    titles: dict[str, str | None]


@pytest.fixture(scope="session")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Gold:
    """Clean the whole set once, as one batch with nothing known of a page but site, address and day."""
    pages = {page.name: page for page in read_marked_pages(PAGES)}
    records = (
        {"id": page.name, "site": page.site, "url": page.url, "fetched_at": page.fetched, "text": page.text}
        for page in pages.values()
    )
    raw = tmp_path_factory.mktemp("gold")
    settings = load_settings(raw=raw, processed=raw)
    cleaned = list(clean_records(records, settings=settings, options=Options(fields=("id", "title", "text"))))
    return Gold(
        pages=pages,
        site_pages=Counter(page.site for page in pages.values()),
        bodies={row["id"]: row["text"] or "" for row in cleaned},
        titles={row["id"]: row["title"] for row in cleaned},
    )
