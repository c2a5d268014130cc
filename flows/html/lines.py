"""A page's visible lines and the facts its head holds, in one pass over its tags.

A parser that calls back holds no tree: it takes elements nested without end, and a million attributes, in linear
time, where parsers that build one stop, or take hours (docs/decisions/0006-html.md).
"""

from dataclasses import dataclass, field

from lxml import etree

from flows.html.elements import INLINE, OF_HEAD, UNSEEN, Element, is_hidden, open_element

MAX_DEPTH = 2_000
"""Unless another limit is given: browsers nest 512 elements, and the parser's time grows with depth times end tags."""


class TooDeep(Exception):  # noqa: N818 - it ends the parser's pass, and never leaves this package
    """Elements are nested deeper than may be."""


@dataclass(slots=True)
class Line:
    """A line, and the element in which it begins."""

    text: str
    link_share: float
    inline: str | None
    """The link, label or time that holds all of it."""
    element: Element


@dataclass(slots=True)
class Head:
    """What a page says of itself, as it says it."""

    title: str = ""
    language: str | None = None
    canonical: str | None = None
    metas: list[tuple[str, str]] = field(default_factory=list)
    """Names (`name`, `property` or `itemprop`, lower case) and contents, in order."""
    scripts: list[str] = field(default_factory=list)
    """JSON-LD."""
    times: list[str] = field(default_factory=list)
    """`datetime` of the `time` elements in an article or its header."""


MAX_FACTS = 2_000
"""Of each kind; pages have some fifty."""
_META_NAMES = ("property", "name", "itemprop", "http-equiv")
_JSON_LD = "application/ld+json"
_TITLE_STANDS_IN = ("head", "title")
"""An image drawn in the page has a title too."""


class PageLines:
    """Takes a parser's calls; holds the lines and the head when it is through."""

    def __init__(self, max_depth: int = MAX_DEPTH) -> None:
        self._max_depth = max_depth
        self.lines: list[Line] = []
        self.head = Head()
        self.elements = 0
        self.depth = 0
        self.most_attributes = 0
        root = Element(0, "div", 0, 0)
        self._open = [root]
        self._unseen = 0
        """How many open elements aren't shown: the outermost that is hidden, and those in it."""
        self._outermost = ""
        self._captured: list[str] | None = None
        self._capturing = ""
        self._pieces: list[str] = []
        self._begins = root
        self._inline: str | None = None
        self._link_chars = 0
        self._after_link = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take a start tag."""
        self.elements += 1
        if len(attributes) > self.most_attributes:
            self.most_attributes = len(attributes)
        depth = len(self._open) + self._unseen
        if depth > self._max_depth:
            raise TooDeep
        if depth > self.depth:
            self.depth = depth
        if attributes and tag in _FACTS:
            self._note(tag, attributes)
        if self._unseen == 1 and self._outermost == "head" and tag not in OF_HEAD:
            self._end_head()
        if self._unseen:
            self._unseen += 1
            self._capture(tag, attributes)
        elif tag in UNSEEN or (attributes and is_hidden(attributes)):
            self._unseen, self._outermost = 1, tag
            self._capture(tag, attributes)
        else:
            self._show(tag, attributes)

    def _end_head(self) -> None:
        """Take what is left of the head for the body: its end will come later.

        The parser knows no element of HTML 5: where a page leaves out `<body>`, it has them in the head.
        """
        self._unseen = 0
        self._open.append(self._open[-1])

    def _show(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in INLINE:
            self._end_line()
        elif tag == "a" and self._after_link and self._pieces:
            self._pieces.append(" ")  # links side by side are parted by their style
        self._open.append(open_element(tag, attributes, self._open[-1], self.elements, len(self._open)))

    def end(self, tag: str) -> None:
        """Take an end tag, or the end the parser supplies."""
        if self._unseen:
            if self._captured is not None and tag == self._capturing:
                self._keep_captured()
            self._unseen -= 1
            return
        if len(self._open) > 1:
            self._open.pop()
        if tag not in INLINE:
            self._end_line()
        self._after_link = tag == "a"

    def data(self, text: str) -> None:
        """Take text."""
        if self._unseen:
            if self._captured is not None:
                self._captured.append(text)
            return
        element = self._open[-1]
        if element.pre and "\n" in text:
            first, *others = text.split("\n")
            self._add(first, element)
            for line in others:
                self._end_line()
                self._add(line, element)
        else:
            self._add(text, element)

    def comment(self, text: str) -> None:
        """Leave comments out."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Leave processing instructions out."""

    def close(self) -> "PageLines":
        """End the last line."""
        self._end_line()
        return self

    def _add(self, text: str, element: Element) -> None:
        words = text.split()
        if not words:
            if self._pieces and text:
                self._pieces.append(" ")
            return
        if not self._pieces:
            self._begins, self._inline, self._link_chars = element, element.inline, 0
        elif element.inline != self._inline:
            self._inline = None
        if element.link:
            self._link_chars += sum(map(len, words))
        self._pieces.append(text)
        self._after_link = False

    def _end_line(self) -> None:
        if not self._pieces:
            return
        words = "".join(self._pieces).split()
        share = min(1.0, self._link_chars / sum(map(len, words)))
        self.lines.append(Line(" ".join(words), round(share, 3), self._inline, self._begins))
        self._pieces = []

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        head = self.head
        if tag == "meta" or "itemprop" in attributes:
            content = attributes.get("content") or attributes.get("datetime")
            name = next((attributes[key] for key in _META_NAMES if attributes.get(key)), None)
            if name and content and len(head.metas) < MAX_FACTS:
                head.metas.append((name.strip().lower(), content))
        if tag == "html":
            head.language = attributes.get("lang") or attributes.get("xml:lang")
        elif tag == "link" and head.canonical is None and "canonical" in attributes.get("rel", "").lower().split():
            head.canonical = attributes.get("href")
        elif tag == "time" and self._open[-1].region in ("article", "main", "header") and len(head.times) < MAX_FACTS:
            head.times += [attributes["datetime"]] if attributes.get("datetime") else []

    def _capture(self, tag: str, attributes: dict[str, str]) -> None:
        is_title = tag == "title" and self._outermost in _TITLE_STANDS_IN
        is_json_ld = tag == "script" and attributes.get("type", "").strip().lower() == _JSON_LD
        if (is_title or is_json_ld) and self._captured is None:
            self._captured, self._capturing = [], tag

    def _keep_captured(self) -> None:
        text = "".join(self._captured or ())
        if self._capturing == "title":
            self.head.title = self.head.title or " ".join(text.split())
        elif len(self.head.scripts) < MAX_FACTS:
            self.head.scripts.append(text)
        self._captured = None


_FACTS = frozenset(("meta", "html", "link", "time", "span", "div", "data", "a"))


def read_lines(html: str, max_depth: int = MAX_DEPTH) -> PageLines:
    """Return a page's lines and head. Raises TooDeep."""
    parser = etree.HTMLParser(target=PageLines(max_depth), encoding="utf-8", huge_tree=True)
    parser.feed(html.replace("\0", "").encode("utf-8", "replace"))
    page: PageLines = parser.close()
    return page
