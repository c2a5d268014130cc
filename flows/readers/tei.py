"""XML-TEI, as trafilatura writes it and as corpora are kept: a document a `TEI`, many in a `teiCorpus`."""

from typing import Any

from flows.errors import RecordError
from flows.readers.formats import Facts, Format
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.tei_header import read_header
from flows.readers.xml_records import Dialect, Item, at, name_of, read_records
from flows.readers.xml_roots import root_of
from flows.readers.xml_text import lines_of

_ONE, _MANY = "TEI", "teiCorpus"
_BODIES = (("text", "body"), ("text", "group", "text", "body"))
_DIALECT = Dialect(
    wanted=lambda element: name_of(element)[1] == _ONE and _stands_free(element.getparent()),
    item=lambda element: read_document(element),
)


def read_tei(source: Source, sink: Sink) -> None:
    """Read documents in TEI into `sink`."""
    read_records(source, sink, lambda: _DIALECT)


def _stands_free(parent: Any) -> bool:
    return parent is None or name_of(parent)[1] == _MANY


def read_document(element: Any) -> Item:
    """Return what a document says. Raises RecordError for one without text."""
    bodies = [body for path in _BODIES for body in at(element, *path)]
    comments = [part for body in bodies for part in at(body, "div") if part.get("type") == "comments"]
    told = "\n".join(filter(None, map(lines_of, comments)))  # readers' own, which aren't the article
    for part in comments:
        part.getparent().remove(part)
    text = "\n".join(filter(None, map(lines_of, bodies)))
    if not text:
        raise RecordError("missing_text", "there is no text in text/body; extract the article from its page again")
    return Item(read_header(element) | {"text": text} | ({"comments": told} if told else {}))


def _begins_tei(head: Head) -> bool:
    return root_of(head)[0] in (_ONE, _MANY)


TEI = Format(
    "tei",
    "XML-TEI",
    (".tei",),
    _begins_tei,
    read_tei,
    Facts(told_by="the root `TEI` or `teiCorpus`", numbers="documents (`TEI`)", limits=("max_record_bytes",)),
)
