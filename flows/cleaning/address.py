"""What a page's address says of its lines: which of them speak of what it names, and which name the site."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.cleaning.characters import KINDS, Words, places_of, read_characters
from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.surroundings import Surroundings

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

ADDRESS_FEATURES = ("slug_words", "slug_hits", "slug_share", "slug_near", "names_site", "site_named_near")
ABSENT = -1.0
"""What is told where a page has no address, or one that says nothing of what it is about."""
MAX_URL_CHARS = 500
LEAST_WORDS, MOST_WORDS = 2, 20
"""Fewer words in an address are a section's name; what stands behind so many is left alone."""
SLUG_CHARS, NAME_CHARS = 4, 3
"""Letters of the words that are looked at, of an address and of a site's name: shorter ones stand in any line."""
NAME_SHARE = 0.5
"""A word that makes up so much of a site's name stands for it: "Monde" for lemonde.fr."""
MAX_NAME_CHARS = 30
NEAR, AROUND = (-2, 2), (-3, 3)
MAX_HITS = 10
AT_ONCE = 512
"""Documents whose words are looked up together: their slots fit a processor's caches."""
_SLUG, _NAME = 1, 2
_SLOTS = 1 << 13
"""Slots for the words of an address, some 40: by chance a line's word falls into one of them once in 200 times."""
_LEAST_CHARS = 3
_WORD = re.compile(rf"[^\W\d_]{{{_LEAST_CHARS},}}")
_BEHIND_PATH = re.compile("[?#]")
_FILE_ENDING = re.compile(r"\.[a-z]{2,5}$")


@dataclass(frozen=True)
class _Told:
    """What addresses say."""

    count: Ints
    """Words in each document's address."""
    hits: Floats
    """How many words of its address each line holds, of how many (`words`), and whether it names the site (`names`)."""
    words: Floats
    names: Floats


@dataclass(frozen=True)
class Address:
    """Addresses of documents, an entry each, None where one has none."""

    lines: Lines
    words: Words
    """Of the distinct lines."""
    urls: Sequence[str | None]
    out: Bools
    """Lines that are known to be furniture, and aren't looked at."""

    @cached_property
    def _looked_at(self) -> tuple[Bools, Ints]:
        """Which words are long enough to be looked at, and how many of them each distinct line has."""
        long = (self.words.chars >= NAME_CHARS) | (self.words.kind == KINDS.index("wide"))
        return long, self.words.count(long)

    @cached_property
    def _told(self) -> _Told:
        lines = self.lines
        told = _Told(np.zeros(lines.documents, dtype=np.int64), *np.zeros((3, len(lines)), dtype=np.float32))
        for first in range(0, lines.documents, AT_ONCE):
            last = min(first + AT_ONCE, lines.documents)
            slots, told.count[first:last] = _slots(self.urls[first:last])
            begin, end = lines.starts[[first, last]].tolist()
            open_ = begin + np.flatnonzero(~self.out[begin:end])
            found = self._found(slots, lines.code[open_], lines.document[open_] - first)
            told.hits[open_], told.words[open_], told.names[open_] = found
        return told

    def features(self, entries: slice, around: Surroundings) -> Floats:
        """Return the features of the lines asked for in `around`, shape (len(ADDRESS_FEATURES), lines).

        `around` has the lines of `entries` (whole documents).
        """
        told = self._told
        count = around.of(told.count[self.lines.document[entries]])
        hits, words, names = told.hits[entries], told.words[entries], told.names[entries]
        own = around.of(hits)
        (near_hits,), (near_words,) = around.windows(hits, [NEAR]), around.windows(words, [NEAR])
        said = [
            count,
            np.minimum(own, MAX_HITS),
            np.minimum(own / np.maximum(count, 1), 1),
            near_hits / np.maximum(near_words, 1),
        ]
        rows = [np.where(count >= LEAST_WORDS, row, ABSENT) for row in said]
        rows += [around.of(names), *around.windows(names, [AROUND])]
        return np.stack([np.asarray(row, dtype=np.float32) for row in rows])

    def likeness(self) -> Floats:
        """Return how much each line is what its page's address says, 0 to 1: that of most headlines is above .5.

        The harmonic mean of the shares of either's words that the other has; 0 where that is fewer than two.
        """
        told = self._told
        count = told.count[self.lines.document]
        hits = np.where((count >= LEAST_WORDS) & (told.hits >= LEAST_WORDS), told.hits, 0)
        result: Floats = (2 * np.minimum(hits, count) / np.maximum(count + told.words, 1)).astype(np.float32)
        return result

    def _found(self, slots: Bytes, code: Ints, document: Ints) -> tuple[Floats, Floats, Floats]:
        """Return how many words of its address each line holds, of how many, and whether it names the site."""
        long, looked_at = self._looked_at
        places, counts, stops = places_of(self.words.starts, code)
        at = (self.words.bucket.take(places) & (_SLOTS - 1)).astype(np.int64)
        at += np.repeat(document * _SLOTS, counts)
        held = slots.take(at)
        found = np.flatnonzero(held)
        found = found[long.take(places.take(found))]
        line, bits = np.searchsorted(stops, found, side="right"), held.take(found)
        hits = np.bincount(line[bits & _SLUG > 0], minlength=len(code))
        names = np.bincount(line[bits & _NAME > 0], minlength=len(code)) > 0
        return hits.astype(np.float32), looked_at.take(code).astype(np.float32), names.astype(np.float32)


def _slots(urls: Sequence[str | None]) -> tuple[Bytes, Ints]:
    """Return what each slot of each document holds, flat, and how many words each address has."""
    parts = [host_and_path(url) for url in urls]
    plain = [[word for word in slug_words(path) if len(word) >= SLUG_CHARS] for _, path in parts]
    slugs = [_spelt_both_ways(" ".join(some)) for some in plain]
    names = [name_parts(host) for host, _ in parts]
    number = {name: len(slugs) + place for place, name in enumerate(dict.fromkeys(names))}
    words = read_characters(pa.array([*slugs, *number], pa.large_string())).words
    slots = np.zeros(len(urls) * _SLOTS, dtype=np.uint8)
    for bit, texts in ((_SLUG, range(len(slugs))), (_NAME, [number[name] for name in names])):
        places, counts, _ = places_of(words.starts, np.array(texts, dtype=np.int64))
        slots[np.repeat(np.arange(len(urls)) * _SLOTS, counts) + (words.bucket.take(places) & (_SLOTS - 1))] |= bit
    return slots, np.array([len(some) for some in plain], dtype=np.int64)


def _spelt_both_ways(words: str) -> str:
    """Return words as they are and with "ae", "oe" and "ue" as what they may stand for, ä, ö and ü without dots."""
    plain = words.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return words if plain == words else f"{words} {plain}"


def slug_words(path: str) -> list[str]:
    """Return the words of the part of an address's path that has most: what a headline became there."""
    if "%" in path:
        path = unquote(path)
    most: list[str] = []
    for part in path.split("/"):
        if len(part) >= _LEAST_CHARS * (len(most) + 1):  # or it can't have more
            words = _WORD.findall(_FILE_ENDING.sub("", part) if "." in part else part)
            most = words if len(words) > len(most) else most
    return most[:MOST_WORDS]


def host_and_path(url: str | None) -> tuple[str, str]:
    """Return host and path of an address, as far as they are looked at: urlsplit takes five times as long."""
    bare = _BEHIND_PATH.split((url or "")[:MAX_URL_CHARS], maxsplit=1)[0]
    _, marked, rest = bare.partition("//")
    host, _, path = rest.partition("/") if marked else ("", "", bare)
    return host, path


@lru_cache(maxsize=1024)
def name_parts(host: str) -> str:
    """Return the words that stand for the name of a host's site: what makes up half of it, at either end."""
    name = host.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    labels = ["".join(filter(str.isalnum, label)) for label in name.split(".")]
    longest = max(labels[:-1], key=len, default="")[:MAX_NAME_CHARS]
    least = max(NAME_CHARS, int(NAME_SHARE * len(longest) + 0.5))
    parts = [part for size in range(least, len(longest)) for part in (longest[:size], longest[-size:])]
    return " ".join([*parts, longest] if longest else parts)
