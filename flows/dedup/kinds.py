"""Kinds of duplicates: wire copy, update, reprint."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bools = npt.NDArray[np.bool_]


def kinds_of(*, same_site: Bools, exact: Bools, credited: Bools) -> pa.Array:
    """Return the kind of each duplicate, given how it stands to its keeper.

    - `wire`: on another site, and an agency is credited by either: both have it from there.
    - `update`: on the same site, with another text: the newsroom went on with its story.
    - `reprint`: all others: the same text again on the site, or another site's without an agency.

    Who published first and how much text was added make no difference: an agency's copy is cut and changed
    as an update is, and the moments that sites give are too often those of their last change.
    """
    update, wire = same_site & ~exact, ~same_site & credited
    return pc.case_when(pc.make_struct(pa.array(wire), pa.array(update)), "wire", "update", "reprint")
