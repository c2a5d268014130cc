"""How the time of reading and cleaning grows with what is repeated without end: twice of it may take twice the time."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzz_cleaning import cleaning_breaches
from benchmarks.fuzz_mutations import TOKENS
from benchmarks.fuzz_seeds import Target, targets
from flows.readers import RawFile, Sink, Slice, read_slice
from flows.settings import Settings, load_settings

SIZE = 1 << 18
"""Bytes of the longer input: enough for quadratic time to show, and linear time to be short."""
QUICK_SECONDS = 0.4
"""What takes less than this isn't compared: reading 256 kB takes a tenth of it."""
MAX_RATIO = 2.5
ROUNDS = 4
NOT_TEXT = ("zip", "tar", "parquet", "arrow", "gzip", "bzip2", "xz", "zstd", "sidecar")
"""Targets in which something repeated is damage, and nothing else."""
_SAID: tuple[str, ...] = (
    "harbour ", "a", "1", "1. ", ". ", "– ", "Read more: ", "By Ada Stern, ", "3 hours ago ", "March 1, 2025 ", "2025-03-01T10:00 ",
    "© ", "| ", "/ ", "(dpa) ", "KIEL (dpa) – ", "Reuters/AP ", "Tags: ", "#a ", "@a ", "https://a.example/ ", "“so be it” ", "Ã¼", "\u0301", "İ", "ﷺ",
)  # fmt: skip
"""What patterns of the cleaner look for: repeated without end, it is what backtracking dies of."""
_WRITTEN: tuple[bytes, ...] = (
    b'"\n', b'",', b"--b0\r\n", b"From: a\r\n", b"a: b\r\n", b" x\r\n", b"<p>", b"<td>", b"<a href=x>", b"<b>", b"<a ", b" a=b", b"{", b'{"a":1}\n', b"=\r\n",
    b"\nWARC/1.0\r\nContent-Length: 9\r\n\r\n", b"From a@b Sat Mar  1 21:00:00 2025\n\n", b"=?utf-8?q?a?= ", b"</div>", b"<span class=a>", b"<meta name=a content=b>",
    b"<time datetime=2025>", b"<script type='application/ld+json'>[", b'{"@graph":[', b"\xe9", b"\\u0041", b"//--><!--", b"<?x?>", b"&nbsp;", b"<x:y xmlns:x='z'>", b"((", b"<<", b";a=b",
)  # fmt: skip
"""What readers look for, beside what fuzzing inserts."""
Seconds = Callable[[int], float]


@dataclass(frozen=True)
class Growth:
    """How long something took, and half of it."""

    name: str
    whole: float
    half: float

    @property
    def ratio(self) -> float:
        return self.whole / max(self.half, 1e-9)

    def __str__(self) -> str:
        compared = f"{self.ratio:.2f} times half of it" if self.half else "not compared"
        return f"{self.whole * 1000:6.0f} ms, {compared}: {self.name}"


def print_growth() -> int:
    """Print what took longest, and what grew too fast; return the exit status, 1 if anything did."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(raw=Path(folder), ask_extractor=False, max_record_lines=1 << 20)
        found = [_growth(name, seconds) for name, seconds in (*_readings(settings), *_cleanings(settings))]
    wrong = [one for one in found if one.ratio > MAX_RATIO and one.half]
    for title, some in (("longest", sorted(found, key=lambda one: -one.whole)[:10]), ("too fast", wrong)):
        print(f"{title}:", *(some or ["none"]), sep="\n")
    print(f"{len(found)} inputs of {SIZE >> 10} kB; {len(wrong)} grew by more than {MAX_RATIO} times when doubled")
    return 1 if wrong else 0


def _growth(name: str, seconds: Seconds) -> Growth:
    """Measure once what is quick; again what seems to grow, as others have the processor's caches too."""
    whole = seconds(SIZE)
    if whole < QUICK_SECONDS:
        return Growth(name, whole, 0.0)
    measured = [Growth(name, whole, seconds(SIZE // 2))]
    while measured[-1].ratio > MAX_RATIO and len(measured) < ROUNDS:
        measured.append(Growth(name, seconds(SIZE), seconds(SIZE // 2)))
    return min(measured, key=lambda one: one.ratio)


def _readings(settings: Settings) -> Iterator[tuple[str, Seconds]]:
    for target in targets().values():
        if target.cleans or target.name in NOT_TEXT:
            continue
        for token in dict.fromkeys((*_WRITTEN, *TOKENS)):
            yield (
                f"{target.name}, {token[:30]!r}",
                lambda size, target=target, token=token: _read(target, token, size, settings),
            )  # type: ignore[misc]


def _read(target: Target, token: bytes, size: int, settings: Settings) -> float:
    seed = target.seeds[0].data
    data = seed[: len(seed) // 2] + token * (size // len(token)) + seed[len(seed) // 2 :]
    (settings.raw / target.file).write_bytes(data)
    sink = Sink(RawFile(target.file, len(data), 0), settings, lambda _: None)
    began = time.process_time()
    read_slice(Slice(sink.file), settings.raw, sink)
    return time.process_time() - began


def _cleanings(settings: Settings) -> Iterator[tuple[str, Seconds]]:
    for repeated in _SAID:
        for make in (_one_line, _lines, _other_lines):
            name = f"cleaning, {repeated!r} as{make.__name__.replace('_', ' ')}"
            yield name, lambda size, make=make, repeated=repeated: _clean(make(repeated, size), settings)  # type: ignore[misc]


def _one_line(repeated: str, size: int) -> str:
    return repeated * (size // len(repeated))


def _lines(repeated: str, size: int) -> str:
    return f"{repeated}\n" * (size // (len(repeated) + 1))


def _other_lines(repeated: str, size: int) -> str:
    """Lines of four, no two alike: what is equal is looked at once."""
    return "".join(f"{repeated * 4}{number}\n" for number in range(size // (4 * len(repeated) + 6)))


def _clean(text: str, settings: Settings) -> float:
    sink = Sink(RawFile("a.jsonl", 1, 0), settings, lambda _: None)
    began = time.process_time()
    sink.add(0, {"url": "https://a.example/1", "text": f"A harbour story\n{text}"}, b"1")
    for wrong in cleaning_breaches(sink.rows.tables()[0], settings):
        print(f"{text[:20]!r}: {wrong}")
    return time.process_time() - began
