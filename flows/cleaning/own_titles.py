"""Headlines as scrapers and pages give them, without what a site gives with every page."""

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from flows.cleaning.lines import Ints
from flows.cleaning.titles import MAX_TITLE_CHARS, PART

LEAST_STORIES = 3
"""What so many stories of a site have in common, and so great a share of them, is the site's."""
LEAST_SHARE = 0.5
_PARTING = re.compile(rf"{PART.pattern}|\s*:\s+")

Said = tuple[int, str]
"""A site, and what a title of it is, begins or ends with."""


def own_titles(titles: pa.Array, *, site: Ints, story: Ints) -> pa.Array:
    """Return given headlines without what at least half of their site's stories begin or end with; null: nothing else.

    Blogs give their own name as the title of each page, or in front of it ("Weir Notes: The lock opens"), and no mark
    tells that from a headline that has a colon. `titles` (strings), `site` and `story` hold an entry per document.
    """
    given = np.flatnonzero(np.asarray(titles.is_valid(), dtype=bool)).tolist()
    if not given:
        return titles
    texts: list[str | None] = titles.to_pylist()
    sites, stories = site.tolist(), story.tolist()
    telling: defaultdict[Said, set[int]] = defaultdict(set)
    of_site: defaultdict[int, set[int]] = defaultdict(set)
    for document in given:
        of_site[sites[document]].add(stories[document])
        for said, _ in _said(sites[document], texts[document] or ""):
            telling[said].add(stories[document])
    common = {
        said
        for said, holders in telling.items()
        if len(holders) >= max(LEAST_STORIES, LEAST_SHARE * len(of_site[said[0]]))
    }
    if not common:
        return titles
    for document in given:
        texts[document] = _without(common, sites[document], texts[document] or "")
    return pa.array(texts, titles.type)


def _said(site: int, title: str) -> Iterator[tuple[Said, str]]:
    """Yield what a title may have in common with others, and what is left without it."""
    yield (site, title), ""
    cuts = list(_PARTING.finditer(title[:MAX_TITLE_CHARS]))
    if cuts:
        first, last = cuts[0], cuts[-1]
        yield (site, title[: first.start()]), title[first.end() :]
        yield (site, title[last.end() :]), title[: last.start()]


def _without(common: set[Said], site: int, title: str) -> str | None:
    """Return a title without what is common; None where nothing is left."""
    rest = next((rest for said, rest in _said(site, title) if said in common), title)
    return rest or None if rest == title else _without(common, site, rest)
