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
    there = np.asarray(pc.is_in(lines.distinct, value_set=texts), dtype=bool)
    places = np.flatnonzero(there)
    codes = dict(zip(lines.distinct.take(pa.array(places)).to_pylist(), places.tolist(), strict=True))
    size = len(there)
    entries = np.flatnonzero(there[lines.code])  # few: whose line it is, is asked of these alone
    keys = site[lines.document[entries]] * size + lines.code[entries]
    for mask, wanted in ((marks.pinned, "pinned"), (marks.vetoed, "vetoed")):
        found = [index * size + codes[line] for index, line, status in known if status == wanted and line in codes]
        mask[entries] = np.isin(keys, np.array(found, dtype=np.int64))
    return marks
