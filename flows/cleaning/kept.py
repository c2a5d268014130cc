"""The columns of what is kept: paragraphs with their roles, lead, body."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.rules import Cut
from schemas import ARTICLES

ROLES = ("title", "lead", "paragraph", "heading")
TITLE, LEAD, PARAGRAPH, HEADING = range(4)
HEADING_WIDTH = 100
"""A wider line without a full stop is a paragraph that lost it, not a heading."""


@dataclass(frozen=True)
class Kept:
    """What is kept of the documents, columns with an entry per document."""

    paragraphs: pa.Array
    title: pa.Array
    lead: pa.Array
    body: pa.Array
    chars: Ints
    """Characters kept."""


def cut_spans(texts: list[str], cuts: list[list[Cut]]) -> list[str]:
    """Return the texts without their cuts."""
    results = []
    for text, found in zip(texts, cuts, strict=True):
        for cut in sorted(found, key=lambda cut: cut.start, reverse=True):
            text = text[: cut.start] + text[cut.end :]
        results.append(text)
    return results


def assemble(decisions: Decisions, *, of: Bools, cuts: dict[int, list[Cut]]) -> Kept:
    """Put together what is kept of the documents marked in `of`, in their order."""
    lines = decisions.lines
    entries = np.flatnonzero(decisions.kept & of[lines.document])
    text = _texts(decisions, entries, cuts)
    role = _roles(decisions, entries)
    rank = np.cumsum(of) - 1
    document = rank[lines.document[entries]]
    wanted = int(of.sum())
    body = role != TITLE
    return Kept(
        paragraphs=_paragraphs(lines.line_no[entries], role, text, _offsets(document, wanted)),
        title=_first(text, document, role == TITLE, wanted),
        lead=_first(text, document, role == LEAD, wanted),
        body=_joined(text.filter(pa.array(body)), _offsets(document[body], wanted)),
        chars=np.bincount(
            document, weights=np.asarray(pc.utf8_length(text), dtype=np.float64), minlength=wanted
        ).astype(np.int64),
    )


def _texts(decisions: Decisions, entries: Ints, cuts: dict[int, list[Cut]]) -> pa.Array:
    code = decisions.lines.code[entries]
    text = decisions.lines.distinct.take(pa.array(code)).cast(pa.string())
    touched = np.flatnonzero(np.isin(entries, np.fromiter(cuts, np.int64, len(cuts))))
    if not len(touched):
        return text
    whole = text.take(pa.array(touched)).to_pylist()
    cleaned = cut_spans(whole, [cuts[int(entries[place])] for place in touched])
    mask = np.zeros(len(entries), dtype=bool)
    mask[touched] = True
    return pc.replace_with_mask(text, pa.array(mask), pa.array(cleaned, pa.string()))


def _roles(decisions: Decisions, entries: Ints) -> Ints:
    """Tell headings from paragraphs, and find the lead."""
    lines, shapes = decisions.lines, decisions.shapes
    code, document = lines.code[entries], lines.document[entries]
    is_title = decisions.title[document] == entries
    short = (
        ~shapes.prose[code] & ~shapes.sentence[code] & ~shapes.full_stop[code] & (shapes.width[code] <= HEADING_WIDTH)
    )
    text_follows = np.zeros(len(entries), dtype=bool)
    text_follows[:-1] = (document[1:] == document[:-1]) & ~short[1:] & ~is_title[1:]
    alone = np.ones(len(entries), dtype=bool)  # several short lines in a row are a list, not headings
    alone[1:] = ~(short[:-1] & ~is_title[:-1] & (document[1:] == document[:-1]))
    role = np.where(short & text_follows & alone, HEADING, PARAGRAPH)
    role[is_title] = TITLE
    candidates = np.flatnonzero(role == PARAGRAPH)
    _, places = np.unique(document[candidates], return_index=True)
    role[candidates[places]] = LEAD
    return role


def _offsets(document: Ints, documents: int) -> pa.Array:
    return pa.array(np.searchsorted(document, np.arange(documents + 1)), pa.int32())


def _paragraphs(line_no: Ints, role: Ints, text: pa.Array, offsets: pa.Array) -> pa.Array:
    kind = ARTICLES.schema.field("paragraphs").type
    names = pa.array(ROLES, pa.string()).take(pa.array(role))
    struct = pa.StructArray.from_arrays([pa.array(line_no, pa.int32()), names, text], fields=list(kind.value_type))
    return pa.ListArray.from_arrays(offsets, struct, type=kind)


def _joined(text: pa.Array, offsets: pa.Array) -> pa.Array:
    return pc.binary_join(pa.ListArray.from_arrays(offsets, text), "\n\n")


def _first(text: pa.Array, document: Ints, chosen: Bools, documents: int) -> pa.Array:
    entry = np.full(documents, -1, dtype=np.int64)
    places = np.flatnonzero(chosen)
    owners, first = np.unique(document[places], return_index=True)
    entry[owners] = places[first]
    return text.take(pa.array(entry, mask=entry < 0))
