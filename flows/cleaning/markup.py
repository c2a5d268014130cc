"""What HTML says of lines, where there is HTML: optional features of the line model."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.surroundings import Surroundings

Floats = npt.NDArray[np.float32]

TAGS = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "blockquote", "figcaption", "caption", "pre",
    "address", "summary", "legend", "option", "button", "label", "time", "a", "div",
)  # fmt: skip
REGIONS = ("article", "main", "aside", "nav", "footer", "header", "figure", "form", "dialog")
HINTS = (
    "body", "teaser", "comment", "share", "caption", "byline", "newsletter", "consent", "nav", "ad", "tag", "footer",
    "lead",
)  # fmt: skip
"""Values as the model knows them, by place: new ones go to the end."""
ABSENT = -1.0
"""Every markup feature of a line of plain text."""
_SAID = (
    "tag",
    "link_share",
    "region",
    "hint",
    "in_body",
    "in_list",
    "in_article_body",
    "in_description",
    "proposed",
    "depth",
)
_NEAR = ("tag", "link_share", "hint", "proposed")
_NEIGHBOURS = (-2, -1, 1, 2)
MARKUP_FEATURES = (
    *(f"html_{name}" for name in _SAID),
    *(f"html_{name}{distance:+d}" for name in _NEAR for distance in _NEIGHBOURS),
    "html_same_parent-1",
    "html_same_parent+1",
    "html_parent_lines",
    "html_parent_prose",
    "html_proposed_before",
    "html_proposed_after",
    "html_proposed_share",
)


@dataclass(frozen=True)
class Markup:
    """What HTML says of the lines of some documents; `column` is the documents' markup, None where there is none."""

    lines: Lines
    column: pa.ListArray | None

    @cached_property
    def told(self) -> Bools:
        """Of each document, whether HTML says something of its lines."""
        if self.column is None or self.column.null_count == len(self.column):
            return np.zeros(self.lines.documents, dtype=bool)
        sizes = np.asarray(pc.fill_null(pc.list_value_length(self.column), 0), dtype=np.int64)
        told: Bools = (sizes == np.diff(self.lines.starts)) & (sizes > 0)
        return told

    @cached_property
    def _told_lines(self) -> pa.StructArray | None:
        """What is said of the lines of documents that `told` marks, one after the other; None if there are none."""
        if self.column is None or not self.told.any():
            return None
        return self.column.filter(pa.array(self.told)).flatten()

    def _spread(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what is said of all lines, ABSENT for lines of plain text."""
        row = np.full(len(self.lines), ABSENT, dtype=values.dtype)
        row[self.told[self.lines.document]] = values
        return row

    @cached_property
    def _rows(self) -> dict[str, Floats] | None:
        """What is said of each line, ABSENT for lines of plain text."""
        if self._told_lines is None:
            return None
        return {name: self._spread(values) for name, values in _numbers(self._told_lines).items()}

    @cached_property
    def listing(self) -> Bools:
        """Lines of preformatted text: code, tables set by hand, verse."""
        if self._rows is None:
            return np.zeros(len(self.lines), dtype=bool)
        result: Bools = self._rows["tag"] == TAGS.index("pre")
        return result

    @cached_property
    def style(self) -> Ints:
        """A number per line, equal for lines of a document that are styled alike; -1 where it isn't known."""
        if self._told_lines is None:
            return np.full(len(self.lines), int(ABSENT), dtype=np.int64)
        told = self._told_lines.field("style").cast(pa.int64())
        return self._spread(np.asarray(pc.fill_null(told, int(ABSENT))))

    def features(self, entries: slice, document: Ints, around: Surroundings, prose_chars: Floats) -> Floats:
        """Return the features of the lines asked for in `around`, shape (len(MARKUP_FEATURES), lines).

        `document` and `prose_chars` are of all lines of `entries` (whole documents).
        """
        rows = self._rows
        if rows is None:
            return np.full((len(MARKUP_FEATURES), len(around.entry)), ABSENT, dtype=np.float32)
        said = {name: row[entries] for name, row in rows.items()}
        parent, proposed = said["parent"], np.maximum(said["proposed"], 0)
        own_parent = around.of(parent)
        derived = [
            own_parent == around.neighbour(parent, -1, outside=-2),
            own_parent == around.neighbour(parent, 1, outside=-2),
            *_parent_sums(document, around, parent, prose_chars),
            around.so_far(proposed),
            around.total(proposed) - around.so_far(proposed),
            around.total(proposed) / np.maximum(around.stop - around.start, 1),
        ]
        near = [around.neighbour(said[name], d, outside=ABSENT - 1) for name in _NEAR for d in _NEIGHBOURS]
        own = [around.of(said[name]) for name in _SAID]
        matrix = np.stack([np.asarray(row, dtype=np.float32) for row in (*own, *near, *derived)])
        matrix[:, own_parent <= ABSENT] = ABSENT
        return matrix


def _numbers(flat: pa.StructArray) -> dict[str, Floats]:
    """Bring what is said into numbers: places in the lists above, 0 and 1, ABSENT for what isn't said."""
    kinds = {"tag": TAGS, "region": REGIONS, "hint": HINTS}
    rows = {}
    for name in (*_SAID, "parent"):
        values = flat.field(name)
        if name in kinds:
            values = pc.index_in(values, value_set=pa.array(kinds[name], pa.string()))
        rows[name] = np.asarray(pc.fill_null(values.cast(pa.float32()), ABSENT), dtype=np.float32)
    return rows


def _parent_sums(document: Ints, around: Surroundings, parent: Floats, prose_chars: Floats) -> tuple[Floats, Floats]:
    """Return how many lines a line's parent holds, and its share of the document's prose."""
    widest = int(parent.max(initial=0)) + 2
    key = document * widest + parent.astype(np.int64) + 1
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    prose = np.bincount(inverse, weights=prose_chars)
    inverse = around.of(inverse)
    share = prose[inverse] / np.maximum(around.total(prose_chars), 1)
    return np.log1p(counts[inverse]).astype(np.float32), share.astype(np.float32)
