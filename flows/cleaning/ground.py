"""What is known of the lines of a set of documents before the line model looks at them: rules and repetition."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from flows.cleaning.blocks import FoundBlock, find_blocks
from flows.cleaning.characters import Characters, read_characters
from flows.cleaning.choice import RulesInForce
from flows.cleaning.extent import find_extents, weigh
from flows.cleaning.features import ROLES, Known
from flows.cleaning.lines import Bools, Ints, Lines, split_lines
from flows.cleaning.markup import Markup
from flows.cleaning.overruled import Overruled, find_overruled
from flows.cleaning.own_titles import own_titles
from flows.cleaning.repetition import Repetition, count_lines, embedded_prose
from flows.cleaning.rules import LineMatch
from flows.cleaning.shapes import Shapes, measure
from flows.cleaning.stories import group_stories
from flows.cleaning.threads import THREAD, find_threads
from flows.cleaning.titles import given_titles
from flows.cleaning.variants import variant_codes
from flows.settings import Settings
from flows.sites.overrides import Overrides


@dataclass(frozen=True)
class Pages:
    """What deciding needs to know of the documents, an entry each; the texts are strings."""

    texts: pa.Array
    titles: pa.Array
    """Headlines given by the scraper, null where it gave none."""
    sites: list[str]
    """Names of sites; `site` holds indices into it."""
    site: Ints
    url: Ints
    """A code per URL, -1 for none."""
    fetched: Ints
    """Microseconds since 1970."""
    urls: list[str | None] | None = None
    """Addresses, an entry per document; None for all, where there are none."""
    markup: pa.ListArray | None = None
    """What HTML says of each line that isn't blank; null, or None for all, where there is none."""


@dataclass(frozen=True)
class Ground:
    """What rules and repetition say of the lines. Unless said otherwise, arrays hold an entry per line of `lines`."""

    lines: Lines
    shapes: Shapes
    """Of the distinct lines."""
    characters: Characters
    """Of the distinct lines."""
    markup: Markup
    matches: list[LineMatch]
    match: Ints
    """The rule that knows the line, as an index into `matches`, -1 for none."""
    blocks: list[FoundBlock]
    block: Ints
    """The block that takes the line, as an index into `blocks`, -1 for none."""
    overruled: Overruled
    ruled: Bools
    """Lines that a rule or a block removes."""
    known: Bools
    """Those, and the lines that the user pinned."""
    story: Ints
    """Each document's story."""
    repetition: Repetition
    template: Bools
    """Lines that repeat, those known left out."""
    anchor: Bools
    """Lines that other stories of the site hold too, whether rules know them or not: what parts its pages alike."""
    titles: pa.Array
    """Headlines that scrapers gave, an entry per document, without what all pages of a site are given."""
    given_title: Ints
    """Each document's first line that is the headline its scraper gave, as an entry, -1 for none."""
    first: Ints
    last: Ints
    """Each document's run of most prose, as [first, last) entries."""

    def evidence(self) -> Known:
        """Return what the line model is told."""
        roles = [ROLES.index(found.role) if found.role in ROLES else len(ROLES) for found in self.matches]
        role = np.array([*roles, -1])[self.match]
        of_blocks = [ROLES.index(found.block.role) for found in self.blocks]
        role = np.where(self.block >= 0, np.array([*of_blocks, -1])[self.block], role)
        stories = np.zeros(self.lines.documents, dtype=np.int64)
        stories[self.lines.document] = self.repetition.site_stories[self.repetition.of_line]
        return Known(
            role=np.where(self.ruled, role, -1),
            known=self.known,
            template=self.template,
            stories=stories,
            first=self.first,
            last=self.last,
        )


def lay_ground(pages: Pages, rules: RulesInForce, settings: Settings, overrides: Overrides) -> Ground:
    """Apply rules, count repetition and find the run of most prose."""
    lines = split_lines(pages.texts)
    shapes = measure(lines.distinct)
    matches, match = _match(lines, rules)
    blocks, block = _blocks(lines, shapes, rules, matches, match)
    characters = read_characters(lines.distinct)
    _threads(lines, shapes, characters, rules, matches, match, block)
    overruled = find_overruled(lines, overrides, sites=pages.sites, site=pages.site)
    ruled = (block >= 0) | _flag([not m.block_only for m in matches], match)
    known = ruled | overruled.pinned
    prose = shapes.prose[lines.code] & ~known
    variant = variant_codes(lines.distinct)
    story = group_stories(
        lines,
        site=pages.site,
        url=pages.url,
        text=_text_codes(lines),
        prose=prose,
        variant=variant,
        overlap=settings.story_overlap,
    )
    repetition = count_lines(lines, shapes, site=pages.site, story=story, fetched=pages.fetched, variant=variant)
    template = _template(lines, repetition, prose=prose, known=known, settings=settings)
    titles = own_titles(pages.titles, site=pages.site, story=story)
    given_title = given_titles(lines, titles)
    given_title[np.isin(given_title, np.flatnonzero(overruled.pinned))] = -1
    template[given_title[given_title >= 0]] = False
    template = _spare_formulas(lines, repetition, story, template=template, prose=prose)
    template = _spare_last_prose(lines, repetition, template=template, prose=prose) & ~overruled.vetoed
    markup = Markup(lines, pages.markup)
    template &= ~markup.listing  # "}" ends what it ends on every page
    first, last = find_extents(lines, weights=weigh(shapes)[lines.code], removed=known | template)
    return Ground(
        lines=lines,
        shapes=shapes,
        characters=characters,
        markup=markup,
        matches=matches,
        match=match,
        blocks=blocks,
        block=block,
        overruled=overruled,
        ruled=ruled,
        known=known,
        story=story,
        repetition=repetition,
        template=template,
        anchor=template | (known & (repetition.stories > 1)[repetition.of_line]),
        titles=titles,
        given_title=given_title,
        first=first,
        last=last,
    )


def _text_codes(lines: Lines) -> Ints:
    """Return a number per document, the same for those of the same lines."""
    numbers: dict[bytes, int] = {}
    codes = lines.code.tobytes()
    bounds = (lines.starts * lines.code.itemsize).tolist()
    texts = [codes[start:stop] for start, stop in pairwise(bounds)]
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


def _flag(flags: list[bool], index: Ints) -> Bools:
    """Look up a flag per line; index -1 is False."""
    result: Bools = np.array([*flags, False])[index]
    return result


def _match(lines: Lines, in_force: RulesInForce) -> tuple[list[LineMatch], Ints]:
    """Apply each site's rules to its distinct lines."""
    matches: list[LineMatch] = []
    numbers: dict[LineMatch, int] = {}
    match = np.full(len(lines), -1, dtype=np.int64)
    for rules, documents in in_force.groups():
        chosen = np.flatnonzero(documents[lines.document])
        holds = np.zeros(len(lines.distinct), dtype=bool)
        holds[lines.code[chosen]] = True
        number = np.full(len(holds), -1, dtype=np.int64)
        codes = np.flatnonzero(holds)
        for place, found in enumerate(rules.match_column(lines.distinct.take(pa.array(codes)))):
            if found is not None:
                code = codes[place]
                number[code] = numbers.setdefault(found, len(matches))
                if number[code] == len(matches):
                    matches.append(found)
        match[chosen] = number[lines.code[chosen]]
    return matches, match


def _blocks(
    lines: Lines,
    shapes: Shapes,
    in_force: RulesInForce,
    matches: list[LineMatch],
    match: Ints,
) -> tuple[list[FoundBlock], Ints]:
    """Find the blocks that each site's profiles name."""
    unknown = match < 0
    ids = [found.id for found in matches]

    def is_step(name: str) -> Bools:
        if name == "text":
            return unknown
        if name == "headline":
            return unknown & shapes.headline[lines.code]
        return _flag([known == name for known in ids], match)

    blocks: list[FoundBlock] = []
    for rules, documents in in_force.groups():
        if rules.blocks:
            blocks += find_blocks(lines, rules.blocks, is_step, documents[lines.document])
    blocks.sort(key=lambda block: block.start)
    block = np.full(len(lines), -1, dtype=np.int64)
    for number, found in enumerate(blocks):
        block[found.start : found.stop] = number
    return blocks, block


def _threads(
    lines: Lines,
    shapes: Shapes,
    characters: Characters,
    in_force: RulesInForce,
    matches: list[LineMatch],
    match: Ints,
    block: Ints,
) -> None:
    """Find comment threads; what no rule knows of their lines gets a match of its own."""
    alone = _flag([not found.block_only for found in matches], match)

    def stamps(entries: Ints) -> list[str | None]:
        """Read the dates of each distinct line once for each of the rule sets."""
        written: list[str | None] = [None] * len(entries)
        for rules, documents in in_force.groups():
            places = np.flatnonzero(documents[lines.document[entries]])
            codes, of_code = np.unique(lines.code[entries[places]], return_inverse=True)
            told = [rules.stamp(text) for text in lines.distinct.take(pa.array(codes)).to_pylist()]
            for place, code in zip(places.tolist(), of_code.tolist(), strict=True):
                written[place] = told[code]
        return written

    thread = find_threads(
        lines,
        shapes,
        matches,
        match,
        characters=characters,
        known=(block >= 0) | alone,
        stamps=stamps,
    )
    if thread.any():
        match[thread & ~alone & (block < 0)] = len(matches)
        matches.append(THREAD)


def _template(lines: Lines, repetition: Repetition, *, prose: Bools, known: Bools, settings: Settings) -> Bools:
    """Mark the lines that repeat, but for background that follow-ups carry on."""
    repeats = repetition.template(min_stories=settings.template_min_stories, min_share=settings.template_min_share)[
        repetition.of_line
    ]
    few = repetition.few()[repetition.of_line]
    # prompts interrupt a story without ending it: look past rules' lines, and past what most pages show
    seen = np.flatnonzero(~known & ~(repeats & ~few & ~prose))
    carried_on = np.zeros(len(lines), dtype=bool)
    carried_on[seen] = embedded_prose(lines.document[seen], prose=prose[seen], repeats=repeats[seen], few=few[seen])
    result: Bools = repeats & ~known & ~carried_on
    return result


def _spare_formulas(lines: Lines, repetition: Repetition, story: Ints, *, template: Bools, prose: Bools) -> Bools:
    """Give prose back that only its variants repeat, to documents that have no more than that of their own.

    Reports of quakes, tides and share prices say the same sentences with other numbers each day; in any other
    story such a sentence is a prompt.
    """
    entries = np.flatnonzero(template & prose & (repetition.variants > 1)[repetition.of_line])
    if not len(entries):
        return template
    text = lines.code[entries] + repetition.site[repetition.of_line[entries]] * len(lines.distinct)
    pairs = np.stack([text, story[lines.document[entries]]])
    texts, stories = np.unique(np.unique(pairs, axis=1)[0], return_counts=True)
    alone = entries[stories[np.searchsorted(texts, text)] == 1]
    formulas = np.bincount(lines.document[alone], minlength=lines.documents)
    own = np.bincount(lines.document[prose & ~template], minlength=lines.documents)
    spared = template.copy()
    spared[alone[(formulas >= own)[lines.document[alone]]]] = False
    return spared


def _spare_last_prose(lines: Lines, repetition: Repetition, *, template: Bools, prose: Bools) -> Bools:
    """Give prose that few stories share back to documents that would be left without any.

    A short notice that stands under two addresses is all repetition, and yet is what its pages are about.
    """
    left = np.bincount(lines.document[prose & ~template], minlength=lines.documents)
    few = repetition.few()[repetition.of_line]
    result: Bools = template & ~(prose & few & (left == 0)[lines.document])
    return result
