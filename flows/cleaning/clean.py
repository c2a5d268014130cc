"""Clean a set of documents: articles, teasers, removed lines, template lines, rejections."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.choice import RulesInForce, choose_rules
from flows.cleaning.decide import Decisions, decide
from flows.cleaning.facts import Facts
from flows.cleaning.ground import Pages
from flows.cleaning.kept import Kept, assemble
from flows.cleaning.known import Given, Known, gather_known, known_columns, shown_titles, tell_languages
from flows.cleaning.line_model import load_line_model
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.loss import Shares, document_chars, flag_losses, kept_shares
from flows.cleaning.removal import removed_rows, site_line_rows
from flows.cleaning.rules import Cut
from flows.cleaning.signs import Signs, read_signs
from flows.cleaning.validation import Failure, rejection_rows, validated, without_text
from flows.cleaning.words import count_words
from flows.settings import Settings
from flows.sites import Profiles
from flows.sites.overrides import NO_OVERRIDES, Overrides
from schemas import RELATED

LINK_SCHEMA = pa.schema(
    [pa.field("document_id", pa.string(), nullable=False)]
    + [RELATED.schema.field(name) for name in RELATED.schema.names if name not in ("article_id", "target_article_id")]
)
"""Teasers as cleaning finds them: of a document, their targets not looked up yet."""


@dataclass(frozen=True)
class Cleaned:
    """What cleaning makes of the documents of one partition; no table holds the month."""

    articles: pa.Table
    """A row per document that became an article, duplicates and revisions included; counts are 0 and
    article_id is the document's."""
    links: pa.Table
    removed_lines: pa.Table
    site_lines: pa.Table
    rejections: pa.Table


class Cleaning:
    """A set of documents whose lines are decided; each table is made when it is asked for.

    `documents` has the columns document_id, source_path, record_no, site, url, fetched_at, fetched_at_origin,
    text, metadata and month, and is sorted by site, time and id. Those of `month` are cleaned, the others are
    evidence for what repeats.
    """

    def __init__(
        self,
        documents: pa.Table,
        *,
        month: str,
        profiles: Profiles,
        settings: Settings,
        overrides: Overrides = NO_OVERRIDES,
    ) -> None:
        documents = documents.combine_chunks()
        self.of = np.asarray(pc.equal(documents["month"], month), dtype=bool)
        self.month, self.settings = month, settings
        metadata = [orjson.loads(text) for text in documents["metadata"].to_pylist()]
        self.pages = _pages(documents, metadata)
        rules = choose_rules(profiles, self.pages.sites, site=self.pages.site, fetched=self.pages.fetched)
        model = load_line_model(settings.line_model)
        self.decisions = decide(self.pages, rules, settings, overrides, model=model)
        self.ids = documents["document_id"].combine_chunks()
        self.documents = documents.filter(pa.array(self.of))
        """Those of the month."""
        self._cuts = _cuts(self.decisions, rules, self.of)
        self._given, self._profiles = _given(documents, metadata, self.pages), profiles

    @cached_property
    def _signs(self) -> Signs:
        return read_signs(self.decisions, self.pages.site, of=self.of)

    @cached_property
    def _languages(self) -> dict[int, str | None]:
        return tell_languages(self.decisions, self._given, self._profiles, of=self.of)

    @cached_property
    def _known(self) -> Known:
        languages = self._languages
        return gather_known(self.decisions, self._signs, self._given, self._profiles, languages=languages, of=self.of)

    @cached_property
    def _kept(self) -> Kept:
        return assemble(self.decisions, of=self.of, cuts=self._cuts)

    def texts(self) -> tuple[pa.Table, dict[int, Failure]]:
        """Return what `articles` does in its columns document_id, title, body and language, in a part of its time.

        The rows of failures stand among the others.
        """
        titles = shown_titles(self.decisions, self._given, list(self._languages), self._kept.title.to_pylist())
        rows = pa.table(
            {
                "document_id": self.documents["document_id"],
                "title": pa.array(titles, pa.string()),
                "body": self._kept.body,
                "language": pa.array(list(self._languages.values()), pa.string()),
            }
        )
        return rows, without_text(rows["body"])

    def articles(self, cleaning_version: str) -> tuple[pa.Table, dict[int, Failure]]:
        """Return a row per document that is an article, and why the others aren't, by place in `documents`."""
        kept = self._kept
        rows = _article_rows(self.documents, kept)
        for name, column in known_columns(self.decisions, self._known, self._given, kept.title.to_pylist()).items():
            rows = rows.append_column(name, column)
        rows = rows.append_column("removed_share", _removed_shares(self._chars[self.of], kept))
        rows = rows.append_column("flags", self._flags())
        rows = rows.append_column("cleaning_version", pa.array([cleaning_version] * len(rows), pa.string()))
        return validated(rows, self.month)

    @cached_property
    def _chars(self) -> Ints:
        return document_chars(self.pages.texts)

    def _flags(self) -> pa.Array:
        kept = kept_shares(self.decisions, self._chars)
        return flag_losses(Shares(kept, self.pages.site), of=self.of, settings=self.settings)

    def links(self) -> pa.Table:
        """Return the teasers of the documents of the month."""
        return _links(self._known.facts, self.ids)

    def removed_lines(self) -> pa.Table:
        """Return the removed lines and spans of the documents of the month."""
        return removed_rows(self.decisions, self._signs, self.ids, of=self.of, cuts=self._cuts)

    def site_lines(self) -> pa.Table:
        """Return the template lines of the sites that have documents of the month."""
        return site_line_rows(self.decisions, self.pages.sites, of=self.of)


def clean_documents(
    documents: pa.Table,
    *,
    month: str,
    profiles: Profiles,
    settings: Settings,
    cleaning_version: str,
    overrides: Overrides = NO_OVERRIDES,
) -> Cleaned:
    """Clean the documents of `month`; those of other months are evidence for what repeats (see `Cleaning`)."""
    cleaning = Cleaning(documents, month=month, profiles=profiles, settings=settings, overrides=overrides)
    articles, failures = cleaning.articles(cleaning_version)
    return Cleaned(
        articles=articles,
        links=cleaning.links(),
        removed_lines=cleaning.removed_lines(),
        site_lines=cleaning.site_lines(),
        rejections=rejection_rows(cleaning.documents, failures, settings),
    )


def _pages(documents: pa.Table, metadata: list[dict[str, Any]]) -> Pages:
    sites = pc.dictionary_encode(documents["site"].combine_chunks())
    urls = pc.dictionary_encode(documents["url"].combine_chunks())
    return Pages(
        texts=documents["text"].combine_chunks(),
        titles=pa.array([known.get("title") for known in metadata], pa.string()),
        sites=sites.dictionary.to_pylist(),
        site=np.asarray(sites.indices, dtype=np.int64),
        url=np.asarray(pc.fill_null(urls.indices, -1), dtype=np.int64),
        urls=documents["url"].to_pylist(),
        fetched=np.asarray(documents["fetched_at"].cast(pa.int64()), dtype=np.int64),
        markup=documents["markup"].combine_chunks() if "markup" in documents.column_names else None,
    )


def _given(documents: pa.Table, metadata: list[dict[str, Any]], pages: Pages) -> Given:
    return Given(
        metadata=metadata,
        sites=pages.sites,
        site=pages.site,
        times=documents.select(["fetched_at", "fetched_at_origin"]),
    )


def _cuts(decisions: Decisions, in_force: RulesInForce, of: Bools) -> dict[int, list[Cut]]:
    """Find the spans to cut from kept lines, by entry."""
    lines = decisions.lines
    cuts: dict[int, list[Cut]] = {}
    kept = decisions.kept & of[lines.document]
    for rules, documents in in_force.groups():
        if not rules.has_spans:
            continue
        entries = np.flatnonzero(kept & documents[lines.document])
        texts = lines.distinct.take(pa.array(lines.code[entries])).to_pylist()
        for place in rules.span_candidates(texts):
            found = rules.spans(texts[place])
            if sum(cut.end - cut.start for cut in found) < len(texts[place]):
                cuts[int(entries[place])] = found
    return dict(sorted(cuts.items()))


def _article_rows(documents: pa.Table, kept: Kept) -> pa.Table:
    """The columns that come from the document itself and from what is kept."""
    rows = len(documents)
    zero = pa.array(np.zeros(rows), pa.int32())
    return pa.table(
        {
            "article_id": documents["document_id"],
            "document_id": documents["document_id"],
            "site": documents["site"],
            "url": documents["url"],
            "lead": kept.lead,
            "body": kept.body,
            "paragraphs": kept.paragraphs,
            "fetched_at": documents["fetched_at"],
            "word_count": pa.array(count_words(kept.body), pa.int32()),
            "duplicate_count": zero,
            "revision_count": zero,
        }
    )


def _removed_shares(chars: Ints, kept: Kept) -> pa.Array:
    chars = np.maximum(1, chars)
    return pa.array(np.clip(np.round((chars - kept.chars) / chars, 4), 0.0, 1.0))


def _links(facts: dict[int, Facts], ids: pa.Array) -> pa.Table:
    owners = [document for document in sorted(facts) for _ in facts[document].teasers]
    teasers = [teaser for document in sorted(facts) for teaser in facts[document].teasers]
    owner = ids.take(pa.array(owners, pa.int64()))
    columns = {
        name: pa.array([teaser[name] for teaser in teasers], LINK_SCHEMA.field(name).type)
        for name in LINK_SCHEMA.names[1:]
    }
    return pa.table({"document_id": owner, **columns}).cast(LINK_SCHEMA)
