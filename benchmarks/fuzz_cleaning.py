"""What must hold of cleaning, whatever texts and pages it is given."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.clean import Cleaned, clean_documents
from flows.settings import Settings
from flows.sites import load_profiles
from flows.tables.reconstruct import rebuild_texts
from schemas import ARTICLES, RELATED, REMOVED_LINES, SITE_LINES
from schemas.checks import find_violation

_MONTH = "2025-03"


def cleaning_breaches(documents: pa.Table, settings: Settings) -> Iterator[str]:
    """Clean documents as readers give them, as one batch; yield what is wrong, one sentence each."""
    if not len(documents):
        return
    given = _prepared(documents)
    cleaned = clean_documents(
        given, month=_MONTH, profiles=load_profiles(None), settings=settings, cleaning_version="fuzz"
    )
    outcomes = len(cleaned.articles) + len(cleaned.rejections)
    if outcomes != len(given):
        yield f"cleaning: {len(given)} documents, {outcomes} outcomes"
    yield from _reconstructed(given, cleaned)
    for table, rows in (
        (ARTICLES, cleaned.articles),
        (RELATED, cleaned.links),
        (REMOVED_LINES, cleaned.removed_lines),
        (SITE_LINES, cleaned.site_lines),
    ):
        rows.validate(full=True)
        if violation := find_violation(table.model, rows):
            yield f"cleaning: {table.name}: {violation}"


def _prepared(documents: pa.Table) -> pa.Table:
    """Give documents ids and one month, and sort them as cleaning wants them."""
    ids = pc.utf8_lpad(pa.array(np.arange(len(documents))).cast(pa.string()), 32, "0")
    month = pa.array([_MONTH] * len(documents))
    prepared = documents.set_column(documents.schema.get_field_index("month"), "month", month)
    prepared = prepared.append_column("document_id", ids)
    return prepared.sort_by([(name, "ascending") for name in ("site", "fetched_at", "document_id")])


def _reconstructed(given: pa.Table, cleaned: Cleaned) -> Iterator[str]:
    """Law 2: every line is kept or removed with a reason; together they are the text, character by character."""
    lists = cleaned.articles["paragraphs"].combine_chunks()
    flat = lists.flatten()
    owner = cleaned.articles["document_id"].take(pc.list_parent_indices(lists))
    paragraphs = pa.table({"document_id": owner, "line_no": flat.field("line_no"), "text": flat.field("text")})
    without = cleaned.rejections.filter(pc.not_equal(cleaned.rejections["reason"], "no_article_text"))["document_id"]
    expected = given.filter(pc.invert(pc.is_in(given["document_id"], value_set=without.combine_chunks())))
    rebuilt = rebuild_texts(expected["document_id"].combine_chunks(), paragraphs, cleaned.removed_lines)
    same = pc.equal(rebuilt, expected["text"].combine_chunks().cast(pa.large_string()))
    if not pc.all(same, min_count=0).as_py():
        yield f"cleaning: paragraphs and removed lines aren't the text: {expected['text'][pc.index(same, False).as_py()]}"[
            :500
        ]
