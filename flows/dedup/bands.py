"""Bands: a signature cut into pieces, each a key; articles that share a key may be near duplicates.

Two articles of Jaccard similarity s share a band of r hashes with probability s**r, and one of b bands with
1 - (1 - s**r)**b.
"""

import numpy as np
import numpy.typing as npt

from flows.dedup.segments import mixed

Keys = npt.NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)


def band_keys(signatures: npt.NDArray[np.uint32], bands: int) -> Keys:
    """Return the keys of signatures, a row a signature, a column a band; the same on every machine.

    Keys are spread evenly over 64 bits, and the band's number is mixed in: a key tells its band.
    """
    texts, hashes = signatures.shape
    pieces = signatures.reshape(texts, bands, hashes // bands)
    keys = np.tile(mixed(np.arange(1, bands + 1, dtype=np.uint64) + _STEP), (texts, 1))
    for place in range(hashes // bands):
        keys = mixed((keys ^ pieces[:, :, place]) + _STEP)
    return keys
