"""Elements of a page: which are shown, which end a line, and what lines in them inherit."""

import zlib
from dataclasses import dataclass
from functools import lru_cache

from flows.html.hints import MAX_NAME_CHARS, REGION_OF_ROLE, REGION_OF_TAG, hint_of_names, names_of
from schemas.documents import Hint, Region

HINT_LEVELS = 6
"""A name further up says little of a line: `main-sidebar` around all of a page."""
STYLE_LEVELS = 3
"""The block and the two elements around it: what is around a list tells whether it is the article's or the footer's.
Two levels don't tell these apart, and by five fewer lines are alike."""
_IN_A_LINE = """
    a abbr acronym area b base bdi bdo big cite code data del dfn em embed font i img input ins kbd label link map mark
    meta meter nobr output param picture progress q rp rt ruby s samp small source span strike strong sub sup time track
    tt u var wbr"""
INLINE = frozenset(_IN_A_LINE.split())
"""Elements that stand within a line; all others, those that nobody knows included, begin and end one."""
_NOT_SHOWN = """
    audio canvas datalist head iframe noembed noframes noscript object script style svg template title video"""
UNSEEN = frozenset(_NOT_SHOWN.split())
"""Elements of which a reader sees nothing, or not as text."""
_IN_A_HEAD = "base basefont bgsound link meta noframes noscript script style template title"
OF_HEAD = frozenset(_IN_A_HEAD.split())
"""Elements that a head may hold: with any other, browsers end it."""
TELLING_INLINE = frozenset(("a", "label", "time"))
LISTS = frozenset(("li", "dt", "dd"))
_WHOLE_PAGE = frozenset(("html", "body"))
"""Their names say what the page has, not what a line is."""
_INT32 = 0x7FFFFFFF


@dataclass(slots=True)
class Element:
    """An open element, with what lines in it inherit."""

    number: int
    block: str
    """Tag of the nearest block element."""
    parent: int
    """Number of the element around the nearest block element."""
    depth: int
    link: bool = False
    inline: str | None = None
    """The innermost link, label or time within the block."""
    region: Region | None = None
    hint: Hint | None = None
    hint_depth: int = 0
    in_body: bool = False
    in_list: bool = False
    pre: bool = False
    styles: tuple[int, ...] = ()
    """Styles of the nearest block and of those around it, the innermost last: STYLE_LEVELS of them at most."""

    @property
    def style(self) -> int:
        """A number that lines share which are styled alike."""
        return zlib.crc32(repr(self.styles).encode()) & _INT32


def is_hidden(attributes: dict[str, str]) -> bool:
    """Tell whether an element's attributes hide it."""
    if "hidden" in attributes:
        return not attributes.get("id", "").startswith(_STREAMED)
    style = attributes.get("style")
    return style is not None and "display:none" in style.replace(" ", "").lower()


_STREAMED = "S:"
"""React sends parts of a page hidden under these ids, and its script shows them: on some sites the article is one."""


def open_element(tag: str, attributes: dict[str, str], around: Element, number: int, depth: int) -> Element:
    """Return what lines within an element inherit: `around` itself, when the element changes nothing."""
    names = names_of(attributes) if attributes and tag not in _WHOLE_PAGE else ""
    hint = hint_of_names(names) if names else None
    if tag in INLINE:
        if hint is None and tag not in TELLING_INLINE:
            return around  # it changes nothing for what stands in it
        block, parent, styles = around.block, around.parent, around.styles
        inline = tag if tag in TELLING_INLINE else around.inline
    else:
        block, parent, inline = tag, around.number, None
        style = _style_of(tag[:MAX_NAME_CHARS], attributes.get("class", "")[:MAX_NAME_CHARS])
        styles = (*around.styles, style)[-STYLE_LEVELS:]
    region = REGION_OF_TAG.get(tag) or around.region
    if "role" in attributes:
        region = REGION_OF_ROLE.get(attributes["role"], region)
    return Element(
        number,
        block,
        parent,
        depth,
        tag == "a" or around.link,
        inline,
        region,
        hint or around.hint,
        depth if hint else around.hint_depth,
        around.in_body or hint == "body",
        around.in_list or tag in LISTS,
        around.pre or tag == "pre",
        styles,
    )


@lru_cache(maxsize=32768)
def _style_of(tag: str, classes: str) -> int:
    """Return a number for an element's tag and classes, in any order; names that count (`post-4711`) are left out."""
    names = set() if tag in _WHOLE_PAGE else set(classes.split())
    told = sorted(name for name in names if not any(map(str.isdigit, name)))
    return zlib.crc32(" ".join((tag, *told)).encode())
