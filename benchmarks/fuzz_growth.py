"""How the time of cleaning grows with the length of hostile texts: twice the text may take twice the time."""

import time
from collections.abc import Callable

from benchmarks.fuzz_cleaning import cleaning_breaches
from flows.readers import RawFile, Sink
from flows.settings import load_settings

FIRST = 1 << 17
"""Characters of the shorter text: what a text costs however short it is no longer counts there."""
MAX_RATIO = 2.5
ROUNDS = 4
_TRIED = (
    "harbour ", "a", "1", "1. ", ". ", "– ", "Read more: ", "By Ada Stern, ", "3 hours ago ", "March 1, 2025 ", "2025-03-01T10:00 ",
    "© ", "| ", "/ ", "(dpa) ", "KIEL (dpa) – ", "Reuters/AP ", "Tags: ", "#a ", "@a ", "https://a.example/ ", "“so be it” ", "Ã¼", "\u0301", "İ", "ﷺ",
)  # fmt: skip
"""What patterns look for: repeated without end, it is what backtracking dies of."""


def print_growth() -> int:
    """Print the repeated words whose time grows most; return the exit status, 1 if any grows too fast."""
    found = []
    for repeated in _TRIED:
        for make in (_one_line, _lines, _other_lines):
            found.append((*_growth(make, repeated), f"{repeated!r} as{make.__name__.replace('_', ' ')}"))
    found.sort(reverse=True)
    for ratio, one, two, repeated in found[:10]:
        print(f"{ratio:5.2f} times: {one * 1000:6.0f} ms, {two * 1000:6.0f} ms of {repeated}")
    print(
        f"{len(found)} texts of {FIRST:,} and {2 * FIRST:,} characters, the longest of which took {max(one[2] for one in found):.2f} s"
    )
    return 1 if found[0][0] > MAX_RATIO else 0


def _growth(make: Callable[[str, int], str], repeated: str) -> tuple[float, float, float]:
    """Return the ratio and both times; measured again where it is high, as others have the processor's caches too."""
    measured = []
    for _ in range(ROUNDS):
        one, two = (_seconds(make(repeated, size)) for size in (FIRST, 2 * FIRST))
        measured.append((two / one, one, two))
        if two / one <= MAX_RATIO:
            break
    return min(measured)


def _one_line(repeated: str, size: int) -> str:
    return repeated * (size // len(repeated))


def _lines(repeated: str, size: int) -> str:
    return f"{repeated}\n" * (size // (len(repeated) + 1))


def _other_lines(repeated: str, size: int) -> str:
    """Lines of four, no two alike: what is equal is looked at once."""
    return "".join(f"{repeated * 4}{number}\n" for number in range(size // (4 * len(repeated) + 6)))


def _seconds(text: str) -> float:
    settings = load_settings(max_record_lines=1 << 20)
    sink = Sink(RawFile("a.jsonl", 1, 0), settings, lambda _: None)
    began = time.process_time()
    sink.add(0, {"url": "https://a.example/1", "text": f"A harbour story\n{text}"}, b"1")
    for wrong in cleaning_breaches(sink.rows.tables()[0], settings):
        print(f"{text[:20]!r}: {wrong}")
    return time.process_time() - began
