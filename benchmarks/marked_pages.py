"""Pages written for this project whose every line says what it is: the format, and how to read it.

A folder holds a folder per site, and that a file per page and `site.txt`. A page begins with a header
(`url: ...`, `fetched: 2026-03-04`, `language: en`, `kind: interview`, `case: own_headline, refrain`), then,
after a blank line, one line of the page a line:

    T Bridge reopens after eleven weeks         the headline
    P The first lorries crossed at dawn.        a paragraph of the article, its lead included
    H What the engineers found                  a heading inside the article
    L Two cracked bearings                      an item of a list, a row of a table, a line of a song in it
    -caption The bridge at dawn. Photo: M. Orr  furniture, with what kind it is
    =nav News | Sport | Weather                 short lines of furniture, a line of the page each
    @footer                                     the lines that `site.txt` holds under `[footer]`

What of a page counts as the article: lead, paragraphs, headings, list items and quotes of the body. Its
headline is its title. Captions, credits, bylines, dates, teasers, tags, biographies, prompts and comments
are furniture.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SITE_FILE = "site.txt"
ARTICLE = {"P": "paragraph", "H": "heading", "L": "list_item"}
HEADLINE = "title"
REQUIRED = ("url", "fetched", "language", "kind")
OPTIONAL = ("case",)


@dataclass(frozen=True)
class MarkedLine:
    """A line of a page and what it is: a role of the article, `title`, or a kind of furniture."""

    text: str
    role: str

    @property
    def is_article(self) -> bool:
        """Tell whether the line belongs to the article's body."""
        return self.role in ARTICLE.values()

    @property
    def is_furniture(self) -> bool:
        """Tell whether the line is neither body nor headline."""
        return not self.is_article and self.role != HEADLINE


@dataclass(frozen=True)
class MarkedPage:
    """A page whose lines are marked."""

    name: str
    """Site and page: `harbourgazette.example/dredger`."""
    site: str
    url: str
    fetched: str
    language: str
    kind: str
    cases: frozenset[str]
    lines: tuple[MarkedLine, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The page as a naive scraper dumps it."""
        return "\n".join(line.text for line in self.lines)

    @property
    def gold_text(self) -> str:
        """The article without its headline."""
        return "\n".join(line.text for line in self.lines if line.is_article)

    @property
    def title(self) -> str | None:
        """The headline, where the page shows one."""
        return next((line.text for line in self.lines if line.role == HEADLINE), None)


def read_marked_pages(folder: Path) -> list[MarkedPage]:
    """Read all pages below `folder`, in order of their names. Raises ValueError naming file and line."""
    pages = []
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        parts = _read_parts(site / SITE_FILE)
        pages += [_read_page(path, parts) for path in sorted(site.glob("*.txt")) if path.name != SITE_FILE]
    return pages


def _read_parts(path: Path) -> dict[str, tuple[MarkedLine, ...]]:
    """Read the parts that a site's pages share, by name."""
    parts: dict[str, tuple[MarkedLine, ...]] = {}
    name = ""
    if not path.exists():
        return parts
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("["):
            name = line.strip("[]")
        elif line:
            parts[name] = (*parts.get(name, ()), *_marked(line, parts, f"{path}:{number}"))
    return parts


def _read_page(path: Path, parts: dict[str, tuple[MarkedLine, ...]]) -> MarkedPage:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    known = dict(line.split(": ", 1) for line in head.splitlines())
    wrong = {*REQUIRED, *OPTIONAL} ^ {*known, *OPTIONAL}
    if wrong:
        raise ValueError(f"{path}: the header lacks or doesn't know {sorted(wrong)}")
    first = head.count("\n") + 3
    lines = [
        marked
        for number, line in enumerate(body.splitlines(), first)
        if line
        for marked in _marked(line, parts, f"{path}:{number}")
    ]
    return MarkedPage(
        name=f"{path.parent.name}/{path.stem}",
        site=path.parent.name,
        url=known["url"],
        fetched=known["fetched"],
        language=known["language"],
        kind=known["kind"],
        cases=frozenset(name.strip() for name in known.get("case", "").split(",") if name.strip()),
        lines=tuple(lines),
    )


def _marked(line: str, parts: dict[str, tuple[MarkedLine, ...]], place: str) -> Iterator[MarkedLine]:
    """Read one line of a page file. Raises ValueError."""
    mark, _, text = line.partition(" ")
    if mark.startswith("@") and mark[1:] in parts and not text:
        yield from parts[mark[1:]]
    elif mark in ARTICLE and text:
        yield MarkedLine(text, ARTICLE[mark])
    elif mark == "T" and text:
        yield MarkedLine(text, HEADLINE)
    elif mark.startswith("-") and len(mark) > 1 and text:
        yield MarkedLine(text, mark[1:])
    elif mark.startswith("=") and len(mark) > 1 and text:
        yield from (MarkedLine(item, mark[1:]) for item in text.split(" | "))
    else:
        raise ValueError(f"{place}: {line!r} begins with no known mark (T, P, H, L, -kind, =kind, @part)")
