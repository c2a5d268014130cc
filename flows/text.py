"""Bytes to text, and text to the form in which documents hold it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import cchardet
import ftfy

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
MAX_PASSES = 4
DETECTION_BYTES = 1 << 16
"""Bytes the detector looks at; its verdict seldom changes after the first few kilobytes."""

MIN_WIDE_CHARACTERS = 8
WIDE_SHARE = 0.7
"""NULs in this share of one half's bytes, and in as few of the other's, are UTF-16's: bytes of other files spread."""

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u202f\u2007]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufff9-\ufffb]"
)
"""Control characters: C0 and C1, soft hyphens, zero-width and direction marks. None is ever visible."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_PLAIN = bytes([0x0A, *range(0x20, 0x7F)])
"""What of ASCII needs no repair."""
_MOJIBAKE_LEADS = "ÂÃâÅÐÑï"
_MOJIBAKE = re.compile(f"[{_MOJIBAKE_LEADS}][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
"""UTF-8 read as Windows-1252 or Latin-1 shows a lead byte and a continuation byte as two such characters."""
_SUSPECT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u2007\u200b\u200e\u200f\u2028-\u202f\u2060\u2066-\u2069\ud800-\udfff"
    "\ufeff\ufff9-\ufffb]"
)
"""What any of the patterns above but mojibake looks for: most texts have none, and are done with."""
_MAY_COMPOSE = re.compile("[\u0300-\u1fff\u2000\u2001\u20d0-\U0010ffff]")
"""A text without any of these is NFC: Latin letters as they are, and most punctuation."""


@dataclass
class Repairs:
    """What was done to a text on its way in."""

    encoding: str | None = None
    """Named when it isn't UTF-8."""
    undecodable: int = 0
    """Bytes that no encoding explains, replaced by U+FFFD."""
    mojibake: bool = False
    dropped: int = 0
    """Control characters."""
    surrogates: int = 0

    def as_fields(self) -> dict[str, Any]:
        """Return the fields that aren't as for a text that needed no repair."""
        return {name: value for name, value in vars(self).items() if value}

    def as_dict(self) -> dict[str, Any]:
        """Return what there is to tell, nothing for a text that needed no repair."""
        told = {
            "encoding": self.encoding,
            "undecodable_bytes": self.undecodable or None,
            "mojibake_repaired": self.mojibake or None,
            "control_characters_dropped": self.dropped or None,
            "surrogates_replaced": self.surrogates or None,
        }
        return {name: value for name, value in told.items() if value is not None}


def wide_encoding(head: bytes) -> str | None:
    """Return the encoding of text whose characters are two or four bytes: by its mark, else by where NULs stand.

    UTF-16 without a mark, as some Windows programs write it, shows a NUL in every other byte of Latin text.
    """
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return None if encoding == "utf-8-sig" else encoding
    head = head[: DETECTION_BYTES // 16 * 2]
    half = len(head) // 2
    if half < MIN_WIDE_CHARACTERS or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > WIDE_SHARE * half and even < (1 - WIDE_SHARE) * half:
        return "utf-16-le"
    if even > WIDE_SHARE * half and odd < (1 - WIDE_SHARE) * half:
        return "utf-16-be"
    return None


def is_wide(head: bytes) -> bool:
    """Tell whether NULs are part of a text's characters."""
    return wide_encoding(head) is not None


def decode(data: bytes, repairs: Repairs) -> str:
    """Return the text of `data`: by its byte order mark, as UTF-8, else as a detector says."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            repairs.encoding = None if encoding == "utf-8-sig" else encoding
            return _replacing(data, encoding, repairs)
    unmarked = wide_encoding(data)
    if unmarked is not None:
        repairs.encoding = unmarked
        return _replacing(data, unmarked, repairs)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    guessed = (cchardet.detect(data[:DETECTION_BYTES]) or {}).get("encoding") or "windows-1252"
    try:
        "".encode(guessed)
    except LookupError:
        guessed = "windows-1252"
    repairs.encoding = guessed.lower()
    return _replacing(data, guessed, repairs)


def _replacing(data: bytes, encoding: str, repairs: Repairs) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError:
        text = data.decode(encoding, errors="replace")
        repairs.undecodable = text.count("\ufffd")
        return text


def normalise(text: str, repairs: Repairs) -> str:
    """Return the text as documents hold it: lines parted by \\n, NFC, without control characters.

    Lines are stripped at both ends, blank lines at the end dropped. Done twice it is as done once.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    special = encoded.translate(None, _PLAIN).decode("utf-8", "surrogatepass")
    printable = special.isprintable()
    if _needs_repair(text, special, printable):
        before, text = text, _repair(text, repairs)
        for _ in range(MAX_PASSES):  # what one repair uncovers, the next one mends
            if text == before:
                break
            before, text = text, _repair(text, repairs)
    elif printable and _is_stripped(encoded):
        return text
    return "\n".join(map(str.strip, text.split("\n"))).rstrip("\n")


def _needs_repair(text: str, special: str, printable: bool) -> bool:
    """Tell whether a text may need any; `special`, what of it isn't plain ASCII, is all that is looked at closely."""
    # nothing suspect is printable, and asking that is quicker than a search
    if not printable and _SUSPECT.search(special):
        return True
    if _MAY_COMPOSE.search(special) and not unicodedata.is_normalized("NFC", text):
        return True
    return _has_mojibake(special) and _has_mojibake(text)


def _is_stripped(encoded: bytes) -> bool:
    """Tell whether lines that know no other spaces than ASCII's have none at either end, and the last isn't blank."""
    lines = encoded.split(b"\n")
    return bool(lines[-1]) and list(map(bytes.strip, lines)) == lines


def _has_mojibake(text: str) -> bool:
    return any(lead in text for lead in _MOJIBAKE_LEADS) and _MOJIBAKE.search(text) is not None


def _repair(text: str, repairs: Repairs) -> str:
    text, surrogates = _SURROGATES.subn("\ufffd", text)
    repairs.surrogates += surrogates
    if _has_mojibake(text):
        fixed = ftfy.fix_encoding(text)
        repairs.mojibake = repairs.mojibake or fixed != text
        text = fixed
    text = _LINE_BREAKS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text, dropped = _DROPPED.subn("", text)
    repairs.dropped += dropped
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text
