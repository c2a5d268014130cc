"""Why records are rejected: the closed list, each reason with what it means, an example and what to do.

A new reason is one entry here (and a line in `schemas/versions.py`). `docs/rejections.md` is made of it, `copydesk
rejected` prints it, and a test lays each example as a raw file and finds the reason in the tables.
"""

import gzip
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

STORY = (
    b"Harbour board buys a second tug\n"
    b"The harbour board voted on Monday to buy a second tug, which is to be at work before the winter storms.\n"
    b"The older boat has towed alone since 1988 and was laid up for eleven weeks last year.\n"
)
"""A good text, for what is to be wrong in examples is all else."""
FOLDER = "courier.example/2025-03-01"


@dataclass(frozen=True)
class Example:
    """A raw file that is rejected for a reason."""

    name: str
    content: bytes = b""
    sidecar: bytes | None = None
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Other files in its folder, by name."""
    settings: Mapping[str, int | float] = field(default_factory=dict)
    """Settings under which it is rejected, where it would be too large to lay out otherwise."""
    link: str | None = None
    """What it links to, if it is a link."""
    forbidden: bool = False
    """Whether reading it is forbidden."""


@dataclass(frozen=True)
class RejectionReason:
    """One reason: for people who find it in the tables."""

    meaning: str
    shown: str
    """The example in words."""
    to_do: str
    example: Example | None
    """None where only a defect gives it."""


def _packed(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


def _zipped(name: str, data: bytes, copies: int = 1) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for copy in range(copies):
            archive.writestr(zipfile.ZipInfo(f"{copy}-{name}" if copies > 1 else name), data)
    return packed.getvalue()


def _encrypted(archive: bytes) -> bytes:
    """Set the flag that says so, in the member's header and in the list of members."""
    marked = bytearray(archive)
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[archive.index(magic) + flags] |= 1
    return bytes(marked)


REASONS: dict[str, RejectionReason] = {
    "empty_file": RejectionReason(
        meaning="the file holds nothing: no bytes, blank space alone, or an array without a record",
        shown="`0012.txt` of 0 bytes",
        to_do="Scrape the page again; if empty files are what the site gives, have the scraper leave them out.",
        example=Example("0012.txt"),
    ),
    "binary_file": RejectionReason(
        meaning="the file or record holds bytes that aren't text, under the name of a text",
        shown="a picture saved as `0013.txt`",
        to_do="Keep pictures, PDFs and the like out of the raw folder, or mend the suffix.",
        example=Example("0013.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ),
    "unreadable_file": RejectionReason(
        meaning="the operating system refused to read the file",
        shown="`0014.txt` that belongs to another user and has mode 600",
        to_do="Grant access, or mend the disk. Every run tries it again by itself.",
        example=Example("0014.txt", STORY, forbidden=True),
    ),
    "not_a_file": RejectionReason(
        meaning="a link, a pipe, a socket or a device: none is ever opened or followed",
        shown="`latest.jsonl`, a link to a file elsewhere",
        to_do="Bring the file itself; for a folder elsewhere, name it with `--raw`, or mount it.",
        example=Example("latest.jsonl", link="/etc/hostname"),
    ),
    "unsupported_format": RejectionReason(
        meaning="no reader takes files of this kind",
        shown="`0015.docx`",
        to_do="Keep it out of the raw folder, or export it to a format that is read (README, What is read).",
        example=Example("0015.docx", b"A format of its own."),
    ),
    "orphan_sidecar": RejectionReason(
        meaning="a `<name>.meta.json` without the file that it tells of",
        shown="`0016.txt.meta.json`, and no `0016.txt`",
        to_do="Bring the file, or remove the sidecar.",
        example=Example("0016.txt.meta.json", b'{"url": "https://courier.example/tug"}'),
    ),
    "malformed_sidecar": RejectionReason(
        meaning="what stands beside the file in `<name>.meta.json` is no JSON object",
        shown='`0017.txt` with `0017.txt.meta.json`: `{"url": `',
        to_do="Mend or remove the sidecar: the run after that reads both again.",
        example=Example("0017.txt", STORY, sidecar=b'{"url": '),
    ),
    "malformed_json": RejectionReason(
        meaning="a line of JSON lines, or a JSON file, isn't JSON",
        shown='`crawl.jsonl` with the line `{"text": "The harbour board vo`: its scraper was killed while it wrote',
        to_do="Mend the line, or scrape again. A file that still grows is read again once it has grown.",
        example=Example("crawl.jsonl", b'{"text": "The harbour board vo\n'),
    ),
    "missing_header": RejectionReason(
        meaning="the first line of a CSV or TSV file names no column that is known",
        shown="`crawl.csv` that begins with its first article",
        to_do="Put a line with the columns' names first: `url,title,text`; or name one of them in copydesk.toml "
        "(fields.md).",
        example=Example("crawl.csv", b'https://courier.example/tug,A tug,"The harbour board voted on Monday."\n'),
    ),
    "malformed_row": RejectionReason(
        meaning="a row of a CSV or TSV file has more or fewer fields than the header, or quotes that don't pair",
        shown="`crawl.csv` with `url,title,text` and a row of two fields",
        to_do="Quote fields that hold delimiters, quotes or line ends, and double the quotes: every CSV library does. "
        "The other rows were read.",
        example=Example("crawl.csv", b"url,title,text\nhttps://courier.example/tug,A tug\n"),
    ),
    "malformed_warc": RejectionReason(
        meaning="a record of a WARC isn't as long as it says, has no header, or holds HTTP that can't be read",
        shown="`crawl.warc` that lost some lines when it was copied as text",
        to_do="Fetch the file again; the records around it were read.",
        example=Example("crawl.warc", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\n" + STORY),
    ),
    "malformed_message": RejectionReason(
        meaning="a mail or saved page (EML, mbox, MHTML) begins with no headers, or with endless ones",
        shown="`issue-12.eml` that holds the text of a newsletter alone",
        to_do="Export the mail again with its headers; a text alone is read as `.txt`.",
        example=Example("issue-12.eml", b"\n" + STORY),
    ),
    "malformed_xml": RejectionReason(
        meaning="XML (a feed, TEI) isn't well-formed, or has entities of its own; the records before were read",
        shown="`news.rss` that broke off, or declares entities which expand to a billion words",
        to_do="Fetch it again. If it has entities of its own, put their text where they stand.",
        example=Example("news.rss", b"<rss><channel><title>The Courier</tit"),
    ),
    "not_an_object": RejectionReason(
        meaning="a record is JSON, but no object with fields",
        shown="`list.json` with `[7]`",
        to_do="Write one object a record; a list of addresses is no crawl.",
        example=Example("list.json", b"[7]"),
    ),
    "truncated_archive": RejectionReason(
        meaning="a compressed file ends early or is damaged; the records before that place were read",
        shown="`crawl.jsonl.gz` of a download that broke off",
        to_do="Fetch it again: records that are known already stay as they are.",
        example=Example("crawl.jsonl.gz", gzip.compress(STORY * 40, mtime=0)[:40]),
    ),
    "decompression_bomb": RejectionReason(
        meaning="a compressed file or archive unpacks to far more than any real one: beyond `max_unpack_ratio` or "
        "`max_unpacked_bytes`; the records before that place were read",
        shown="`zeros.jsonl.gz` of 300 kB that unpacks to 300 MB of zeros",
        to_do="Leave it out; if it is real, raise the setting that the message names.",
        example=Example(
            "zeros.jsonl.gz",
            gzip.compress(b'{"text": "tug"}\n' * 1000, mtime=0),
            settings={"max_unpacked_bytes": 8000},
        ),
    ),
    "nested_too_deep": RejectionReason(
        meaning="archives in archives, or compressions around compressions, more than `max_nesting`",
        shown="a gzip of a gzip of a gzip ...",
        to_do="Unpack the outer ones, or raise the setting.",
        example=Example("doll.txt.gz", _packed(STORY, 6)),
    ),
    "unsafe_member": RejectionReason(
        meaning="an archive's member is a link, a device or a pipe, or its name points out of the archive",
        shown="`pages.zip` with a member `../../etc/passwd`",
        to_do="Pack it again with plain files below one folder. Nothing was followed, nothing written.",
        example=Example("pages.zip", _zipped("../0019.txt", STORY)),
    ),
    "encrypted_member": RejectionReason(
        meaning="an archive's member is encrypted",
        shown="`pages.zip` with a password",
        to_do="Unpack it and bring its files.",
        example=Example("pages.zip", _encrypted(_zipped("0020.txt", STORY))),
    ),
    "too_many_members": RejectionReason(
        meaning="an archive has more members than `max_members`, or a list of them too long to hold; those before were "
        "read",
        shown="`pages.zip` of three million pages",
        to_do="Split the archive, or raise the setting.",
        example=Example("pages.zip", _zipped("0021.txt", STORY, copies=5), settings={"max_members": 3}),
    ),
    "too_many_bad_records": RejectionReason(
        meaning="a file gave `max_rejected_per_file` bad records: it isn't what it says, and the rest isn't read",
        shown="a log of ten million lines as `crawl.jsonl`",
        to_do="Take it out, or mend what wrote it; the rejections before this one show what is wrong.",
        example=Example("crawl.jsonl", b"tick\n" * 60, settings={"max_rejected_per_file": 20}),
    ),
    "unreadable_content": RejectionReason(
        meaning="the reader of the file's format stopped at something that it can't take; the records before were read",
        shown="no such file is known: it takes a defect of a reader",
        to_do="Report it with the file: no file should stop a reader.",
        example=None,
    ),
    "too_slow": RejectionReason(
        meaning="reading the record took longer than `max_record_seconds`",
        shown="a page made to keep parsers busy",
        to_do="Raise the setting if it is an article.",
        example=Example("0022.html", b"<html><body>" + b"<p>tug " * 20_000, settings={"max_record_seconds": 0.001}),
    ),
    "too_large": RejectionReason(
        meaning="a file, record or page is beyond a limit: `max_record_bytes`, `max_record_lines`, "
        "`max_html_depth`, `max_array_bytes`",
        shown="a log of 60,000 lines as `0018.txt`",
        to_do="If it is an article, raise the setting that the message names; a long array is better written as JSON "
        "lines.",
        example=Example("0018.txt", b"tick\n" * 60, settings={"max_record_lines": 50}),
    ),
    "missing_text": RejectionReason(
        meaning="the record has no text: no field of a name that is known holds one, or its page shows none",
        shown='`crawl.jsonl` with `{"title": "A tug", "inhalt": "The harbour board ..."}`',
        to_do="Say in copydesk.toml where the text stands, as the message does (fields.md), then `copydesk retry "
        "--reason missing_text`; a page that its script writes must be fetched with a browser.",
        example=Example("crawl.jsonl", b'{"title": "A tug", "inhalt": "The harbour board voted on Monday."}\n'),
    ),
    "impossible_date": RejectionReason(
        meaning="a field of a time holds no date, or one that no calendar has",
        shown='`crawl.jsonl` with `{"text": "...", "date": "2025-02-30"}`',
        to_do="Mend the scraper's date, or leave the field out: the page's own date is looked for then.",
        example=Example("crawl.jsonl", b'{"text": "The harbour board voted on Monday.", "date": "2025-02-30"}\n'),
    ),
    "invalid_field": RejectionReason(
        meaning="a field has a value that it can't have: another type, or longer than any",
        shown='`crawl.jsonl` with `{"text": "...", "title": "..."}`, the title of 5,000 characters',
        to_do="The message names the field, its value and the rule: mend the record, or leave the field out.",
        example=Example("crawl.jsonl", b'{"text": "The harbour board voted.", "title": "%s"}\n' % (b"tug " * 1250)),
    ),
    "no_article_text": RejectionReason(
        meaning="the page has text, and cleaning takes every line of it for furniture",
        shown="`login.txt`: a wall of `Log in`, `Subscribe now`, `Accept all cookies`",
        to_do="Look at it with `copydesk explain`. If it is an article, veto the lines that were learned, or mend the "
        "site's profile; if it is a wall, mend the scraper.",
        example=Example("login.txt", b"Log in\nSubscribe now\nAccept all cookies\n"),
    ),
}
"""By name, in the order of the stages that give them."""
