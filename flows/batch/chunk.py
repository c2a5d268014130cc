"""Clean one chunk of a batch: documents in, a record per document out, in their order."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.batch.fields import LISTS, OF_ARTICLE, TEASER_FIELDS
from flows.batch.lines import line_records
from flows.cleaning.clean import Cleaning
from flows.cleaning.validation import Failure
from flows.settings import Settings
from flows.sites import load_profiles

OWN, EVIDENCE = "2000-01", "1999-12"
"""A batch is one window of time: months play no part in it but to part a chunk from what is evidence for it."""
VERSION = "batch"
OF_TEXT = {"id", "site", "url", "rejected", "title", "text", "language"}
"""Fields for which nothing but the text has to be looked at."""


@dataclass(frozen=True)
class Chunk:
    """What one call of `clean_chunk` gets."""

    documents: pa.Table
    """As readers give them; the first `evidence` of them only show what repeats."""
    evidence: int
    fields: tuple[str, ...]
    settings: Settings


@dataclass(frozen=True)
class CleanedChunk:
    """What became of a chunk."""

    records: list[dict[str, Any]]
    """Of every document, evidence left out, the fields that were asked for but its id."""
    failures: dict[int, Failure]
    """Why documents were rejected, by place in `records`."""
    lines: int
    removed: int


def clean_chunk(chunk: Chunk) -> CleanedChunk:
    """Clean the documents of a chunk; all of them count as of one time."""
    profiles = load_profiles(chunk.settings.profiles)
    cleaning = Cleaning(_prepared(chunk), month=OWN, profiles=profiles, settings=chunk.settings)
    only_texts = set(chunk.fields) <= OF_TEXT
    articles, failed = cleaning.texts() if only_texts else cleaning.articles(VERSION)
    places = _places(cleaning.documents["document_id"], chunk)
    failures = {places[row]: failure for row, failure in failed.items()}
    records = [_blank(chunk.fields) for _ in places]
    _fill(records, articles, chunk)
    _fill_known(records, failures, chunk)
    if "related" in chunk.fields:
        _fill_related(records, cleaning.links(), chunk)
    if "lines" in chunk.fields:
        _fill_lines(records, cleaning, articles, chunk)
    kept = cleaning.decisions.kept[cleaning.of[cleaning.decisions.lines.document]]
    return CleanedChunk(records, failures, lines=len(kept), removed=int((~kept).sum()))


def _prepared(chunk: Chunk) -> pa.Table:
    """Number the documents by their place, and sort them as cleaning wants them."""
    rows = len(chunk.documents)
    number = np.arange(rows)
    month = pa.array([OWN, EVIDENCE]).take(pa.array((number < chunk.evidence).astype(np.int8)))
    ids = pc.utf8_lpad(pa.array(number).cast(pa.string()), 32, "0")
    documents = chunk.documents.set_column(chunk.documents.schema.get_field_index("month"), "month", month)
    documents = documents.append_column("document_id", ids)
    return documents.sort_by([(name, "ascending") for name in ("site", "fetched_at", "document_id")])


def _blank(fields: tuple[str, ...]) -> dict[str, Any]:
    record: dict[str, Any] = {name: [] if name in LISTS else None for name in fields}
    if "text" in record:
        record["text"] = ""
    return record


def _places(ids: pa.ChunkedArray, chunk: Chunk) -> list[int]:
    places: list[int] = (np.asarray(ids.cast(pa.int64()), dtype=np.int64) - chunk.evidence).tolist()
    return places


def _fill(records: list[dict[str, Any]], articles: pa.Table, chunk: Chunk) -> None:
    places = _places(articles["document_id"], chunk)
    for name, column in OF_ARTICLE.items():
        if name in chunk.fields:
            for place, value in zip(places, articles[column].to_pylist(), strict=True):
                records[place][name] = value


def _fill_known(records: list[dict[str, Any]], failures: dict[int, Failure], chunk: Chunk) -> None:
    """Fill in what is known of rejected documents too."""
    for name in ("site", "url"):
        if name in chunk.fields:
            for record, value in zip(records, chunk.documents[name].slice(chunk.evidence).to_pylist(), strict=True):
                record[name] = value
    for place, failure in failures.items():
        told = {"rejected": failure.reason, "title": None, "text": "", "language": None}
        records[place] |= {name: value for name, value in told.items() if name in chunk.fields}


def _fill_related(records: list[dict[str, Any]], links: pa.Table, chunk: Chunk) -> None:
    related: dict[int, list[dict[str, Any]]] = defaultdict(list)
    teasers = links.select(list(TEASER_FIELDS)).to_pylist()
    for place, teaser in zip(_places(links["document_id"], chunk), teasers, strict=True):
        related[place].append(teaser)
    for place, found in related.items():
        records[place]["related"] = found


def _fill_lines(records: list[dict[str, Any]], cleaning: Cleaning, articles: pa.Table, chunk: Chunk) -> None:
    found = line_records(cleaning, articles)
    for place, lines in zip(_places(cleaning.documents["document_id"], chunk), found, strict=True):
        records[place]["lines"] = lines
