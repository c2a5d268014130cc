"""The bytes of a page to text: byte order mark, UTF-8, what is declared, else what a detector says."""

import codecs
import re

from flows.text import Repairs, decode

DECLARED_BYTES = 4096
"""Where a charset is looked for: the standard asks for the first 1024 bytes, pages put comments before it."""
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}["']?([\w:.-]{2,40})|<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w:.-]{2,40})""",
    re.I,
)
_READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""What browsers read under a name, as the encoding standard has it: the larger set."""
_NOT_OF_PAGES = ("punycode", "idna", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined")
"""What Python knows besides and no browser does; the first takes the square of a text's length."""
_ASCII_LOOKING = ("iso2022", "utf-16", "utf-32", "hz")
"""Encodings whose bytes can pass for UTF-8."""


def decode_html(data: bytes, repairs: Repairs, *, encoding_hint: str | None = None) -> str:
    """Return a page's text; `encoding_hint` is what the HTTP header says.

    UTF-8 goes before what is declared: bytes of another encoding that happen to be UTF-8 are rare, pages that
    declare another encoding than theirs aren't.
    """
    if data.startswith(_BOMS):
        return decode(data, repairs)
    declared = _known(encoding_hint) or _known(_declared(data))
    if declared and declared.startswith(_ASCII_LOOKING):
        return _as_declared(data, declared, repairs) or decode(data, repairs)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = _as_declared(data, declared, repairs) if declared and declared != "utf-8" else None
    return found or decode(data, repairs)


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:DECLARED_BYTES])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def _known(name: str | None) -> str | None:
    """Return the name Python has for a text encoding, None for one that it doesn't know."""
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding or info.name.replace("_", "-") in _NOT_OF_PAGES:
        return None
    return _READ_AS.get(info.name, info.name)


def _as_declared(data: bytes, encoding: str, repairs: Repairs) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeError, ValueError):
        return None
    repairs.encoding = encoding
    return text
