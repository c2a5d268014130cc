"""Articles with planted copies for benchmarks/dedup.py: the same on every machine, with the truth about each copy.

A document is words of one of three languages, in natural frequencies, some 300 of them. A part of the documents
are edited copies of others, on the same site or another; some are translations of others, and some short notices
that share most of their words with those of a family: neither are copies.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.corpus import Language, new_corpus

Tokens = list[str]
Random = np.random.Generator

EDITS = ("exact", "typos", "lead", "added", "truncated", "prefix")
EDIT_SHARE = 0.02
"""Of documents that are copies with each edit."""
TRANSLATED_SHARE = 0.02
NOTICE_SHARE = 0.05
NOTICES = 50
"""Notices of a family: all share a band with many of the others, and none is a copy."""
SITES = 40
WIRE_SHARE, CREDITED_SHARE = 0.3, 0.7
"""Of originals that are an agency's; of agencies' articles that say so."""
AGENCIES = ("Nordpress", "Interwire", "Agentur Mitte", "Littoral Presse")
SENTENCE_WORDS = 14
PARAGRAPH_SENTENCES = 4


@dataclass(frozen=True)
class Copy:
    """A planted copy: of which document, by which edit, and of which kind it truly is (for copies alone)."""

    row: int
    of: int
    edit: str
    kind: str


@dataclass
class Documents:
    """Documents in an order that tells nothing."""

    texts: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    sites: list[int] = field(default_factory=list)
    agencies: list[bool] = field(default_factory=list)
    """Whether a document credits an agency."""
    copies: list[Copy] = field(default_factory=list)
    wires: list[bool] = field(default_factory=list)
    """Whether an original is an agency's, which it needn't say."""


def make_documents(count: int, seed: int) -> Documents:
    """Return so many documents."""
    random = np.random.default_rng(seed)
    languages = new_corpus(seed, SITES).languages
    made = Documents()
    translated, notices = int(count * TRANSLATED_SHARE), int(count * NOTICE_SHARE) // NOTICES * NOTICES
    edited = int(count * EDIT_SHARE)
    originals = count - translated - notices - edited * len(EDITS)
    tokens = [_article(random, languages[number % 3]) for number in range(originals)]
    made.wires = [bool(random.random() < WIRE_SHARE) for _ in range(originals)]
    for number, words in enumerate(tokens):
        credited = made.wires[number] and bool(random.random() < CREDITED_SHARE)
        _add(made, words, "original", site=number % SITES, agency=credited)
    for edit in EDITS:
        for _ in range(edited):
            _add_copy(made, random, languages, tokens, edit)
    places = [{word: place for place, word in enumerate(language.words)} for language in languages]
    for _ in range(translated):
        of = int(random.integers(originals))
        words = _translate(places[of % 3], languages[(of + 1) % 3], tokens[of])
        made.copies.append(Copy(len(made.texts), of, "translation", "none"))
        _add(made, words, "translation", site=int(random.integers(SITES)), agency=made.agencies[of])
    for family in range(notices // NOTICES):
        for words in _notices(random, languages[family % 3]):
            _add(made, words, "notice", site=family % SITES, agency=False)
    return _shuffled(made, random)


def _add(made: Documents, tokens: Tokens, edit: str, *, site: int, agency: bool) -> None:
    made.texts.append(_text(tokens))
    made.edits.append(edit)
    made.sites.append(site)
    made.agencies.append(agency)


def _words(random: Random, language: Language, count: int) -> Tokens:
    return [language.words[place] for place in np.searchsorted(language.cumulated, random.random(count)).tolist()]


def _article(random: Random, language: Language) -> Tokens:
    """Return the words of an article, some 300; names and numbers among them that are its own."""
    count = int(np.clip(random.lognormal(5.6, 0.5), 60, 2000))
    words = _words(random, language, count)
    names = ["".join(_words(random, language, 1)).capitalize() + "er" for _ in range(3)]
    for place in random.integers(0, count, size=count // 25).tolist():
        words[place] = names[place % 3] if place % 2 else str(int(random.integers(2, 9000)))
    return words


def _text(tokens: Tokens) -> str:
    """Set words as sentences and paragraphs."""
    sentences = [" ".join(tokens[start : start + SENTENCE_WORDS]) for start in range(0, len(tokens), SENTENCE_WORDS)]
    sentences = [sentence[:1].upper() + sentence[1:] + "." for sentence in sentences]
    size = PARAGRAPH_SENTENCES
    return "\n\n".join(" ".join(sentences[start : start + size]) for start in range(0, len(sentences), size))


def _typos(random: Random, _language: Language, tokens: Tokens) -> Tokens:
    """Misspell some words: letters swapped, dropped or doubled."""
    edited = list(tokens)
    count = int(random.integers(1, max(2, len(tokens) // 22)))
    for place in random.choice(len(tokens), size=count, replace=False).tolist():
        word = edited[place]
        at = int(random.integers(0, len(word)))
        edited[place] = (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[at:] + word[:at])[place % 3]
    return [word for word in edited if word]


def _changed_lead(random: Random, language: Language, tokens: Tokens) -> Tokens:
    size = int(len(tokens) * random.uniform(0.02, 0.2)) + 3
    return [*_words(random, language, int(size * random.uniform(0.7, 1.2))), *tokens[size:]]


def _added_paragraphs(random: Random, language: Language, tokens: Tokens) -> Tokens:
    place = int(random.integers(1, len(tokens)))
    return [*tokens[:place], *_words(random, language, int(len(tokens) * random.uniform(0.03, 0.4))), *tokens[place:]]


def _truncated(random: Random, _language: Language, tokens: Tokens) -> Tokens:
    return tokens[: int(len(tokens) * random.uniform(0.65, 0.98))]


def _prefixed(random: Random, language: Language, tokens: Tokens) -> Tokens:
    agency = AGENCIES[int(random.integers(len(AGENCIES)))]
    place = "".join(_words(random, language, 2)).upper()
    credit = f"This report was distributed by {agency} and may not be published again without its leave".split()
    return [place, f"({agency})", "—", *tokens, *(credit if random.random() < 0.5 else [])]


EDITED_BY: dict[str, Callable[[Random, Language, Tokens], Tokens]] = {
    "exact": lambda _random, _language, tokens: tokens,
    "typos": _typos,
    "lead": _changed_lead,
    "added": _added_paragraphs,
    "truncated": _truncated,
    "prefix": _prefixed,
}
OF_ONE_SITE = {"exact": 0.2, "typos": 0.5, "lead": 0.8, "added": 0.8, "truncated": 0.0, "prefix": 0.0}
"""How often a copy with an edit is on its original's site: an update, but for the exact copy."""


def _add_copy(made: Documents, random: Random, languages: list[Language], originals: list[Tokens], edit: str) -> None:
    of = int(random.integers(len(originals)))
    words = EDITED_BY[edit](random, languages[of % 3], originals[of])
    own = bool(random.random() < OF_ONE_SITE[edit])
    site = made.sites[of] if own else (made.sites[of] + int(random.integers(1, SITES))) % SITES
    agency = edit == "prefix" or (made.wires[of] and bool(random.random() < CREDITED_SHARE))
    wire = edit == "prefix" or made.wires[of]
    kind = ("reprint" if edit == "exact" else "update") if own else "wire" if wire else "reprint"
    made.copies.append(Copy(len(made.texts), of, edit, kind))
    _add(made, words, edit, site=site, agency=agency)


def _translate(places: dict[str, int], other: Language, tokens: Tokens) -> Tokens:
    """Return the words in another language that have each word's place there; names and numbers stay."""
    there = len(other.words)
    return [other.words[places[word] % there] if word in places else word for word in tokens]


def _notices(random: Random, language: Language) -> list[Tokens]:
    """Return a family of notices: some 60 words, most of them the same in all, some in each its own."""
    boilerplate = _words(random, language, int(random.integers(45, 70)))
    slots = np.sort(random.choice(len(boilerplate), size=int(random.integers(3, 7)), replace=False)).tolist()
    family = []
    for _ in range(NOTICES):
        words = list(boilerplate)
        for slot in slots:
            words[slot] = f"{random.integers(10_000)} {language.words[int(random.integers(len(language.words)))]}"
        family.append(" ".join(words).split())
    return family


def _shuffled(made: Documents, random: Random) -> Documents:
    order = random.permutation(len(made.texts))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    moved = order.tolist()
    return Documents(
        texts=[made.texts[old] for old in moved],
        edits=[made.edits[old] for old in moved],
        sites=[made.sites[old] for old in moved],
        agencies=[made.agencies[old] for old in moved],
        copies=[Copy(int(place[copy.row]), int(place[copy.of]), copy.edit, copy.kind) for copy in made.copies],
    )
