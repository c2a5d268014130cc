"""Headlines: which line is the one that the scraper gave, which one heads a page without any, and what is shown."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.lines import Bools, Ints, Lines, count_partners
from flows.cleaning.repetition import Repetition
from flows.cleaning.shapes import Shapes

Floats = npt.NDArray[np.float32]

TITLE_WORDS = 3
"""A line of fewer words above the article is a section name, not a headline."""
MAX_TITLE_CHARS = 300
HEAD_LINES = 150
"""A headline stands among a page's first lines; what repeats it further down is a teaser or a comment."""
DATED_ROLES = ("date", "byline", "reading_time")
"""Roles of the lines that stand between a headline and its story."""
LIKELY_REACH = 40
"""Of 195 headlines on news pages in 19 languages 181 stand above the text, all but 10 within 20 lines of it."""
LEAST_LIKENESS = 0.4
"""A line this like the page's address is its headline, or its headline's other form."""
OPENING_LINES = 6
DATE_REACH = 3
"""So many lines below a headline its date and byline begin."""
STEM_CHARS = 6
MIN_ECHO = 0.2
"""Of headlines fewer than 1 in 20 share less with the story's opening; of menus and teasers most do."""
LENGTH_WORTH, LONG_ENOUGH, DATE_WORTH, CAPTION_COST, SENTENCES_COST = 0.02, 8, 0.1, 0.6, 0.3
FEW_CANDIDATES, FIRST_WORTH = 4, 0.2
"""Where menus are known by their repetition, what is left above the text is headline, subheading and captions, in
this order. Tuned on the same pages: with all of these 139 of the headlines are found, by the first line of three words
64; of 84 on this project's own pages 81, and 77."""
_LONGER = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{2}|\w{5,}")
_CAPTION = re.compile(
    r"\b(?:foto|photo|credits?|quelle|image|bild|courtesy|getty|afp|reuters|imago|dpa|ap|φωτ)\b|©|撮影|写真|提供：|供图|图源|资料图|摄影|사진|\)$|\S@\S",
    re.I,
)
MORE_BYTES = 20
"""Other quotes and dashes take so many more bytes at most, and a line may carry a mark or two around its headline."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")
PART = re.compile(r"\s+(?:[|–—·•»«-]|::|\|\|)\s+|_")
"""What parts a title from its site's name; Chinese sites set an underscore."""
_TRAIL = re.compile(r"\s[|>›»]\s.*\s[|>›»]\s")
"""Where the page stands in the site, or a menu in one line."""
MAX_PARTS = 3
NAME_WORDS = 5
_NAME_CHARS = 3
SURE_CHARS = 5
"""Shorter names ("bbc", "rts") may stand in the middle of any word, and even shorter ones ("tt") at its beginning."""


def given_titles(lines: Lines, titles: pa.Array) -> Ints:
    """Return each document's first line that is the headline its scraper gave, -1 for none.

    A line counts that differs in case, quotes, dashes or spaces, or lacks the site's name at the end.
    """
    entry = np.full(lines.documents, -1, dtype=np.int64)
    if not len(lines) or titles.null_count == len(titles):
        return entry
    wanted = pc.fill_null(pc.index_in(titles.cast(pa.large_string()), value_set=lines.distinct), -1)
    code = np.asarray(wanted, dtype=np.int64)
    hits = np.flatnonzero(lines.code == np.where(code >= 0, code, -2)[lines.document])
    documents, places = np.unique(lines.document[hits], return_index=True)
    entry[documents] = hits[places]
    missing = np.flatnonzero((entry < 0) & np.asarray(pc.is_valid(titles), dtype=bool))
    given = dict(zip(missing.tolist(), titles.take(pa.array(missing)).to_pylist(), strict=True))
    for document, place in _similar_lines(lines, given).items():
        entry[document] = place
    return entry


def _similar_lines(lines: Lines, given: dict[int, str]) -> dict[int, int]:
    """Return, by document, the first line that says what its given headline says, or else the greater part of it."""
    ranks = {document: _ranked_keys(title) for document, title in given.items()}
    found: dict[int, tuple[int, int]] = {}
    places = _of_fitting_size(lines, given, ranks)
    for place, document, text in zip(
        places.tolist(), lines.document[places].tolist(), lines.texts(places), strict=True
    ):
        rank = ranks[document].get(title_key(text))
        if rank is not None and (document not in found or rank < found[document][0]):
            found[document] = (rank, place)
    return {document: place for document, (_, place) in found.items()}


def _ranked_keys(title: str) -> dict[str, int]:
    """Return what a line may say to be a headline: all of it before its parts."""
    keys = [title_key(part) for part in (title, *(head for head, _ in _parts(title)))]
    return {key: rank for rank, key in reversed(list(enumerate(keys))) if key}


def _of_fitting_size(lines: Lines, given: dict[int, str], ranks: dict[int, dict[str, int]]) -> Ints:
    """Return the lines that are as long as a headline given for their page: comparing what they say costs far more."""
    least = np.full(lines.documents, np.iinfo(np.int64).max)
    most = np.zeros(lines.documents, dtype=np.int64)
    for document, title in given.items():
        least[document] = min(map(len, ranks[document]), default=MAX_TITLE_CHARS)
        most[document] = len(title.encode()) + MORE_BYTES
    size = np.asarray(pc.binary_length(lines.distinct), dtype=np.int64)[lines.code]
    early = np.arange(len(lines)) < lines.starts[lines.document] + HEAD_LINES
    return np.flatnonzero(early & (size >= least[lines.document]) & (size <= most[lines.document]))


def _parts(title: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to part a title from what may be its site's name: behind it, with a section too, or in front."""
    cuts = list(PART.finditer(title[:MAX_TITLE_CHARS]))
    for cut in cuts[: -MAX_PARTS - 1 : -1]:
        yield title[: cut.start()], title[cut.end() :]
    for cut in cuts[:1]:
        yield title[cut.end() :], title[: cut.start()]


@lru_cache(maxsize=16384)
def title_key(title: str) -> str:
    """Return what headlines are compared by: letters and digits without case, single spaces between."""
    text = title[:MAX_TITLE_CHARS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()


def shown_title(given: str, *, line: str | None, site: str) -> str:
    """Return a headline that a scraper gave without its site's name.

    A part goes that names the site, or that is missing in the text, where the headline is the line `line`.
    """
    for head, tail in _parts(given):
        if (line and title_key(head) == title_key(line)) or _names(tail, site):
            return head.strip()
    return given


def _names(part: str, site: str) -> bool:
    """Tell whether a part of a title is a site's name: its letters are the domain's, or hold them."""
    if ":" in part or len(part.split()) > NAME_WORDS:
        return False
    letters = title_key(part).replace(" ", "")
    domain = title_key(site.partition(".")[0]).replace(" ", "")
    if min(len(letters), len(domain)) < SURE_CHARS:
        return letters == domain or (len(domain) >= _NAME_CHARS and letters.startswith(domain))
    return letters in domain or domain in letters


def likely_titles(
    lines: Lines,
    shapes: Shapes,
    repetition: Repetition,
    *,
    story: Ints,
    first: Ints,
    last: Ints,
    known: Bools,
    dated: Bools,
    given: Ints,
    likeness: Floats,
) -> Ints:
    """Return each document's headline: the given one, else the line above the article that says what its address
    says, else the one that says most of what the article says.

    A headline recurs as a teaser on other pages, but heads its own story alone; what heads the pages of several
    stories is navigation. `dated` marks the lines that dates, bylines and the like stand in, `likeness` tells how much
    each line is what its page's address says.
    """
    entry = np.arange(len(lines))
    above = entry < first[lines.document]
    named = np.flatnonzero(above & ~known & (likeness >= LEAST_LIKENESS) & shapes.headline[lines.code])
    named = named[[_CAPTION.search(text) is None for text in lines.texts(named)]]
    given = np.where(given < 0, _likest(lines, named, likeness), given)
    heads = count_partners(repetition.of_line[above], story[lines.document[above]], len(repetition.code))
    likely = above & ~known & (entry >= first[lines.document] - LIKELY_REACH) & (given < 0)[lines.document]
    likely &= (shapes.headline & (shapes.words >= TITLE_WORDS))[lines.code] & (heads[repetition.of_line] == 1)
    title = given.copy()
    places = np.flatnonzero(likely)
    places = places[[_TRAIL.search(text) is None for text in lines.texts(places)]]
    documents, starts, counts = np.unique(lines.document[places], return_index=True, return_counts=True)
    several = counts > 1
    title[documents[~several]] = places[starts[~several]]  # most have one
    for document, start, count in zip(documents[several], starts[several], counts[several], strict=True):
        candidates = places[start : start + count]
        opening = np.arange(first[document], min(last[document], first[document] + OPENING_LINES))
        words = shapes.words[lines.code[candidates]]
        title[document] = _best(lines, candidates.tolist(), words.tolist(), opening, dated)
    return title


def _likest(lines: Lines, entries: Ints, likeness: Floats) -> Ints:
    """Return of each document the one of `entries` that is most like its address, the last of several; -1 for none."""
    order = entries[np.lexsort((entries, likeness[entries]))]
    result = np.full(lines.documents, -1, dtype=np.int64)
    result[lines.document[order]] = order  # the last of each stays
    return result


def _best(lines: Lines, candidates: list[int], words: list[int], opening: Ints, dated: Bools) -> int:
    """Return the candidate whose words the article's opening uses most, -1 where none is near it."""
    texts = lines.texts(np.concatenate([candidates, opening]))
    body = "\n".join(texts[len(candidates) :]).casefold()
    first_worth = FIRST_WORTH if len(candidates) <= FEW_CANDIDATES else 0.0
    best, chosen = 0.0, -1
    for entry, text, count in zip(candidates, texts, words, strict=False):
        echoed, is_dated = _echo(text.casefold(), body), bool(dated[entry + 1 : entry + 1 + DATE_REACH].any())
        score = echoed + LENGTH_WORTH * min(count, LONG_ENOUGH) + DATE_WORTH * is_dated
        score -= CAPTION_COST * bool(_CAPTION.search(text)) + SENTENCES_COST * (". " in text)
        score += first_worth * (entry == candidates[0])
        if (echoed >= MIN_ECHO or is_dated or first_worth) and score > best:
            best, chosen = score, entry
    return chosen


def _echo(text: str, body: str) -> float:
    """Return the share of a line's longer words that a text has too; word ends differ by case and number."""
    stems = {word[:STEM_CHARS] for word in _LONGER.findall(text)}
    return sum(stem in body for stem in stems) / max(3, len(stems))
