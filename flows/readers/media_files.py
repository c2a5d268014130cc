"""Files that lie among the pages of a mirrored site and are no records: pictures, fonts, style sheets, scripts.

Like those of a WARC they are counted by kind. A rejection for each, with its first bytes, would bury those that matter,
and a mirror has more of them than of pages: the budget of rejections would stop its run.
"""

import re

from flows.readers.media_types import kind_of
from flows.readers.whole_files import is_binary

_ISO = rb".{4}ftyp"
_ANY: tuple[tuple[str, str, bytes], ...] = (
    ("image/jpeg", "jpg jpeg jpe jfif", rb"\xff\xd8\xff"),
    ("image/png", "png", rb"\x89PNG\r\n"),
    ("image/gif", "gif", rb"GIF8"),
    ("image/webp", "webp", rb"RIFF.{4}WEBP"),
    ("image/avif", "avif heic", _ISO),
    ("image/x-icon", "ico", rb"\x00\x00\x01\x00"),
    ("image/svg+xml", "svg", rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)"),
    ("video/mp4", "mp4 m4v mov m4a", _ISO),
    ("video/webm", "webm mkv", rb"\x1aE\xdf\xa3"),
    ("audio/mpeg", "mp3", rb"ID3|\xff[\xe2-\xff]"),
    ("audio/ogg", "ogg oga ogv opus", rb"OggS"),
    ("audio/wav", "wav", rb"RIFF.{4}WAVE"),
    ("font/woff", "woff woff2", rb"wOF[F2]"),
    ("font/sfnt", "ttf otf", rb"\x00\x01\x00\x00|OTTO|true"),
)
"""Types, the suffixes of their files, and how these begin."""
_BEGINNINGS = {
    suffix: (kind_of(kind), re.compile(beginning, re.DOTALL))
    for kind, suffixes, beginning in _ANY
    for suffix in suffixes.split()
}
_TEXTS = {"css": "text/css", "js": "text/javascript", "mjs": "text/javascript"}
"""What has no certain beginning."""


def media_kind(name: str, beginning: bytes) -> str | None:
    """Return the kind that such a file is counted under; None for one that isn't what its name says."""
    stem, _, suffix = name.rpartition(".")
    if not stem:
        return None
    if suffix in _TEXTS:
        return None if is_binary(beginning) else kind_of(_TEXTS[suffix])
    kind, begins = _BEGINNINGS.get(suffix, (None, None))
    return kind if begins is not None and begins.match(beginning) else None
