"""A seeded corpus of scraped news pages as JSON lines, with the truth about every line and duplicate.

usage: corpus.py OUT.jsonl [--documents N] [--seed N] [--sites N] [--format jsonl|text]

Same arguments, same bytes. Pages have about 40 lines: a site's template (another one each month on a quarter of
the sites), a headline, byline, reading time, paragraphs, teasers for the site's other stories of those days. Four in
100 are exact copies under another URL, four near copies with edited words, three revisions of an address, one an
update of a live story. OUT.truth.jsonl says for each record what it is, of which other, how similar, and which
lines are its article.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

FUNCTION_WORDS = {
    "en": "the of and to in a that is was for on with as by at from it this have which their had been will would",
    "de": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden wird",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son",
}
SYLLABLES = {
    "en": "har bor sto ver ling ton mer cot field wick den ash ford ley ring mar sten way hol ter brook",
    "de": "berg stadt wald hof tal stein brück lein keit ung schaft markt ober nieder heim feld zug bahn werk amt",
    "fr": "ville mont champ eau rive bois val pont clair beau nou vel rou lac eur tion ment ance age oir ette",
}
FURNITURE = {
    "en": ["By {name}", "{n} min read", "Share this article", "Read {n} comments", "Most read", "All rights reserved"],
    "de": ["Von {name}", "Lesezeit: {n} Minuten", "Artikel teilen", "Kommentare ({n})", "Meistgelesen", "Alle Rechte vorbehalten"],
    "fr": ["Par {name}", "Temps de lecture : {n} min", "Partager l'article", "{n} commentaires", "Les plus lus", "Tous droits réservés"],
}  # fmt: skip
VOCABULARY = 12_000
SHARES = {"exact": 0.04, "near": 0.04, "revision": 0.03, "update": 0.01}
FIRST_DAY = np.datetime64("2025-02-01T00:00:00")
DAYS = 56
RECENT = 400
"""Copies are of one of so many latest stories, as agencies' are."""


@dataclass
class Language:
    """Words by frequency, as a natural text has them: one in rank r is 1/r as frequent as the first."""

    code: str
    words: list[str]
    cumulated: np.ndarray


@dataclass
class Story:
    """A story as it was told first."""

    number: int
    language: str
    title: str
    body: list[str]
    site: int
    url: str
    moment: np.datetime64


@dataclass
class Corpus:
    """What is needed to go on writing pages."""

    random: np.random.Generator
    sites: int
    languages: list[Language]
    templates: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    headlines: dict[int, list[str]] = field(default_factory=dict)
    recent: list[Story] = field(default_factory=list)
    minutes_each: float | None = None
    """None: moments are drawn from DAYS at random; else stories come in order of time, one after so many minutes."""


def new_corpus(seed: int, sites: int, *, minutes_each: float | None = None) -> Corpus:
    """Return an empty corpus."""
    random = np.random.default_rng(seed)
    return Corpus(random, sites, [_language(random, code) for code in FUNCTION_WORDS], minutes_each=minutes_each)


def _language(random: np.random.Generator, code: str) -> Language:
    syllables = SYLLABLES[code].split()
    made = ["".join(random.choice(syllables, size=size)) for size in random.integers(2, 4, size=VOCABULARY)]
    words = [*FUNCTION_WORDS[code].split(), *dict.fromkeys(made)]
    weights = 1.0 / (np.arange(len(words)) + 2.0)
    return Language(code, words, np.cumsum(weights) / weights.sum())


def _words(corpus: Corpus, language: Language, count: int) -> list[str]:
    places = np.searchsorted(language.cumulated, corpus.random.random(count))
    return [language.words[place] for place in places.tolist()]


def _paragraph(corpus: Corpus, language: Language) -> str:
    sizes = corpus.random.integers(9, 20, size=int(corpus.random.integers(2, 4))).tolist()
    words = _words(corpus, language, sum(sizes))
    sentences, start = [], 0
    for size in sizes:
        sentence = " ".join(words[start : start + size])
        sentences.append(sentence[0].upper() + sentence[1:] + ".")
        start += size
    return " ".join(sentences)


def _headline(corpus: Corpus, language: Language) -> str:
    words = _words(corpus, language, int(corpus.random.integers(5, 10)))
    number = int(corpus.random.integers(10, 100_000))
    return " ".join(words).capitalize() + f" {number}"


def _template(corpus: Corpus, site: int, month: int) -> list[str]:
    """Twelve lines that are a site's own; on every fourth site they change with the month."""
    key = (site, month if site % 4 == 0 else 0)
    if key not in corpus.templates:
        language = corpus.languages[site % 3]
        corpus.templates[key] = [
            " ".join(_words(corpus, language, 1 + place % 4)).title() + f" {site}" for place in range(12)
        ]
    return corpus.templates[key]


def _story(corpus: Corpus, number: int) -> Story:
    site = int(corpus.random.integers(0, corpus.sites))
    language = corpus.languages[site % 3]
    minutes = int(corpus.random.integers(0, DAYS * 24 * 60))
    if corpus.minutes_each is not None:
        minutes = int(number * corpus.minutes_each)
    moment = FIRST_DAY + np.timedelta64(minutes, "m")
    body = [_paragraph(corpus, language) for _ in range(int(corpus.random.integers(8, 14)))]
    return Story(number, language.code, _headline(corpus, language), body, site, _url(site, number), moment)


def _url(site: int, number: int) -> str:
    return f"https://www.site{site:03d}.example/story/{number}"


def _page(corpus: Corpus, story: Story) -> tuple[list[str], list[int], int]:
    """Return a page's lines, which of them (from 1) are the body, and which is the headline."""
    month = int(story.moment.astype("datetime64[M]").astype(int))
    template = _template(corpus, story.site, month)
    labels = [
        label.format(name="Nora Whitlock", n=int(corpus.random.integers(2, 90))) for label in FURNITURE[story.language]
    ]
    teasers = corpus.headlines.setdefault(story.site, [])
    lines = [*template[:7], story.title, labels[0], labels[1], labels[2]]
    title = 8
    first = len(lines) + 1
    lines += story.body
    body = list(range(first, first + len(story.body)))
    lines += [labels[3], labels[4], *teasers[-10:], *template[7:], f"© 2025 Site {story.site}. {labels[5]}."]
    teasers.append(story.title)
    del teasers[:-20]
    return lines, body, title


def _edited(corpus: Corpus, body: list[str], edits: int) -> list[str]:
    edited = [paragraph.split(" ") for paragraph in body]
    for _ in range(edits):
        paragraph = edited[int(corpus.random.integers(0, len(edited)))]
        place = int(corpus.random.integers(0, len(paragraph)))
        end = "." if paragraph[place].endswith(".") else ""
        paragraph[place] = f"edit{int(corpus.random.integers(0, 10**9))}{end}"
    return [" ".join(words) for words in edited]


def shingles(body: list[str], size: int = 3) -> set[tuple[str, ...]]:
    """Return the word shingles by which similarity is told."""
    words = [word.strip(".").lower() for paragraph in body for word in paragraph.split()]
    return {tuple(words[place : place + size]) for place in range(len(words) - size + 1)}


def _similarity(left: list[str], right: list[str]) -> float:
    a, b = shingles(left), shingles(right)
    return len(a & b) / len(a | b)


def _copy(corpus: Corpus, number: int, kind: str) -> tuple[Story, Story]:
    """Return a copy of a recent story, and that story."""
    of = corpus.recent[int(corpus.random.integers(0, len(corpus.recent)))]
    hours = np.timedelta64(int(corpus.random.integers(1, 40)), "h")
    site, url, title, body = of.site, of.url, of.title, of.body
    if kind in ("exact", "near"):
        same_language = [s for s in range(corpus.sites) if s % 3 == of.site % 3]
        site = int(corpus.random.choice(same_language))
        url, title = _url(site, number), of.title if kind == "exact" else _headline(corpus, corpus.languages[site % 3])
    if kind == "near":
        body = _edited(corpus, body, int(corpus.random.integers(1, 9)))
    if kind in ("revision", "update"):
        body = [*body[:-1], _paragraph(corpus, corpus.languages[site % 3])]
    if kind == "update":
        url = _url(site, number)
    return Story(number, of.language, title, body, site, url, of.moment + hours), of


def records(corpus: Corpus, documents: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield records and what is true of them."""
    kinds = corpus.random.choice(
        ["original", *SHARES], size=documents, p=[1 - sum(SHARES.values()), *SHARES.values()]
    ).tolist()
    for number, kind in enumerate(kinds):
        of: Story | None = None
        if kind == "original" or len(corpus.recent) < 10:
            kind, story = "original", _story(corpus, number)
            corpus.recent.append(story)
            del corpus.recent[:-RECENT]
        else:
            story, of = _copy(corpus, number, kind)
        lines, body, title = _page(corpus, story)
        truth = {
            "id": number,
            "url": story.url,
            "kind": kind,
            "of": of.number if of else None,
            "of_url": of.url if of else None,
            "similarity": round(_similarity(of.body, story.body), 4) if of else None,
            "body": body,
            "title_line": title,
        }
        yield _record(story, lines, number), truth


def _record(story: Story, lines: list[str], number: int) -> dict[str, Any]:
    fetched = story.moment + np.timedelta64(1, "h")
    record = {
        "id": number,
        "url": story.url,
        "title": story.title,
        "text": "\n".join(lines),
        "author": "Nora Whitlock",
        "date": f"{story.moment}Z",
        "fetched_at": f"{fetched}Z",
    }
    if number % 2:
        record["language"] = story.language
    return record


def write(target: Path, *, documents: int, seed: int, sites: int, as_text: bool = False) -> None:
    """Write a corpus and its truth, piece by piece."""
    truth_path = target.with_suffix(".truth.jsonl")
    target.parent.mkdir(parents=True, exist_ok=True)
    corpus = new_corpus(seed, sites)
    with truth_path.open("w", encoding="utf-8") as truths:
        if as_text:
            for record, truth in records(corpus, documents):
                page = target / f"site{truth['url'].split('site')[1][:3]}.example" / f"{record['id']:07d}.txt"
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text(record.pop("text"), encoding="utf-8")
                Path(f"{page}.meta.json").write_text(json.dumps(record), encoding="utf-8")
                truths.write(json.dumps(truth) + "\n")
            return
        with target.open("w", encoding="utf-8") as file:
            for record, truth in records(corpus, documents):
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                truths.write(json.dumps(truth) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--format", choices=("jsonl", "text"), default="jsonl")
    given = parser.parse_args()
    write(given.out, documents=given.documents, seed=given.seed, sites=given.sites, as_text=given.format == "text")


if __name__ == "__main__":
    main()
