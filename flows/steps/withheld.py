"""Withheld: what tombstones keep out of the tables.

What decides lies in the record alone (its id, address, site and text) and in the tombstones, never in other documents:
so it is the same in any order of runs, and is known before anything is cleaned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from flows.dedup.sketches import Sketches
from flows.readers.urls import canonical_url
from flows.steps.sentences import opening, sentences, urls_in
from flows.tables.files import read_rows
from flows.tables.layout import Layout
from flows.tables.tombstones import HASHES, Kind, Trace, digest, staged_file


@dataclass(frozen=True)
class Withheld:
    """What was kept out of some documents."""

    documents: tuple[str, ...] = ()
    """Their ids."""
    sites: frozenset[str] = frozenset()
    """Of documents that stay out, or lost lines."""
    lines: int = 0
    """Lines that others lost."""
    traces: frozenset[Trace] = frozenset()
    """What must be known of it when the takedown is lifted."""


class Tombs:
    """Hashes from a file, for finding what has them."""

    def __init__(self, path: Path) -> None:
        rows = read_rows(path, HASHES.names).cast(HASHES)
        self._rows = {kind: rows.filter(pc.field("kind") == kind).combine_chunks() for kind in _SOUGHT}
        own = self._rows["sketch"]
        self._owners = own["takedown"].combine_chunks()
        self._sketches = Sketches(own["value"].to_pylist())
        self.restored: pa.Array = rows.filter(pc.field("kind") == "restored")["value"].combine_chunks()
        self._known = {kind: self._first(kind) for kind in ("url", "sentence")}
        self._whole = set(self._known["sentence"].values())
        self._openings = set(rows.filter(pc.field("kind") == "opening")["value"].to_pylist())
        self._lines: dict[str, str | None] = {}

    @property
    def knows_lines(self) -> bool:
        """Whether any line of another document may have to go."""
        return bool(self._known["sentence"])

    def find(self, kind: Kind, values: Iterable[bytes | None]) -> pa.Array:
        """Return the takedown that each value was taken down with, null for none."""
        known = self._rows[kind]
        places = pc.index_in(pa.array(values, pa.binary()), value_set=known["value"].combine_chunks(), skip_nulls=True)
        return known["takedown"].combine_chunks().take(places)

    def documents(self, rows: pa.Table) -> pa.Array:
        """Return the takedown that keeps each document out, null for none."""
        urls = rows["url"].to_pylist()
        return pc.coalesce(
            self.find("document", map(bytes.fromhex, rows["document_id"].to_pylist())),
            self.find("site", (digest("site", site) for site in rows["site"].to_pylist())),
            self.find("url", (digest("url", url) if url else None for url in urls)),
            self.find("text", (digest("text", text) for text in rows["text"].to_pylist())),
            self._copies(rows["text"].to_pylist()),
        )

    def _copies(self, texts: list[str]) -> pa.Array:
        if not len(self._sketches):
            return pa.nulls(len(texts), pa.string())
        return self._owners.take(pa.array([self._sketches.copied(text) for text in texts], pa.int64()))

    def touching(self, text: str) -> str | None:
        """Return a takedown of which a text holds more than a phrase."""
        place = self._sketches.touched(text)
        return None if place is None else self._owners[place].as_py()

    def of_line(self, line: str) -> str | None:
        """Return the takedown of whose sentences a line is made, with nothing else."""
        if line not in self._lines:
            if len(self._lines) > MAX_LINES:
                self._lines.clear()
            self._lines[line] = self._look_up(line) if opening(line) in self._openings else None
        return self._lines[line]

    def of_page(self, text: str) -> str | None:
        """Return a takedown of which a page holds a sentence, a run of words, or a link to its address.

        Pages are kept for another reading, which no reader of the tables would miss: one sentence is enough.
        """
        found = (self._known["url"].get(digest("url", url)) for url in urls_in(text))
        if linked := next((takedown for takedown in found if takedown in self._whole), None):
            return linked
        hashes = (digest("sentence", one) for one in sentences(text) if opening(one) in self._openings)
        return next(filter(None, map(self._known["sentence"].get, hashes)), None) or self.touching(text)

    def _look_up(self, line: str) -> str | None:
        found = [self._known["sentence"].get(digest("sentence", one)) for one in sentences(line)]
        return found[0] if found and all(found) else None

    def of_url(self, text: str) -> str | None:
        """Return the takedown of an address."""
        url = canonical_url(text)
        return self._known["url"].get(digest("url", url)) if url else None

    def _first(self, kind: Kind) -> dict[bytes, str]:
        rows = self._rows[kind]
        pairs = zip(rows["value"].to_pylist(), rows["takedown"].to_pylist(), strict=True)
        return dict(reversed(list(pairs)))  # the earlier takedown of two


_SOUGHT: tuple[Kind, ...] = ("document", "site", "url", "text", "sketch", "sentence")
MAX_LINES = 100_000
"""Lines whose answer is kept: furniture and teasers come again and again."""


def load_tombs(layout: Layout) -> Tombs | None:
    """Return the hashes of what was taken down, as this run will leave them; None: nothing was."""
    for path in (staged_file(layout, layout.tombstones), layout.tombstones):
        if path.exists():
            told = path.stat()
            return _loaded(path, told.st_mtime_ns, told.st_size, told.st_ino)
    return None


@lru_cache(maxsize=2)
def _loaded(path: Path, *_version: int) -> Tombs:
    """Read a file once for all steps of a process."""
    return Tombs(path)


def withhold(
    rows: pa.Table, tombs: Tombs, pages: Mapping[str, str] = MappingProxyType({})
) -> tuple[pa.Table, Withheld]:
    """Return the documents that may stand, without lines that may not, and what was kept out.

    `pages` names documents whose pages hold some of it beside their text, each with the takedown: the page goes.
    """
    takedowns = tombs.documents(rows)
    rows, takedowns, blanked, lines = _blank(rows, takedowns, tombs)
    rows = _without_pages(rows, takedowns, blanked, pages)
    out = np.asarray(takedowns.is_valid(), dtype=bool)
    ids, paths = rows["document_id"].to_pylist(), rows["source_path"].to_pylist()
    traces: set[Trace] = set()
    for place in np.flatnonzero(out).tolist():
        traces.add((takedowns[place].as_py(), "source", digest("source", paths[place])))
    for place, takedown in blanked.items():
        traces.add((takedown, "source", digest("source", paths[place])))
        traces.add((takedown, "blanked", bytes.fromhex(ids[place])))
    touched = out.copy()
    touched[list(blanked)] = True
    gone = pa.array(out)
    return rows.filter(pc.invert(gone)), Withheld(
        documents=tuple(rows["document_id"].filter(gone).to_pylist()),
        sites=frozenset(rows["site"].filter(pa.array(touched)).to_pylist()),
        lines=lines,
        traces=frozenset(traces),
    )


def _without_pages(rows: pa.Table, takedowns: pa.Array, blanked: dict[int, str], pages: Mapping[str, str]) -> pa.Table:
    """Let go of the pages of documents that lost lines, and of those that hold what was taken down out of sight."""
    places = {key: place for place, key in enumerate(rows["document_id"].to_pylist())} if pages else {}
    for key, takedown in pages.items():
        if key in places and not takedowns[places[key]].is_valid:
            blanked.setdefault(places[key], takedown)
    if not blanked:
        return rows
    gone = np.zeros(len(rows), dtype=bool)
    gone[list(blanked)] = True
    version = pc.if_else(pa.array(gone), pa.scalar(None, pa.string()), rows["reading_version"])
    return rows.set_column(
        rows.schema.get_field_index("reading_version"), rows.schema.field("reading_version"), version
    )


def _blank(rows: pa.Table, takedowns: pa.Array, tombs: Tombs) -> tuple[pa.Table, pa.Array, dict[int, str], int]:
    """Empty lines of other documents that are made of what was taken down; a document of nothing else stays out."""
    blanked: dict[int, str] = {}
    if not tombs.knows_lines:
        return rows, takedowns, blanked, 0
    texts, metadata, markup = (rows[name].to_pylist() for name in ("text", "metadata", "markup"))
    open_rows = np.flatnonzero(np.asarray(takedowns.is_null(), dtype=bool)).tolist()
    kept, emptied = takedowns.to_pylist(), 0
    for place in open_rows:
        lines = texts[place].split("\n")
        hits = [(number, found) for number, line in enumerate(lines) if line and (found := tombs.of_line(line))]
        scrubbed, takedown = _scrub(metadata[place], tombs)
        if not hits and takedown is None:
            continue
        metadata[place] = scrubbed
        texts[place], markup[place] = _without_lines(lines, markup[place], {number for number, _ in hits})
        emptied += len(hits)
        blanked[place] = hits[0][1] if hits else str(takedown)
        if not texts[place]:
            kept[place] = blanked.pop(place)
    if emptied or blanked:
        for name, values in (("text", texts), ("metadata", metadata), ("markup", markup)):
            field = rows.schema.field(name)
            rows = rows.set_column(rows.schema.get_field_index(name), field, pa.array(values, field.type))
    return rows, pa.array(kept, pa.string()), blanked, emptied


def _without_lines(lines: list[str], markup: list[Any] | None, gone: set[int]) -> tuple[str, list[Any] | None]:
    """Empty lines: their numbers stay those of the page. `markup` has an entry for each line that isn't blank."""
    if markup is not None:
        filled = (number for number, line in enumerate(lines) if line)
        markup = [entry for number, entry in zip(filled, markup, strict=True) if number not in gone]
    text = "\n".join("" if number in gone else line for number, line in enumerate(lines))
    return text.rstrip("\n"), markup


def _scrub(metadata: str, tombs: Tombs) -> tuple[str, str | None]:
    """Take what was taken down out of fields that copydesk doesn't know: lists of related stories, say."""
    if '"extra":' not in metadata:
        return metadata, None
    known = orjson.loads(metadata)
    found: list[str] = []
    known["extra"] = _scrubbed(known.get("extra"), tombs, found)
    if not found:
        return metadata, None
    return orjson.dumps(known, option=orjson.OPT_SORT_KEYS).decode(), found[0]


def _scrubbed(value: Any, tombs: Tombs, found: list[str]) -> Any:
    if isinstance(value, str):
        takedown = tombs.of_url(value) if "://" in value else tombs.of_line(value)
        found += [takedown] if takedown else []
        return None if takedown else value
    if isinstance(value, dict):
        return {name: _scrubbed(inner, tombs, found) for name, inner in value.items()}
    if isinstance(value, list):
        return [_scrubbed(inner, tombs, found) for inner in value]
    return value
