"""datasketch and rensa, used as their documentation has it for many documents: candidates for benchmarks/dedup.py."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.dedup.shingles import shingle
from flows.dedup.words import hash_words

Pairs = npt.NDArray[np.int64]

WORD = re.compile(r"[^\W_]+")
BATCH = 2000


def shingle_set(text: str, size: int) -> set[str]:
    """Return a text's shingles as strings."""
    words = WORD.findall(text.casefold())
    return {" ".join(words[place : place + size]) for place in range(max(1, len(words) - size + 1))}


def datasketch_pairs(texts: list[str], *, words: int, hashes: int, bands: int) -> Pairs:
    """MinHash.generator over encoded shingles and MinHashLSH."""
    from datasketch import MinHash

    encoded = ([piece.encode() for piece in shingle_set(text, words)] for text in texts)
    return _datasketch_lsh(MinHash.generator(encoded, num_perm=hashes), hashes, bands)


def datasketch_hashed_pairs(texts: list[str], *, words: int, hashes: int, bands: int) -> Pairs:
    """The same over copydesk's hashes of the same shingles: what datasketch takes when it needn't make or hash any."""
    from datasketch import MinHash

    minhashes = MinHash.generator(_hashed(texts, words), num_perm=hashes, hashfunc=int)
    return _datasketch_lsh(minhashes, hashes, bands)


def _hashed(texts: list[str], words: int) -> Iterator[list[int]]:
    for start in range(0, len(texts), BATCH):
        found = shingle(hash_words(pa.array(texts[start : start + BATCH])), words)
        high = found.hashes >> np.uint64(32)
        for text in range(len(found.starts) - 1):
            yield high[found.starts[text] : found.starts[text + 1]].tolist()


def _datasketch_lsh(minhashes: Iterator[object], hashes: int, bands: int) -> Pairs:
    from datasketch import MinHashLSH

    index = MinHashLSH(num_perm=hashes, params=(bands, hashes // bands))
    pairs: list[tuple[int, int]] = []
    for row, minhash in enumerate(minhashes):
        pairs += [(other, row) for other in index.query(minhash)]
        index.insert(row, minhash, check_duplication=False)
    return _array(pairs)


def rensa_pairs(texts: list[str], *, words: int, hashes: int, bands: int) -> Pairs:
    """RMinHash.from_token_sets and RMinHashLSH.query_all."""
    import rensa

    minhashes: list[object] = []
    for start in range(0, len(texts), BATCH):
        sets = [list(shingle_set(text, words)) for text in texts[start : start + BATCH]]
        minhashes += rensa.RMinHash.from_token_sets(sets, hashes, 42)
    index = rensa.RMinHashLSH(0.8, hashes, bands)
    index.insert_many(minhashes)
    found = index.query_all(minhashes)
    return _array([(left, right) for left, others in enumerate(found) for right in others if left < right])


def _array(pairs: list[tuple[int, int]]) -> Pairs:
    return np.unique(np.array(pairs, dtype=np.int64).reshape(-1, 2), axis=0)


OTHERS: dict[str, Callable[..., Pairs]] = {
    "datasketch": datasketch_pairs,
    "datasketch, our hashes": datasketch_hashed_pairs,
    "rensa": rensa_pairs,
}
