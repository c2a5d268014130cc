"""Law 2: what is kept and what is removed, put together by line number, is the document again."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


def rebuild_texts(document_ids: pa.Array, paragraphs: pa.Table, removed: pa.Table) -> pa.Array:
    """Return the text of each document from its paragraphs and removed lines and spans.

    `paragraphs` has document_id, line_no, text; `removed` has document_id, line_no, start, end, text. A
    line number that neither has is a blank line. A document without any line gives an empty text.
    """
    whole = removed.filter(pc.is_null(removed["start"])).select(["document_id", "line_no", "text"])
    spans = removed.filter(pc.is_valid(removed["start"]))
    schema = pa.schema([("document_id", pa.string()), ("line_no", pa.int32()), ("text", pa.large_string())])
    lines = pa.concat_tables([_with_spans(paragraphs, spans).cast(schema), whole.cast(schema)])
    place = pc.index_in(lines["document_id"], value_set=document_ids)
    lines = lines.append_column("place", place).filter(pc.is_valid(place))
    lines = lines.sort_by([("place", "ascending"), ("line_no", "ascending")]).combine_chunks()
    owner = np.asarray(lines["place"], dtype=np.int64)
    line_no = np.asarray(lines["line_no"], dtype=np.int64)
    before = np.zeros(len(lines), dtype=np.int64)
    before[1:] = np.where(owner[1:] == owner[:-1], line_no[:-1], 1)
    first = np.concatenate(([True], owner[1:] != owner[:-1])) if len(owner) else np.zeros(0, dtype=bool)
    gaps = line_no - np.where(first, 1, before)
    return _join(owner, gaps, lines["text"].combine_chunks(), len(document_ids))


def _join(owner: Ints, gaps: Ints, text: pa.Array, documents: int) -> pa.Array:
    """Join each document's lines, each after as many line breaks as its gap."""
    if len(gaps) and int(gaps.min()) < 0:
        raise ValueError("line numbers must be at least 1")
    sizes, which = np.unique(gaps, return_inverse=True)
    breaks = pa.array(["\n" * int(size) for size in sizes], pa.large_string()).take(pa.array(which))
    if isinstance(text, pa.ChunkedArray):
        text = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.large_string())
    pieces = pc.binary_join_element_wise(breaks, text, pa.scalar("", pa.large_string()))
    offsets = pa.array(np.searchsorted(owner, np.arange(documents + 1)), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(offsets, pieces), pa.scalar("", pa.large_string()))


def _with_spans(paragraphs: pa.Table, spans: pa.Table) -> pa.Table:
    """Put removed spans back into the lines they were cut from."""
    if not len(spans):
        return paragraphs
    cut: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for row in spans.to_pylist():
        cut.setdefault((row["document_id"], row["line_no"]), []).append((row["start"], row["text"]))
    touched = np.flatnonzero(np.asarray(pc.is_in(paragraphs["document_id"], value_set=spans["document_id"])))
    rows = paragraphs.take(pa.array(touched)).to_pylist()
    for row in rows:
        for start, text in sorted(cut.get((row["document_id"], row["line_no"]), [])):
            row["text"] = row["text"][:start] + text + row["text"][start:]
    untouched = np.setdiff1d(np.arange(len(paragraphs)), touched)
    return pa.concat_tables(
        [paragraphs.take(pa.array(untouched)), pa.Table.from_pylist(rows, schema=paragraphs.schema)]
    )
