"""Word shingles as hashes: the sets over which two articles are compared."""

import hashlib
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

UInts = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_ONE_EACH = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])"
"""Scripts that set no spaces between words: each character counts as a word."""
_NOT_A_LETTER = re.compile(r"[\W_]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Segments:
    """Hashes of several texts, text after text."""

    hashes: UInts
    starts: Ints
    """Each text's first hash, and behind the last text the number of hashes."""

    def of(self, text: int) -> UInts:
        """Return the hashes of one text."""
        return self.hashes[self.starts[text] : self.starts[text + 1]]

    def distinct(self, text: int) -> UInts:
        """Return the distinct hashes of one text, ascending."""
        return np.unique(self.of(text))


def hash_words(texts: pa.Array) -> Segments:
    """Return the hashes of each text's words, case and punctuation left out."""
    lists = pc.utf8_split_whitespace(_spaced(texts.cast(pa.large_string())))
    offsets = np.asarray(lists.offsets, dtype=np.int64)
    encoded = pc.dictionary_encode(lists.flatten())
    tokens = _hash_tokens(encoded.dictionary.to_pylist())[np.asarray(encoded.indices, dtype=np.int64)]
    filled = tokens != 0
    before = np.concatenate(([0], np.cumsum(filled)))
    return Segments(tokens[filled], before[offsets - offsets[0]])


def _spaced(texts: pa.Array) -> pa.Array:
    """Part the characters of scripts that don't part words."""
    touched = np.flatnonzero(~np.asarray(pc.string_is_ascii(texts), dtype=bool))
    if len(touched):
        some = texts.take(pa.array(touched))
        touched = touched[np.asarray(pc.match_substring_regex(some, _ONE_EACH), dtype=bool)]
    if not len(touched):
        return texts
    mask = np.zeros(len(texts), dtype=bool)
    mask[touched] = True
    spaced = pc.replace_substring_regex(texts.take(pa.array(touched)), _ONE_EACH, r" \1 ")
    return pc.replace_with_mask(texts, pa.array(mask), spaced)


def _hash_tokens(tokens: list[str]) -> UInts:
    """Hash each token, alike on every machine and in every process; 0 for one without letters or digits."""
    bare = [_NOT_A_LETTER.sub("", token.casefold()) for token in tokens]
    nothing = bytes(8)
    digests = [
        hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest() if word else nothing
        for word in bare
    ]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def shingle(words: Segments, size: int) -> Segments:
    """Return the hashes of each text's runs of `size` words, in order; a shorter text is one shingle."""
    tokens, counts = words.hashes, np.diff(words.starts)
    sizes = np.maximum(1, counts - size + 1)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    text = np.repeat(np.arange(len(counts), dtype=np.int64), sizes)
    place = np.arange(starts[-1]) - starts[:-1][text] + words.starts[:-1][text]
    hashes = _roll(tokens, size)[place]
    for short in np.flatnonzero(counts < size).tolist():
        hashes[starts[short]] = _fold(words.of(short))
    return Segments(_mixed(hashes), starts)


def _roll(tokens: UInts, size: int) -> UInts:
    """Hash every run of `size` tokens; runs that cross into the next text are never looked at."""
    padded = np.concatenate([tokens, np.zeros(size, dtype=np.uint64)])
    rolled = np.zeros(len(tokens) + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for offset in range(size):
            rolled *= _MULTIPLIER
            rolled[: len(tokens)] += padded[offset : offset + len(tokens)]
    return rolled


def _fold(tokens: UInts) -> np.uint64:
    folded = np.uint64(len(tokens))
    with np.errstate(over="ignore"):
        for token in tokens:
            folded = folded * _MULTIPLIER + token
    return folded


def _mixed(hashes: UInts) -> UInts:
    """Spread the bits: the last word must weigh on the high bits as the first one does."""
    with np.errstate(over="ignore"):
        mixed = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    result: UInts = mixed ^ (mixed >> np.uint64(31))
    return result


def jaccard(left: UInts, right: UInts) -> float:
    """Return the Jaccard similarity of two sets of hashes, each ascending and distinct."""
    if not len(left) or not len(right):
        return float(len(left) == len(right))
    shared = len(np.intersect1d(left, right, assume_unique=True))
    return shared / (len(left) + len(right) - shared)
