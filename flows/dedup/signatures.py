"""MinHash signatures: what stays of an article's shingles for finding its near duplicates."""

import hashlib
import itertools
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.dedup.segments import Segments
from flows.dedup.shingles import shingle
from flows.dedup.words import hash_words

Signatures = npt.NDArray[np.uint32]

SEED = 20250301
"""Fixed, as is all that hashes words and shingles: signatures of different runs must be comparable.
Whoever changes any of it counts LAYOUT_VERSION up."""
CHUNK_TEXTS = 128
"""Texts signed at once: their words and shingles, some 0.3 MB, stay in the processor's cache over all hashes."""


@cache
def _permutations(hashes: int) -> tuple[Signatures, Signatures]:
    """Return multipliers, which are odd, and addends; raw bits, as numpy may draw numbers otherwise one day."""
    bits = np.random.PCG64(SEED).random_raw(hashes)
    return (bits >> np.uint64(32)).astype(np.uint32) | np.uint32(1), bits.astype(np.uint32)


def sign(shingles: Segments, hashes: int) -> Signatures:
    """Return the signatures, one row a text: the least value of each of `hashes` hash functions.

    The functions are multiply-add over 32 bits of the shingles' 64, which processors do for many values at once; as
    shingles' bits are mixed, agreement is what theory says. Every text must have a shingle.
    """
    values = (shingles.hashes >> np.uint64(32)).astype(np.uint32)
    signatures = np.empty((hashes, len(shingles.starts) - 1), dtype=np.uint32)
    buffer = np.empty_like(values)
    for number, (multiplier, addend) in enumerate(zip(*_permutations(hashes), strict=True)):
        np.multiply(values, multiplier, out=buffer)
        np.add(buffer, addend, out=buffer)
        np.minimum.reduceat(buffer, shingles.starts[:-1], out=signatures[number])
    return signatures.T


def sign_bodies(bodies: pa.Array, *, words: int, hashes: int) -> tuple[pa.Array, pa.Array]:
    """Return the hash of each body's words in order (16 bytes) and its signature (4 bytes a hash)."""
    digests: list[bytes] = []
    data = bytearray()
    for start in range(0, len(bodies), CHUNK_TEXTS):
        found = hash_words(bodies.slice(start, CHUNK_TEXTS))
        digests += _digests(found)
        data += sign(shingle(found, words), hashes).astype("<u4", order="C").data
    signatures = pa.Array.from_buffers(pa.binary(4 * hashes), len(bodies), [None, pa.py_buffer(data)])
    return pa.array(digests, pa.binary(16)), signatures


def _digests(segments: Segments) -> list[bytes]:
    data = memoryview(segments.hashes.astype("<u8").tobytes())
    bounds = itertools.pairwise((8 * segments.starts).tolist())
    return [hashlib.blake2b(data[start:end], digest_size=16).digest() for start, end in bounds]
