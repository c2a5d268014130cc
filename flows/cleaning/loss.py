"""The guard on the whole: which documents, and which sites, lose far more than usual.

It looks at the documents of a month and of the month before, all decided on the same evidence, so that a flag
depends on nothing but the raw files.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.decide import Decisions
from flows.cleaning.lines import Bools, Ints
from flows.settings import Settings
from schemas import ARTICLES
from schemas.fields import FLAGS

Floats = npt.NDArray[np.float64]
USUAL_DOCUMENTS = 5
"""Fewer documents of a site tell nothing of what is usual for it."""


@dataclass(frozen=True)
class Shares:
    """What each document keeps, as a share of its characters, and of which site it is."""

    kept: Floats
    site: Ints


def kept_shares(decisions: Decisions, chars: Ints) -> Floats:
    """Return the share of each document's `chars` that is kept, spans that are cut left out of account."""
    lines = decisions.lines
    width = np.asarray(pc.utf8_length(lines.distinct), dtype=np.int64)[lines.code]
    kept = np.bincount(lines.document[decisions.kept], width[decisions.kept], minlength=lines.documents)
    return np.asarray(kept / np.maximum(1, chars), dtype=np.float64)


def document_chars(texts: pa.Array) -> Ints:
    """Return the characters of each text, line breaks left out."""
    breaks = np.asarray(pc.count_substring(texts, "\n"), dtype=np.int64)
    return np.asarray(np.asarray(pc.utf8_length(texts), dtype=np.int64) - breaks, dtype=np.int64)


def flag_losses(shares: Shares, *, of: Bools, settings: Settings) -> pa.Array:
    """Return the flags of the documents marked in `of`; the others are of the month before."""
    own, before = _usual(shares, of), _usual(shares, ~of)
    kept, site = shares.kept[of], shares.site[of]
    marks = {
        "lost_most": kept < 1 - settings.max_removed_share,
        "lost_more_than_site": kept < settings.min_kept_of_site * own[site],
        "site_lost_more": own[site] < settings.min_kept_of_before * before[site],
    }
    masks = np.column_stack([marks[name] for name in FLAGS])
    offsets = np.concatenate([[0], np.cumsum(masks.sum(axis=1))])
    names = pa.array(FLAGS, pa.string()).take(pa.array(np.nonzero(masks)[1]))
    kind = ARTICLES.schema.field("flags").type
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), names, type=kind)


def _usual(shares: Shares, chosen: Bools) -> Floats:
    """Return each site's median of what its documents keep; nan, which is like nothing, where they are few."""
    sites = int(shares.site.max(initial=-1)) + 1
    usual = np.full(sites, np.nan)
    order = np.flatnonzero(chosen)
    order = order[np.argsort(shares.site[order], kind="stable")]
    stops = np.searchsorted(shares.site[order], np.arange(sites + 1))
    for site in np.flatnonzero(np.diff(stops) >= USUAL_DOCUMENTS):
        usual[site] = np.median(shares.kept[order[stops[site] : stops[site + 1]]])
    return usual
