"""trafilatura's own XML: a document a `doc`, its fields as attributes, its text in `main`."""

import re
from typing import Any

from flows.errors import RecordError
from flows.readers.formats import Facts, Format
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.xml_records import Dialect, Item, at, name_of, read_records
from flows.readers.xml_roots import root_of
from flows.readers.xml_text import lines_of

_DOCUMENT = "doc"
_TEXT, _COMMENTS = "main", "comments"
_OPENING = re.compile(r"[^<]{0,60000}<(?:main|comments)[\s/>]")
"""Other programs have a `doc` too: Solr a `field` in it, WikiExtractor plain text."""
_DIALECT = Dialect(
    wanted=lambda element: name_of(element)[1] == _DOCUMENT and element.getparent() is None,
    item=lambda element: read_document(element),
)


def read_trafilatura(source: Source, sink: Sink) -> None:
    """Read documents in trafilatura's XML into `sink`."""
    read_records(source, sink, lambda: _DIALECT)


def read_document(element: Any) -> Item:
    """Return what a document says. Raises RecordError for one without text."""
    text, comments = ("\n".join(filter(None, map(lines_of, at(element, name)))) for name in (_TEXT, _COMMENTS))
    if not text:
        raise RecordError("missing_text", "there is no text in <main>; extract the article from its page again")
    return Item(dict(element.attrib) | {"text": text} | ({"comments": comments} if comments else {}))


def _begins(head: Head) -> bool:
    name, rest = root_of(head)
    return name == _DOCUMENT and _OPENING.match(rest) is not None


TRAFILATURA = Format(
    "trafilatura_xml",
    "trafilatura's XML",
    (),
    _begins,
    read_trafilatura,
    Facts(
        told_by="the root `doc` and `main` or `comments` in it",
        numbers="documents (`doc`)",
        limits=("max_record_bytes",),
    ),
)
