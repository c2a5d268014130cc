"""Read a page: its text in lines, what the markup says of each, and its metadata."""

from dataclasses import dataclass
from typing import cast

from lxml import etree

from flows.html.decode import decode_html
from flows.html.elements import HINT_LEVELS
from flows.html.lines import MAX_DEPTH, Line, PageLines, TooDeep, read_lines
from flows.html.metadata import PageMetadata, page_metadata
from flows.html.proposal import Proposal, propose
from flows.html.words import NO_WORDS, Passage, words_of
from flows.text import Repairs, normalise
from schemas.documents import LineMarkup, LineTag

MAX_COMPARED_LINES = 20_000
"""Lines of longer pages aren't looked for in descriptions, bodies and proposals."""
_TAGS = frozenset(LineTag.__args__)  # type: ignore[attr-defined]


class PageError(ValueError):
    """A page that can't be read: nested too deep."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as documents hold it."""

    text: str
    """Its visible lines, one a block, in the form of `flows.text.normalise`."""
    markup: tuple[LineMarkup, ...]
    """An entry per line of `text` that isn't blank."""
    metadata: PageMetadata


def read_page(
    html: bytes | str,
    *,
    url: str | None = None,
    encoding_hint: str | None = None,
    ask_extractor: bool = True,
    max_depth: int = MAX_DEPTH,
    repairs: Repairs | None = None,
) -> Page:
    """Read a page; `url` is where it was fetched, `encoding_hint` what the HTTP header said of its charset.

    `repairs` takes down what was mended. Raises PageError for elements nested deeper than `max_depth`.
    """
    repairs = repairs or Repairs()
    source = decode_html(html, repairs, encoding_hint=encoding_hint) if isinstance(html, bytes) else html
    page = _lines_of(source, max_depth)
    metadata = page_metadata(page.head, page.lines, url=url)
    text, lines = _aligned(page.lines, repairs)
    known = _Known(metadata, propose(source, page) if ask_extractor and lines else None, len(lines))
    parents: dict[int, int] = {}
    markup = tuple(_markup(line, known, parents) for line in lines)
    return Page(text, markup, metadata)


def _lines_of(source: str, max_depth: int) -> PageLines:
    try:
        return read_lines(source, max_depth)
    except TooDeep:
        raise PageError(f"elements are nested deeper than {max_depth}") from None
    except etree.LxmlError:  # nothing in it but space or a comment
        return PageLines()


def _aligned(lines: list[Line], repairs: Repairs) -> tuple[str, list[Line]]:
    """Return the text, and its lines that aren't blank.

    A repair may break a line in two, and leave nothing of one: parts of a line are what it was.
    """
    text = normalise("\n".join(line.text for line in lines), repairs)
    if text.count("\n") >= len(lines) > 0:
        parts = [(part, line) for line in lines for part in normalise(line.text, Repairs()).split("\n")]
        lines = [line for _, line in parts]
        text = normalise("\n".join(part for part, _ in parts), repairs)
    found = text.split("\n")
    return text, [
        Line(words, line.link_share, line.inline, line.element)
        for words, line in zip(found, lines, strict=False)
        if words
    ]


class _Known:
    """What lines are compared with."""

    def __init__(self, metadata: PageMetadata, proposal: Proposal | None, lines: int) -> None:
        few = lines <= MAX_COMPARED_LINES
        self.descriptions = {words_of(text) for text in metadata.descriptions} if few else set()
        self.descriptions.discard(NO_WORDS)
        self.body = Passage(metadata.article_body) if metadata.article_body and few else None
        self.proposal = proposal if few else None


def _markup(line: Line, known: _Known, parents: dict[int, int]) -> LineMarkup:
    element, words = line.element, words_of(line.text)
    tag = element.block if element.block in _TAGS else "div"
    if tag == "div" and line.inline:
        tag = line.inline
    return LineMarkup(
        tag=cast(LineTag, tag),
        link_share=line.link_share,
        region=element.region,
        hint=element.hint if element.depth - element.hint_depth <= HINT_LEVELS else None,
        in_body=element.in_body,
        in_list=element.in_list,
        parent=parents.setdefault(element.parent, len(parents)),
        depth=element.depth,
        style=element.style,
        in_article_body=known.body.holds(words) if known.body else None,
        in_description=words in known.descriptions,
        proposed=known.proposal.keeps(words) if known.proposal else None,
    )
