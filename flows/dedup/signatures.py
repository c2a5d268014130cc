"""MinHash signatures: what stays of an article's shingles for finding its near duplicates."""

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.dedup.shingles import Segments, UInts, hash_words, shingle

SEED = 20250301
"""Fixed: signatures of different runs must be comparable."""
CHUNK_TEXTS = 512
"""Texts signed at once: their shingles, some 2 MB, stay in the processor's cache over all hashes."""


@cache
def _permutations(hashes: int) -> tuple[UInts, UInts]:
    random = np.random.Generator(np.random.PCG64(SEED))
    multipliers = random.integers(1, 2**63, size=hashes, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return multipliers, random.integers(0, 2**63, size=hashes, dtype=np.uint64)


def sign(shingles: Segments, hashes: int) -> npt.NDArray[np.uint32]:
    """Return the signatures, one row a text: the least value of each of `hashes` hash functions.

    The functions are multiply-shift over 64 bits, their upper 32 bits taken. Every text must have a shingle.
    """
    multipliers, addends = _permutations(hashes)
    texts = len(shingles.starts) - 1
    signature = np.empty((texts, hashes), dtype=np.uint32)
    for first in range(0, texts, CHUNK_TEXTS):
        last = min(texts, first + CHUNK_TEXTS)
        starts = shingles.starts[first : last + 1]
        values = shingles.hashes[starts[0] : starts[-1]]
        places = starts[:-1] - starts[0]
        buffer = np.empty_like(values)
        with np.errstate(over="ignore"):
            for number in range(hashes):
                np.multiply(values, multipliers[number], out=buffer)
                np.add(buffer, addends[number], out=buffer)
                least = np.minimum.reduceat(buffer, places)
                signature[first:last, number] = least >> np.uint64(32)
    return signature


def sign_bodies(bodies: pa.Array, *, words: int, hashes: int) -> tuple[pa.Array, pa.Array]:
    """Return the hash of each body's words in order (16 bytes) and its signature (4 bytes a hash)."""
    segments = hash_words(bodies)
    digests = [hashlib.blake2b(segments.of(text).tobytes(), digest_size=16).digest() for text in range(len(bodies))]
    body_hash = pa.array(digests, pa.binary(16))
    width = 4 * hashes
    if not len(bodies):
        return body_hash, pa.array([], pa.binary(width))
    matrix = sign(shingle(segments, words), hashes)
    buffer = pa.py_buffer(np.ascontiguousarray(matrix.astype("<u4")).tobytes())
    return body_hash, pa.Array.from_buffers(pa.binary(width), len(bodies), [None, buffer])
