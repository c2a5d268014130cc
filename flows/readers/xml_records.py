"""Records of an XML format on their way into a sink."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from lxml import etree

from flows.errors import RecordError
from flows.readers.hardened_xml import iterate
from flows.readers.html_records import PageBytes
from flows.readers.records import Sink
from flows.readers.source import Source
from flows.readers.whole_files import read_sidecar
from flows.readers.xml_documents import Documents

_SHOWN_CHARACTERS = 300
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Item:
    """What an element says as a record: its fields, and its page where the text is one."""

    fields: dict[str, Any]
    html: str | None = None


@dataclass(frozen=True)
class Dialect:
    """How records stand in one document of a format."""

    wanted: Callable[[Any], bool]
    """Tells, where an element begins, whether it is a record (or something to take note of)."""
    item: Callable[[Any], Item]
    """Returns what a record's element says. It may raise RecordError, which costs that record."""
    notes: Callable[[Any], bool] = lambda _: False
    """Takes note of a wanted element that is no record, and says whether it was one of those."""


def name_of(element: Any) -> tuple[str, str]:
    """Return an element's namespace and name; a prefix that the document doesn't declare is part of the name."""
    if not isinstance(element.tag, str):
        return "", ""
    namespace, _, name = element.tag.rpartition("}")
    return namespace.removeprefix("{"), name


def inherited(element: Any, name: str) -> str:
    """Return an attribute that holds for all in the element which has it."""
    return next((told for one in (element, *element.iterancestors()) if (told := one.get(name))), "")


def at(element: Any, *path: str) -> Iterator[Any]:
    """Yield the elements that are reached by these names, whatever their namespaces."""
    first, *rest = path
    for child in element.iterchildren(f"{{*}}{first}"):
        yield from at(child, *rest) if rest else (child,)


def plain(element: Any) -> str:
    """Return the text in an element as one line."""
    return " ".join("".join(element.itertext()).split())


def read_records(source: Source, sink: Sink, dialect: Callable[[], Dialect]) -> None:
    """Read the records of a source's documents into `sink`; `dialect` is called for each document.

    What isn't well-formed is read a second time, from the damage on as well as can be, and the records say so. A
    sidecar may say of all records what they don't say of themselves, such as when they were fetched.
    """
    known, _ = read_sidecar(source, b"")
    done = _Counted(sink, known, dialect)
    try:
        done.read(source, again=source.again is not None)
    except _Damaged as damaged:
        assert source.again is not None
        with source.again() as again:
            done.read(again, damage=str(damaged))


class _Damaged(Exception):  # noqa: N818 - no error: it calls for a second reading
    """A document isn't well-formed."""


class _Counted:
    """Records on their way into a sink: those that came through before are left out of a second reading."""

    def __init__(self, sink: Sink, known: dict[str, Any], dialect: Callable[[], Dialect]) -> None:
        self._sink = sink
        self._known = known
        self._dialect = dialect
        self._number = self._done = 0

    def read(self, source: Source, *, again: bool = False, damage: str | None = None) -> None:
        """Read a source from its beginning; a document that can't be read costs none after it.

        Raises _Damaged for one that isn't well-formed where the source may be read `again`.
        """
        self._number = 0
        for document in Documents(source, self._sink.settings.payload_bytes):
            try:
                self._read_document(cast(BinaryIO, document), damage)
            except RecordError as error:
                if source.failure is not None or self._sink.gave_up:
                    raise
                if again and error.reason == "malformed_xml":
                    raise _Damaged(str(error)) from None
                self._refuse(error, document.beginning)

    def _read_document(self, stream: BinaryIO, damage: str | None) -> None:
        dialect, limit = self._dialect(), self._sink.settings.max_record_bytes
        for element, complete in iterate(stream, dialect.wanted, limit=limit, recover=damage is not None):
            if not dialect.notes(element) and self._is_new():
                self._take(element, dialect, complete=complete, damage=damage)

    def _is_new(self) -> bool:
        self._number += 1
        new = self._number > self._done
        self._done = max(self._done, self._number)
        return new

    def _take(self, element: Any, dialect: Dialect, *, complete: bool, damage: str | None) -> None:
        raw = etree.tostring(element, encoding="utf-8", with_tail=False)
        limit = self._sink.settings.max_record_bytes
        try:
            if not complete or len(raw) > limit:
                raise RecordError("too_large", f"longer than max_record_bytes ({limit}); raise it if it is an article")
            item = dialect.item(element)
        except RecordError as error:
            self._sink.reject(self._number - 1, error.reason, str(error), raw, truncated=not complete)
            return
        told = {"xml_damage": damage[:_SHOWN_CHARACTERS]} if damage else {}
        page = PageBytes(item.html) if item.html is not None else None
        self._sink.add(self._number - 1, self._known | item.fields | told, raw, page=page)

    def _refuse(self, error: RecordError, beginning: bytes) -> None:
        """Take the rest of a document as one record that can't be read."""
        if self._is_new():
            self._sink.reject(self._number - 1, error.reason, str(error), beginning, truncated=True)
