"""Why records are rejected: the closed list, each reason with what it means, an example and what to do.

A new reason is one entry here (and a line in `schemas/versions.py`). `docs/rejections.md` is made of it, `copydesk
rejected` prints it, and a test lays each example as a raw file and finds the reason in the tables.
"""

import gzip
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
    forbidden: bool = False
    """Whether reading it is forbidden."""


@dataclass(frozen=True)
class RejectionReason:
    """One reason: for people who find it in the tables."""

    meaning: str
    shown: str
    """The example in words."""
    to_do: str
    example: Example


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
    "too_large": RejectionReason(
        meaning="a file, record or page is beyond a limit: `max_record_bytes`, `max_record_lines`, `max_array_bytes`",
        shown="a log of 60,000 lines as `0018.txt`",
        to_do="If it is an article, raise the setting that the message names; a long array is better written as JSON "
        "lines.",
        example=Example("0018.txt", b"tick\n" * 60, settings={"max_record_lines": 50}),
    ),
    "missing_text": RejectionReason(
        meaning="the record has no text: no field of a name that is known holds one, or its page shows none",
        shown='`crawl.jsonl` with `{"title": "A tug", "inhalt": "The harbour board ..."}`',
        to_do="Map the field to `text` where the scraper writes it, or give the page as `html`; a page that its script "
        "writes must be fetched with a browser.",
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
