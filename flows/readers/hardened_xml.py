"""XML of strangers: parsed within limits, nothing outside it ever opened, its own entities never expanded.

Tried against entity bombs in text and attributes, external entities and document types, depth, long texts, names and
attributes, and documents cut anywhere: tests/flows/readers/test_hardened_xml.py.
"""

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from lxml import etree

from flows.errors import RecordError

_CHUNK = 1 << 16
MAX_ELEMENTS = 200_000
"""Elements in one record: the longest live tickers have some ten thousand; each takes 150 bytes however short it is."""
MAX_UNENDED = 128
"""Tags that may begin without a `>` between them where a damaged document is read on. Before each of them libxml2 looks
for the next `>`: 256 kB of `<a <a <a` took 7 s, twice as many four times as long."""
_GIVEN_UP = "ERR_RESOURCE_LIMIT"
"""What libxml2 says of more than 256 levels, of texts beyond 10 MB, and of entities that expand to far more."""


def parse(data: bytes, *, recover: bool = False) -> Any:
    """Return the root element of a document that is one record; `recover` reads on after what isn't well-formed.

    Raises RecordError (malformed_xml, nested_too_deep, too_large).
    """
    if data.count(b"<") > 2 * MAX_ELEMENTS:
        raise RecordError("too_large", f"more than {MAX_ELEMENTS} elements; no article has as many")
    walk = _Walk(lambda element: element.getparent() is None, limit=len(data) + 1, recover=recover)
    for chunk in _chunks(io.BytesIO(data)):
        walk.feed(chunk)
    walk.close()
    for _ in walk.found():
        pass
    walk.check()
    return _resolved(walk.root)


def iterate(
    stream: BinaryIO, wanted: Callable[[Any], bool], *, limit: int, recover: bool = False
) -> Iterator[tuple[Any, bool]]:
    """Yield each element that `wanted` asks for once it is whole, and whether it kept within `limit` bytes.

    `wanted` is asked where an element begins: its name, attributes and ancestors are there, its content isn't. All
    else is let go of as it comes, an element once the next is asked for: one in another comes first, and is gone from
    the other. What is beyond the limit comes without its content. Raises RecordError where the rest can't be read,
    after what came before.
    """
    walk = _Walk(wanted, limit=limit, recover=recover)
    for chunk in _chunks(stream):
        walk.feed(chunk)
        yield from walk.records()
        if walk.failure is not None:
            break
    walk.close()
    yield from walk.records()
    walk.check()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    first = stream.read(_CHUNK).lstrip(b" \t\r\n")  # blank lines before the declaration, as templates leave them
    while first:
        yield first
        first = stream.read(_CHUNK)


@dataclass
class _Open:
    """A wanted element that has begun."""

    element: Any
    complete: bool = True


class _Walk:
    """One way through a document."""

    def __init__(self, wanted: Callable[[Any], bool], *, limit: int, recover: bool) -> None:
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            recover=recover,
        )
        self._wanted, self._limit = wanted, limit
        self._bytes = self._elements = self._all = 0
        self._recovers, self._unended = recover, 0
        self._open: list[_Open] = []
        self._tail = b""
        self.root: Any = None
        self.failure: etree.XMLSyntaxError | None = None

    def feed(self, chunk: bytes) -> None:
        """Parse some more."""
        if self.failure is None:
            if self._recovers:
                self._check_ends(chunk)
            self._bytes += len(chunk)
            self._tail = self._tail[-_CHUNK:] + chunk
            self._try(lambda: self._parser.feed(chunk))

    def _check_ends(self, chunk: bytes) -> None:
        first, *others = (piece.count(b"<") for piece in chunk.split(b">"))
        counts = [self._unended + first, *others]
        self._unended = counts[-1]
        if max(counts) > MAX_UNENDED:
            told = f"more than {MAX_UNENDED} tags that don't end; what came before is kept; scrape it again"
            raise RecordError("malformed_xml", told)

    def close(self) -> None:
        """Say that no more comes."""
        if self.failure is None:
            self._try(self._parser.close)

    def _try(self, step: Callable[[], object]) -> None:
        try:
            step()
        except etree.XMLSyntaxError as error:
            self.failure = error

    def records(self) -> Iterator[tuple[Any, bool]]:
        """Yield the elements that ended in what was parsed last, and let go of them and of all else."""
        for element, complete in self.found():
            if complete is not None:
                yield (_resolved(element) if complete else element), complete
            _let_go(element)

    def found(self) -> Iterator[tuple[Any, bool | None]]:
        """Yield what can be let go of: wanted elements, and (as None) those outside them."""
        for event, element in self._parser.read_events():
            if event == "start":
                self._begin(element)
                continue
            if not self._open:
                yield element, None
            elif element is self._open[-1].element:
                yield element, self._open.pop().complete
            elif not self._open[-1].complete:
                _let_go(element)

    def _begin(self, element: Any) -> None:
        self._all += 1
        self._elements += 1
        if self.root is None:
            self.root = element
        if self._wanted(element):
            self._open.append(_Open(element))
            self._bytes = self._elements = 0
        elif self._open and (self._bytes > self._limit or self._elements > MAX_ELEMENTS):
            self._open[-1].complete = False

    def check(self) -> None:
        """Raise RecordError for what couldn't be read to its end."""
        log = list(self._parser.feed_error_log)
        last = next((entry for entry in log if entry.type_name == _GIVEN_UP), log[-1] if log else None)
        if last is not None and last.type_name == _GIVEN_UP:
            deep = "depth" in last.message
            raise RecordError("nested_too_deep" if deep else "malformed_xml", _told(last.message, last.line))
        if self.failure is not None or not self._ends():
            told = _told(last.message, last.line) if last else "not well-formed: it ends early"
            raise RecordError("malformed_xml", told)

    def _ends(self) -> bool:
        """Tell whether the root's end is there: a parser that recovers ends all elements by itself."""
        if self.root is None:
            return False
        tail = self._tail.replace(b"\0", b"")  # of UTF-16
        name = re.escape(self.root.tag.rpartition("}")[2].encode())  # no QName: it may have a prefix of none
        return bool(re.search(rb"</(?:[^\s<>/:]{1,100}:)?%s\s*>" % name, tail)) or (
            self._all == 1 and tail.rstrip().endswith(b"/>")
        )


def _told(message: str, line: int) -> str:
    shown = " ".join(message.split()).removesuffix(", use XML_PARSE_HUGE option").removesuffix(", try XML_PARSE_HUGE")
    return (
        f"not well-formed, or built to harm, at line {line}: {shown[:200]}; what came before is kept; scrape it again"
    )


def _let_go(element: Any) -> None:
    """Empty an element and drop those before it; its tail and what follows may still be in the parser's hands."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _resolved(element: Any) -> Any:
    """Put characters where HTML's names for them stand, as in `&nbsp;`.

    Raises RecordError for names that the document declares itself: what they stand for may be a bomb, or a file.
    """
    entities = list(islice(element.iter(etree.Entity), MAX_ELEMENTS + 1))
    if len(entities) > MAX_ELEMENTS:
        raise RecordError("too_large", f"more than {MAX_ELEMENTS} names of characters; no article has as many")
    declared = _declared(element) if entities else set()
    for entity in entities:
        if entity.name in declared:
            told = f"&{entity.name[:100]}; is an entity of the document's own, and none is ever put in"
            raise RecordError("malformed_xml", f"{told}; write its characters where it stands")
    for run in _runs(entities):
        _put_text_before(run[0], "".join(html.unescape(entity.text) + (entity.tail or "") for entity in run))
        for entity in run:
            entity.tail = None
            entity.getparent().remove(entity)
    return element


def _runs(entities: list[Any]) -> list[list[Any]]:
    """Part entities into those with nothing but text between: texts that grow one by one take quadratic time."""
    runs: list[list[Any]] = []
    for entity in entities:
        if runs and entity.getprevious() is runs[-1][-1]:
            runs[-1].append(entity)
        else:
            runs.append([entity])
    return runs


def _declared(element: Any) -> set[str]:
    of_document = element.getroottree().docinfo.internalDTD
    return set() if of_document is None else {entity.name for entity in of_document.iterentities()}


def _put_text_before(node: Any, text: str) -> None:
    before, parent = node.getprevious(), node.getparent()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
