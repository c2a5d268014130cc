"""The lines of a text in TEI, or in trafilatura's XML, which has the same elements."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from flows.readers.xml_records import name_of

_IN_A_LINE = """
    hi ref ptr del add emph foreign term gloss name persName placeName orgName geogName rs date time num measure q said
    soCalled mentioned title abbr expan choice orig reg sic corr note anchor pb cb gb milestone seg w c pc s graphic
    formula unclear supplied gap fw"""
_INLINE = frozenset(_IN_A_LINE.split())
"""Elements that stand within a line; all others begin and end one."""
_EITHER = frozenset(("quote", "code", "cit"))
_AROUND_BLOCKS = frozenset(("body", "div", "main", "comments", "item", "cell"))
"""Elements in which those of the one before are blocks."""


def lines_of(element: Any) -> str:
    """Return what stands in an element, a line for each paragraph, heading, item, cell and verse."""
    lines = "".join(_pieces(element)).split("\n")
    return "\n".join(line for told in lines if (line := " ".join(told.split())))


def _pieces(root: Any) -> Iterator[str]:
    """Yield texts and line ends; line ends within a text are but how the file is laid out."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = name_of(element)[1]
        ends = name == "lb" or (name not in _INLINE and not _is_inline(name, element))
        if ends:
            yield "\n"
        if event == "start":
            yield _one_line(element.text)
        elif element is not root:
            yield _one_line(element.tail)


def _is_inline(name: str, element: Any) -> bool:
    parent = element.getparent()
    return name in _EITHER and parent is not None and name_of(parent)[1] not in _AROUND_BLOCKS


def _one_line(text: str | None) -> str:
    return text.replace("\n", " ").replace("\r", " ") if text else ""
