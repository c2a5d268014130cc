"""Decide for every line of a set of documents whether it is the article, and what it is if not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.cleaning.address import Address
from flows.cleaning.blocks import FoundBlock
from flows.cleaning.choice import RulesInForce
from flows.cleaning.ground import Ground, Pages, lay_ground
from flows.cleaning.line_model import LineModel, score_lines
from flows.cleaning.lines import Bools, Ints, Lines
from flows.cleaning.overruled import Overruled
from flows.cleaning.repetition import Repetition
from flows.cleaning.rules import LineMatch
from flows.cleaning.selection import select_lines, with_listings
from flows.cleaning.shapes import Shapes
from flows.cleaning.siblings import ask_siblings
from flows.cleaning.styles import ask_styles
from flows.cleaning.titles import DATED_ROLES, likely_titles
from flows.settings import Settings
from flows.sites.overrides import Overrides

Floats = npt.NDArray[np.float32]

CLOSING_WIDTH = 90
"""A sentence this wide is a paragraph, which may close an article; some sites' headlines end in a full stop, and are
shorter."""


@dataclass(frozen=True)
class Decisions:
    """What became of the lines. Unless said otherwise, arrays hold an entry per line of `lines`."""

    lines: Lines
    shapes: Shapes
    """Of the distinct lines."""
    matches: list[LineMatch]
    match: Ints
    """The rule that knows the line, as an index into `matches`, -1 for none."""
    blocks: list[FoundBlock]
    block: Ints
    """The block that takes the line, as an index into `blocks`, -1 for none."""
    repetition: Repetition
    story: Ints
    """Each document's story, as the number of the story's first document."""
    template: Bools
    """Lines removed because they repeat."""
    first: Ints
    last: Ints
    """Each document's article, as [first, last) entries."""
    title: Ints
    """Each document's headline, as an entry; -1 where the text has none."""
    given_titles: pa.Array
    """Each document's headline as its scraper gave it, null where it gave none of its own."""
    kept: Bools
    """The article, headline included."""
    known: Bools
    """Lines that a rule or a block removes."""
    scores: Floats
    """How likely each line is the article, by the line model, by lines styled alike and by its place on other pages."""
    overruled: Overruled
    """Lines that the user pinned (they are removed) or vetoed (they are kept, but where a rule knows them)."""


def decide(
    pages: Pages,
    rules: RulesInForce,
    settings: Settings,
    overrides: Overrides,
    *,
    model: LineModel,
) -> Decisions:
    """Decide over all lines of `pages`; `rules` tells which hold for each, `overrides` what the user said.

    Nothing is kept that rules, repetition or the user call furniture; of the rest, the line model's scores decide.
    """
    ground = lay_ground(pages, rules, settings, overrides)
    lines = ground.lines
    address = addresses_of(ground, pages)
    chosen, scores = choose_lines(ground, address, model)
    first, last = _ends(lines, chosen)
    title = _titles(ground, address, chosen)
    kept = chosen | (ground.overruled.vetoed & ~ground.known)
    title = _without_lone_titles(lines, title, kept)
    kept[title[title >= 0]] = True
    return Decisions(
        lines=lines,
        shapes=ground.shapes,
        matches=ground.matches,
        match=ground.match,
        blocks=ground.blocks,
        block=ground.block,
        repetition=ground.repetition,
        story=ground.story,
        template=ground.template,
        first=first,
        last=last,
        title=title,
        given_titles=ground.titles,
        kept=kept,
        known=ground.ruled,
        overruled=ground.overruled,
        scores=scores,
    )


def addresses_of(ground: Ground, pages: Pages) -> Address:
    """Return what the pages' addresses say of the lines that nothing is known of."""
    lines = ground.lines
    urls = pages.urls or [None] * lines.documents
    return Address(lines, ground.characters.words, urls, ground.known | ground.template)


def choose_lines(ground: Ground, address: Address, model: LineModel) -> tuple[Bools, Floats]:
    """Mark the lines that are the article, and return how likely each is that, by the line model and lines like it."""
    lines, shapes, characters = ground.lines, ground.shapes, ground.characters
    markup = ground.markup
    out = ground.known | ground.template
    scores = score_lines(model, lines, shapes, characters, ground.evidence(), markup, address)
    words = characters.words_or_halves[lines.code]
    weight = np.sqrt(words)
    scores = ask_styles(lines, scores, style=markup.style, out=out, weight=weight)
    of_line = ground.repetition.of_line
    scores = ask_siblings(lines, scores, of_line=of_line, anchor=ground.anchor, out=out, weight=weight)
    chosen = select_lines(
        lines,
        scores,
        words=words,
        sentence=shapes.sentence[lines.code],
        prose=(shapes.sentence & (shapes.width >= CLOSING_WIDTH))[lines.code],
        out=out,
        marked=markup.told,
    )
    return with_listings(lines, chosen, listing=markup.listing, out=out), scores


def _without_lone_titles(lines: Lines, title: Ints, kept: Bools) -> Ints:
    """Take the headline from documents of which nothing else is kept: a headline alone is no article."""
    others = kept.copy()
    others[title[title >= 0]] = False
    alone = np.bincount(lines.document[others], minlength=lines.documents) == 0
    kept[title[alone & (title >= 0)]] = False
    return np.where(alone, -1, title)


def _ends(lines: Lines, chosen: Bools) -> tuple[Ints, Ints]:
    """Return each document's chosen lines' [first, last) entries; [0, 0) where none is."""
    first, last = np.zeros(lines.documents, dtype=np.int64), np.zeros(lines.documents, dtype=np.int64)
    entries = np.flatnonzero(chosen)
    documents, places = np.unique(lines.document[entries], return_index=True)
    first[documents] = entries[places]
    np.maximum.at(last, lines.document[entries], entries + 1)
    return first, last


def _titles(ground: Ground, address: Address, chosen: Bools) -> Ints:
    """Return each document's headline: above the first paragraph that is chosen, whatever short lines are too."""
    lines = ground.lines
    first, last = _ends(lines, chosen & ground.shapes.prose[lines.code])
    without = first == last
    return likely_titles(
        lines,
        ground.shapes,
        ground.repetition,
        story=ground.story,
        first=np.where(without, ground.first, first),
        last=np.where(without, ground.last, last),
        known=ground.known,
        dated=np.array([*(match.role in DATED_ROLES for match in ground.matches), False])[ground.match],
        given=ground.given_title,
        likeness=address.likeness(),
    )
