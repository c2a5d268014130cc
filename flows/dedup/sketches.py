"""Sketches: a few hashes of a text's runs of words, by which its copies are told without keeping the text.

They are kept for years, so nothing here hangs on how near duplicates are found: what a text's sketch is never changes.
"""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable

RUN_WORDS = 8
"""Shorter runs can be tried out from lists of phrases; longer ones are cut by nearly every edit. Of a story in which
every 26th word is another (0.8 alike by shingles of three words), 70 in 100 runs of eight are left."""
ANCHORS = 8
"""A run begins at one word in eight: were all kept, whoever knows eight words could try out the ninth, and so on."""
MAX_RUNS = 128
"""Of an article: enough to know a share to within 5 points. Those with the smallest hashes, for any text that holds
the article has those among its own."""
MIN_RUNS = 4
"""A text with fewer, of some forty words, has no sketch: a notice that short stands on many pages."""
COPIED = 0.5
"""A text that holds half of a sketch is a copy: an update that quotes two paragraphs of five isn't."""
TOUCHED_RUNS = 2
"""So many in common tell that a scrap is of the article; one may be a phrase, eight characters in Chinese."""
RUN_BYTES = 8

_ONE_EACH = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts that set no spaces between words: each character counts as one."""
_WORDS = re.compile(f"[{_ONE_EACH}]|[^\\W{_ONE_EACH}]+")


_ASCII = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(128)) + bytes(128)


def words_of(text: str) -> list[str]:
    """Return a text's words, case and punctuation left out."""
    if text.isascii():  # as below, five times as fast
        return text.lower().encode().translate(_ASCII).decode().split()
    return _WORDS.findall(text.casefold())


def runs_of(text: str) -> set[bytes]:
    """Return the hashes of a text's runs of words that begin at an anchor."""
    words = words_of(text)
    starts = [place for place, word in enumerate(words[: 1 - RUN_WORDS]) if _IS_ANCHOR[word]]
    return {_hash(" ".join(words[place : place + RUN_WORDS])) for place in starts}


def sketch(text: str) -> bytes | None:
    """Return an article's sketch, None for one that is too short."""
    runs = sorted(runs_of(text))
    return b"".join(runs[:MAX_RUNS]) if len(runs) >= MIN_RUNS else None


class _Anchors(dict[str, bool]):
    """Tells whether a run begins at a word; words come again and again."""

    def __missing__(self, word: str) -> bool:
        if len(self) >= MAX_WORDS:
            self.clear()
        self[word] = zlib.crc32(word.encode("utf-8", "surrogatepass")) % ANCHORS == 0
        return self[word]


MAX_WORDS = 1 << 17
"""Words whose answer is kept: 20 MB."""
_IS_ANCHOR = _Anchors()


def _hash(run: str) -> bytes:
    return hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=RUN_BYTES, person=b"sketch").digest()


class Sketches:
    """Sketches by which texts are compared, each known by its place."""

    def __init__(self, each: Iterable[bytes]) -> None:
        self._sizes: list[int] = []
        self._owners: dict[bytes, list[int]] = {}
        for number, runs in enumerate(each):
            self._sizes.append(len(runs) // RUN_BYTES)
            for start in range(0, len(runs), RUN_BYTES):
                self._owners.setdefault(runs[start : start + RUN_BYTES], []).append(number)

    def __len__(self) -> int:
        return len(self._sizes)

    def copied(self, text: str) -> int | None:
        """Return the first sketch of which a text holds half, None for none."""
        shared = self._shared(text)
        return min((number for number, runs in shared.items() if runs >= COPIED * self._sizes[number]), default=None)

    def touched(self, text: str) -> int | None:
        """Return the first sketch of which a text holds more than a phrase, None for none."""
        return min((number for number, runs in self._shared(text).items() if runs >= TOUCHED_RUNS), default=None)

    def _shared(self, text: str) -> Counter[int]:
        return Counter(number for run in runs_of(text) for number in self._owners.get(run, ()))
