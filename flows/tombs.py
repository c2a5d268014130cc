"""The hashes of a takedown: made of the documents that it takes, and found again when it is to be lifted."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.dedup.decisions import article_id_of
from flows.dedup.sketches import sketch
from flows.errors import QueryError
from flows.forgettable import Forgettable
from flows.readers.urls import canonical_url, site_of_name
from flows.steps.sentences import opening, sentences
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition
from flows.tables.tombstones import Kind, Takedown, Tombstones, digest

_ID_BEGINNING = re.compile(r"[0-9a-f]{8,32}")
_DOCUMENTS = ["document_id", "article_id", "site", "url", "source_path", "text"]
_CLEANED = ["document_id", "title", "body", "paragraphs"]
MIN_PROSE_CHARS = 60
"""Of a line that was taken for furniture though it stands in the story: a lead that other pages repeat as a teaser, not
a prompt or a credit."""


def pages_of(layout: Layout, found: Forgettable, partitions: Iterable[Partition]) -> pa.Table:
    """Return the documents that go, with what cleaning made of them."""
    ids = found.documents["document_id"].combine_chunks()
    parts = []
    for partition in sorted(partitions):
        own, cleaned = (
            read_rows(layout.file(name, partition), columns).filter(pc.is_in(pc.field("document_id"), value_set=ids))
            for name, columns in (("documents", _DOCUMENTS), ("_cleaned", _CLEANED))
        )
        places = pc.index_in(own["document_id"].combine_chunks(), value_set=cleaned["document_id"].combine_chunks())
        for name in _CLEANED[1:]:
            own = own.append_column(name, cleaned[name].combine_chunks().take(places))
        parts.append(own.append_column("repeated", _repeated(layout, partition, own)).replace_schema_metadata(None))
    return pa.concat_tables(parts)


def _repeated(layout: Layout, partition: Partition, own: pa.Table) -> pa.Array:
    """Return of each document the prose within the story that was removed because other pages have it too."""
    rows = read_rows(layout.file("removed_lines", partition), ["document_id", "line_no", "text", "reason"])
    rows = rows.filter(pc.is_in(rows["document_id"], value_set=own["document_id"].combine_chunks()))
    lines: dict[str, list[tuple[int, str]]] = {}
    for row in rows.filter(pc.field("reason") == "template").to_pylist():
        if len(row["text"]) >= MIN_PROSE_CHARS:
            lines.setdefault(row["document_id"], []).append((row["line_no"], row["text"]))
    told = []
    for page in own.select(["document_id", "paragraphs"]).to_pylist():
        kept = [line["line_no"] for line in page["paragraphs"] or ()]
        within = [
            text for number, text in lines.get(page["document_id"], ()) if kept and min(kept) < number < max(kept)
        ]
        told.append("\n".join(within))
    return pa.array(told, pa.string())


def hashes_of(takedown_id: str, found: Forgettable, pages: pa.Table) -> Iterator[tuple[str, Kind, bytes]]:
    """Yield the hashes that keep the pages out.

    Where copies of them may stay, nothing is kept by which these would be told too: text, body, sentences.
    """
    if found.scope == "site":
        yield takedown_id, "site", digest("site", found.key)
    for page in pages.to_pylist():
        kinds = [_of_page(page)]
        if found.duplicates or found.scope != "site":
            kinds.append(_of_url(page))
        if found.duplicates:
            kinds.append(_of_text(page, found))
        for kind, value in chain.from_iterable(kinds):
            yield takedown_id, kind, value


def _of_page(page: dict[str, Any]) -> Iterator[tuple[Kind, bytes]]:
    yield "document", bytes.fromhex(page["document_id"])
    yield "article", article_id_of(page["url"], page["document_id"])
    yield "source", digest("source", page["source_path"])


def _of_url(page: dict[str, Any]) -> Iterator[tuple[Kind, bytes]]:
    if page["url"]:
        yield "url", digest("url", page["url"])


def _of_text(page: dict[str, Any], found: Forgettable) -> Iterator[tuple[Kind, bytes]]:
    """A headline that other articles have too (`Letters to the editor`) tells nothing of this one."""
    yield "text", digest("text", page["text"])
    title = "" if page["title"] in found.common_titles else page["title"]
    if runs := sketch(page["body"] or ""):
        yield "sketch", runs
    text = f"{title or ''}\n{page['body'] or ''}\n{page['repeated']}"
    for sentence in sentences(text):
        yield "sentence", digest("sentence", sentence)
        yield "opening", opening(sentence)
    for line in text.split("\n"):
        yield "opening", opening(line)


def find_takedown(tombstones: Tombstones, target: str) -> Takedown:
    """Return the takedown that an id of it, or what it took down, names. Raises QueryError if not just one does."""
    named = takedowns_of(tombstones, target)
    if not named:
        raise QueryError(f"nothing was taken down that fits {target!r}; `copydesk forget --list` lists the takedowns")
    if len(named) > 1:
        raise QueryError(f"{target!r} fits {len(named)} takedowns: {', '.join(named)}; give the id of one")
    return tombstones.takedowns[named[0]]


def takedowns_of(tombstones: Tombstones, target: str) -> list[str]:
    """Return the ids of the takedowns that an id, or what they took down, names."""
    return sorted(_named(tombstones, target.strip()))


def _named(tombstones: Tombstones, target: str) -> set[str]:
    by_id = {name for name in tombstones.takedowns if name == target or name.endswith(f"-{target}")}
    if by_id:
        return by_id
    wanted: list[tuple[Kind, bytes]] = [("site", digest("site", site_of_name(target)))]
    if url := canonical_url(target):
        wanted = [("url", digest("url", url)), ("article", article_id_of(url, ""))]
    elif _ID_BEGINNING.fullmatch(target):
        wanted += [(kind, bytes.fromhex(target[: len(target) // 2 * 2])) for kind in ("document", "article")]
    return {takedown for kind, value in wanted for takedown in tombstones.having(kind, value)}
