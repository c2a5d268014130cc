"""What is known of articles beside their text: what the scraper gave first, then what the page tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from flows.cleaning.dating import Times, date_articles
from flows.cleaning.decide import Decisions
from flows.cleaning.facts import Facts, gather_facts
from flows.cleaning.language import detect_languages, given_language, language_samples
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.moments import Circumstances, Moment, day_comes_first
from flows.cleaning.signs import Signs
from flows.cleaning.titles import shown_title
from flows.sites import Profiles
from schemas import ARTICLES

TRUSTED = ("metadata", "path")
"""Where a fetch time comes from that tells when the page was fetched; a file's own time tells when it was copied."""


@dataclass(frozen=True)
class Known:
    """What is known of the documents of the month, by document."""

    languages: dict[int, str | None]
    facts: dict[int, Facts]
    times: dict[int, Times]


@dataclass(frozen=True)
class Given:
    """What came with the documents, an entry each."""

    metadata: list[dict[str, Any]]
    sites: list[str]
    """Names of sites; `site` holds indices into it."""
    site: Ints
    times: pa.Table
    """Columns fetched_at and fetched_at_origin."""

    @cached_property
    def fetched_at(self) -> list[datetime]:
        """When each was fetched."""
        moments: list[datetime] = self.times["fetched_at"].to_pylist()
        return moments

    @cached_property
    def fetched_at_origin(self) -> list[str]:
        """Where that comes from."""
        origins: list[str] = self.times["fetched_at_origin"].to_pylist()
        return origins


def tell_languages(decisions: Decisions, given: Given, profiles: Profiles, *, of: Bools) -> dict[int, str | None]:
    """Return the language of each document marked in `of`, by document: as given, of its site, or of its text."""
    told = {
        document: given_language(given.metadata[document].get("language"))
        or profiles.language(given.sites[given.site[document]])
        for document in np.flatnonzero(of).tolist()
    }
    samples = language_samples(decisions, of=of)
    unknown = [document for document, language in told.items() if language is None]
    found = detect_languages([samples.get(document, "") for document in unknown])
    return {**told, **dict(zip(unknown, found, strict=True))}


def gather_known(
    decisions: Decisions,
    signs: Signs,
    given: Given,
    profiles: Profiles,
    *,
    languages: dict[int, str | None],
    of: Bools,
) -> Known:
    """Return what is known of the documents marked in `of`, whose `languages` are told."""
    where = {document: _circumstances(given, document, languages[document], profiles) for document in languages}
    return Known(
        languages=languages,
        facts=gather_facts(decisions, signs, where, of=of),
        times=date_articles(decisions, where, given.site.tolist(), of=of),
    )


def shown_titles(
    decisions: Decisions, given: Given, documents: Sequence[int], lines: Sequence[str | None]
) -> list[str | None]:
    """Return the headlines of documents: as given, else the one that stands in the text, if one does."""
    titles = decisions.given_titles.take(pa.array(documents, pa.int64())).to_pylist()
    return [
        shown_title(title, line=line, site=given.sites[given.site[document]]) if title else line
        for document, title, line in zip(documents, titles, lines, strict=True)
    ]


def _circumstances(given: Given, document: int, language: str | None, profiles: Profiles) -> Circumstances:
    site = given.sites[given.site[document]]
    trusted = given.fetched_at_origin[document] in TRUSTED
    return Circumstances(
        language=language or "en",
        fetched_at=given.fetched_at[document] if trusted else None,
        zone=profiles.timezone(site),
        day_first=day_comes_first(language, site),
    )


def known_columns(decisions: Decisions, known: Known, given: Given, lines: Sequence[str | None]) -> dict[str, pa.Array]:
    """Return the columns of articles that hold what is known of them.

    `lines` has the headline that stands in the text of each document known, None where none does.
    """
    chosen = list(known.languages)
    metadata = [given.metadata[document] for document in chosen]
    facts = [known.facts.get(document) or Facts() for document in chosen]
    times = [known.times.get(document) or Times() for document in chosen]
    values: dict[str, list[Any]] = {
        "title": shown_titles(decisions, given, chosen, lines),
        "language": list(known.languages.values()),
        "authors": [one.get("authors") or fact.authors for one, fact in zip(metadata, facts, strict=True)],
        "tags": [one.get("tags") or fact.tags for one, fact in zip(metadata, facts, strict=True)],
        "agencies": [fact.agencies for fact in facts],
        "reading_minutes": [fact.reading_minutes for fact in facts],
        "captions": [fact.captions for fact in facts],
        "translations": [fact.translations for fact in facts],
        **_moments("published", metadata, [time.published for time in times]),
        **_moments("modified", metadata, [time.modified for time in times]),
    }
    return {name: pa.array(column, ARTICLES.schema.field(name).type) for name, column in values.items()}


def _moments(name: str, metadata: list[dict[str, Any]], found: list[Moment | None]) -> dict[str, list[Any]]:
    """Return a time, its precision and its zone as columns, all three from the scraper or all three from the page."""
    rows = [_given_moment(name, given) or one for given, one in zip(metadata, found, strict=True)]
    return {
        f"{name}_at": [row and row.at for row in rows],
        f"{name}_precision": [row and row.precision for row in rows],
        f"{name}_zone": [row and row.zone for row in rows],
    }


def _given_moment(name: str, given: dict[str, Any]) -> Moment | None:
    if not given.get(f"{name}_at"):
        return None
    at = datetime.fromisoformat(given[f"{name}_at"])
    return Moment(at, given.get(f"{name}_precision") or "second", given.get(f"{name}_zone"))
