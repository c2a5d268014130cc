"""Redact: rejected records that hold something of what was taken down lose it; that they were rejected stays known."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.readers.urls import site_of_url
from flows.steps.sentences import readable, sentences, urls_in
from flows.steps.withheld import Tombs
from flows.tables.tombstones import Trace, digest

TAKEN_DOWN = "taken down: what it held isn't kept"
"""What the message of such a rejection says instead of its own."""


def redact(rejections: pa.Table, tombs: Tombs) -> tuple[pa.Table, frozenset[Trace]]:
    """Return rejections without what was taken down, and what must be known of it when that is lifted.

    Those of the cleaning stage go with their document.
    """
    open_rows = pc.and_(pc.not_equal(rejections["stage"], "clean"), pc.not_equal(rejections["message"], TAKEN_DOWN))
    mask = np.zeros(len(rejections), dtype=bool)
    traces: set[Trace] = set()
    for place in np.flatnonzero(np.asarray(open_rows, dtype=bool)).tolist():
        row = {name: rejections[name][place].as_py() for name in ("source_path", "message", "payload")}
        takedown = _of_rejection(row["source_path"], f"{row['message']}\n{readable(row['payload'])}", tombs)
        if takedown:
            mask[place] = True
            traces.add((takedown, "source", digest("source", row["source_path"])))
    return _emptied(rejections, mask) if traces else rejections, frozenset(traces)


def _of_rejection(path: str, text: str, tombs: Tombs) -> str | None:
    """One sentence is enough, or a run of words: what failed is no article that would be lost."""
    urls = list(urls_in(text))
    sites = [*path.split("/"), *(site_of_url(url) or "" for url in urls)]
    found = [
        *tombs.find("url", (digest("url", url) for url in urls)).drop_null().to_pylist(),
        *tombs.find("site", (digest("site", site) for site in sites)).drop_null().to_pylist(),
        *tombs.find("sentence", (digest("sentence", one) for one in sentences(text))).drop_null().to_pylist(),
    ]
    return found[0] if found else tombs.touching(text)


def _emptied(rejections: pa.Table, mask: np.ndarray) -> pa.Table:
    flag = pa.array(mask)
    for name, value in (("message", TAKEN_DOWN), ("payload", b""), ("payload_truncated", True)):
        field = rejections.schema.field(name)
        column = pc.if_else(flag, pa.scalar(value, field.type), rejections[name])
        rejections = rejections.set_column(rejections.schema.get_field_index(name), field, column)
    return rejections
