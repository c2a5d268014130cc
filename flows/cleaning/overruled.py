"""Where lines stand that the user pinned or vetoed."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.lines import Bools, Ints, Lines
from flows.sites.overrides import Overrides, Status


@dataclass(frozen=True)
class Overruled:
    """Marks with an entry per line."""

    pinned: Bools
    """Furniture of its site, wherever it stands."""
    vetoed: Bools
    """Not furniture, however often it repeats; a rule may know it all the same."""


def find_overruled(lines: Lines, overrides: Overrides, *, sites: list[str], site: Ints) -> Overruled:
    """Mark the lines that the user decided about; `site` is an index into `sites` per document."""
    known: list[tuple[int, str, Status]] = [
        (index, line, status)
        for index, name in enumerate(sites)
        for line, status in overrides.by_site.get(name, {}).items()
    ]
    marks = Overruled(np.zeros(len(lines), dtype=bool), np.zeros(len(lines), dtype=bool))
    if not known or not len(lines):
        return marks
    texts = pa.array([line for _, line, _ in known], pa.large_string())
    codes = pc.fill_null(pc.index_in(texts, value_set=lines.distinct), -1).to_pylist()
    size = len(lines.distinct)
    marked = np.zeros(size, dtype=bool)
    marked[[code for code in codes if code >= 0]] = True
    entries = np.flatnonzero(marked[lines.code])  # few: whose line it is, is asked of these alone
    keys = site[lines.document[entries]] * size + lines.code[entries]
    for mask, wanted in ((marks.pinned, "pinned"), (marks.vetoed, "vetoed")):
        found = [
            index * size + code
            for (index, _, status), code in zip(known, codes, strict=True)
            if status == wanted and code >= 0
        ]
        mask[entries] = np.isin(keys, np.array(found, dtype=np.int64))
    return marks
