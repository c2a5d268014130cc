"""What fuzzing starts from: small files in every format, compression and archive, and how their insides are wrapped."""

import json
from dataclasses import dataclass

from benchmarks.fuzz_written import INNER, MORE, STORY, WRAPS, Seed, Wrap, one_after_the_other, small
from flows.readers import FORMATS
from flows.readers.raw_files import SIDECAR
from flows.readers.streams import COMPRESSIONS
from tests.flows.readers.written import COMPRESS, WRITERS, page, record, warc_record


@dataclass(frozen=True)
class Target:
    """One thing to fuzz: inputs are read as a file of this name."""

    name: str
    file: str
    seeds: tuple[Seed, ...]
    wraps: tuple[Wrap, ...] = ()
    """Make a whole file around bytes, with lengths and checksums that are right, so that inputs get to what is inside."""
    inner: tuple[bytes, ...] = ()
    """What they are put around."""
    companion: bytes | None = None
    """The file whose sidecar the input is."""
    cleans: bool = False
    """Whether what is read is cleaned too."""


def targets() -> dict[str, Target]:
    """Return all there is to fuzz, by name: every format, every compression, sidecars, the cleaner.

    Raises ValueError for a format that the shared suite of readers doesn't write.
    """
    missing = [one.name for one in FORMATS if one.name not in WRITERS]
    if missing:
        raise ValueError(f"no writer in tests/flows/readers/written.py for {', '.join(missing)}; add one")
    made = [*(_format(one.name) for one in FORMATS), *(_compression(name) for name in COMPRESSIONS), _sidecar()]
    return {one.name: one for one in (*made, *_cleaners())}


def _format(name: str) -> Target:
    written = {file: data for file, data in WRITERS[name](small(3)).items() if not file.endswith(SIDECAR)}
    file = next(iter(written))
    seeds = (Seed(written[file]), *MORE.get(name, list)())
    return Target(name, file, seeds, WRAPS.get(name, ()), INNER if name in WRAPS else ())


def _compression(name: str) -> Target:
    suffix, pack = COMPRESS[name]
    lines, warc = (WRITERS[kind](small(3))[f"a.{kind}"] for kind in ("jsonl", "warc"))
    seeds = [Seed(pack(lines)), Seed(pack(warc)), Seed(pack(pack(lines))), Seed(pack(lines[:300]) + pack(lines[300:]))]
    if name == "gzip":
        seeds.append(one_after_the_other([pack(warc_record(one)) for one in small(3)]))
    return Target(name, f"a.jsonl{suffix}", tuple(seeds), (pack,), (lines, warc))


def _sidecar() -> Target:
    known = {name: value for name, value in record(small(1)[0]).items() if name != "text"}
    seeds = (Seed(json.dumps(known).encode()), Seed(b'{"charset": "latin-1", "extra": {"a": [1, null, 1e400]}}'))
    return Target("sidecar", "a.html", seeds, companion=page(small(1)[0]).encode())


def _cleaners() -> list[Target]:
    texts = _stories()
    pages = b"".join(warc_record(one, body=_page_of(text)) for one, text in zip(small(4), texts, strict=True))
    lines = _as_lines("\0".join(texts).encode())
    return [
        Target("clean", "a.jsonl", (Seed(lines),), (_as_lines,), ("\0".join(texts).encode(),), cleans=True),
        Target("clean-pages", "a.warc", (Seed(pages),), (_as_warc,), tuple(map(_page_of, texts)), cleans=True),
    ]


def _stories() -> list[str]:
    """Texts of one site with what cleaning looks for: a menu, credits, teasers, dates, a list of links, a footer."""
    return [
        f"Home\nNews\nSport\nHarbour story {number}\nBy Ada Stern, Reuters\nMarch {number + 1}, 2025 - 10:0{number}\n"
        f"Reading time: {number + 2} min\n\nKIEL (dpa) – {STORY}{STORY.replace('tug', f'crane {number}')}\n"
        f"Read more: The ferry that never came {number}\nThis content was published on March 1, 2025\n"
        f"Other languages: 2\nSpanish (es) El segundo remolcador\nShare\nRelated stories\nTide {number} rises\n3 hours ago\n"
        "© 2025 The Courier. All rights reserved\nSubscribe to our newsletter\n"
        for number in range(4)
    ]


def _page_of(text: str) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return f"<html><title>Harbour story</title><body><article>{lines}</article></body></html>".encode()


def _as_lines(texts: bytes) -> bytes:
    """Return texts, parted by NULs, as JSON lines of one site."""
    kept = [one.decode("utf-8", "surrogateescape") for one in texts.split(b"\0")]
    return b"".join(
        json.dumps({"url": f"https://courier.example/{at}", "text": one}).encode() + b"\n"
        for at, one in enumerate(kept)
    )


def _as_warc(body: bytes) -> bytes:
    others = [warc_record(one, body=_page_of(text)) for one, text in zip(small(2), _stories()[:2], strict=True)]
    return b"".join([warc_record(small(3)[2], body=body), *others])
