"""What makes inputs: a seeded mutator, or atheris, which keeps those that reach lines of ours that none reached before."""

import json
import mmap
import random
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.fuzz_laws import Laws
    from benchmarks.fuzz_seeds import Target

ENGINES = ("atheris", "mutate")
CURRENT = "current"
_HEADER = struct.Struct("<qqqqddq")
_ROOM = 1 << 20
SAME_BREACH = 80
"""Characters of what is wrong by which two inputs show one defect; numbers in them don't count."""
MAX_KEPT = 3
"""Inputs kept of one defect."""


class Progress:
    """What a worker does, in a file that outlives it: counts, the input it is at, and since when."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_HEADER.size + _ROOM))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _HEADER.size + _ROOM)
        self.inputs, self.documents, self.rejections, self.breaches, self.slowest, self.since, self._size = (
            _HEADER.unpack_from(self._map)
        )

    def begin(self, data: bytes) -> None:
        """Note the input that comes now."""
        self._size, self.since = min(len(data), _ROOM), time.time()
        self._map[_HEADER.size : _HEADER.size + self._size] = data[:_ROOM]
        self._write()

    def end(self) -> None:
        """Note that the input was read."""
        self.slowest = max(self.slowest, time.time() - self.since)
        self.skip()

    def skip(self) -> None:
        """Count the input that ended its process."""
        self.inputs, self.since = self.inputs + 1, 0.0
        self._write()

    def current(self) -> bytes:
        """Return the input that was noted last."""
        return self._map[_HEADER.size : _HEADER.size + self._size]

    def _write(self) -> None:
        told = (self.inputs, self.documents, self.rejections, self.breaches, self.slowest, self.since, self._size)
        _HEADER.pack_into(self._map, 0, *told)


class Trial:
    """Tries inputs of one target, and keeps those that break a law."""

    def __init__(self, target: "Target", laws: "Laws", folder: Path) -> None:
        self._target, self._laws, self._folder = target, laws, folder
        self.progress = Progress(folder / CURRENT)
        self._seen: dict[str, int] = {}

    def __call__(self, data: bytes) -> None:
        """Try one input."""
        progress = self.progress
        progress.begin(data)
        wrong, reading = self._laws.breaches(self._target, data)
        if reading is not None:
            progress.documents += len(reading.documents)
            progress.rejections += len(reading.rejections)
        for breach in wrong:
            progress.breaches += 1
            self._keep(breach, data)
        progress.end()

    def _keep(self, breach: str, data: bytes) -> None:
        kind = "".join(char for char in breach[:SAME_BREACH] if not char.isdigit())
        self._seen[kind] = self._seen.get(kind, 0) + 1
        if self._seen[kind] <= MAX_KEPT:
            keep_case(self._folder.parent, self._target.name, breach, data)


def keep_case(folder: Path, target: str, breach: str, data: bytes) -> Path:
    """Write an input and what is wrong with it into the folder of cases; return the input's path."""
    folder.mkdir(parents=True, exist_ok=True)
    number = next(number for number in range(1_000_000) if not (folder / f"{target}-{number:03}.input").exists())
    path = folder / f"{target}-{number:03}.input"
    path.write_bytes(data)
    path.with_suffix(".json").write_text(json.dumps({"target": target, "breach": breach}, indent=1) + "\n")
    return path


def run_mutator(target: "Target", try_one: Callable[[bytes], None], *, inputs: int, seed: int) -> None:
    """Try so many inputs, the same for the same seed."""
    from benchmarks.fuzz_mutations import spoilt

    drawn = random.Random(seed)
    for _ in range(inputs):
        try_one(spoilt(target, drawn))


def run_atheris(target: "Target", try_one: Callable[[bytes], None], *, inputs: int, seed: int, corpus: Path) -> None:
    """Try so many inputs, half of them made by our mutator from what reached new code; never returns."""
    import atheris

    from benchmarks.fuzz_mutations import MAX_INPUT, mutate, spoilt

    corpus.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(target.seeds):
        (corpus / f"seed-{number:03}").write_bytes(one.data)
    seeds = [one.data for one in target.seeds]

    def mutated(data: bytes, max_size: int, drawn_from: int) -> bytes:
        drawn = random.Random(drawn_from)
        way = drawn.random()
        if way < 0.2 and target.wraps:
            return spoilt(target, drawn)[:max_size]
        return bytes(atheris.Mutate(data, max_size)) if way < 0.6 else mutate(data, drawn, seeds)[:max_size]

    options = {
        "runs": inputs, "seed": seed % (1 << 31) or 1, "max_len": MAX_INPUT, "timeout": 0, "handle_alrm": 0, "rss_limit_mb": 0,
        "detect_leaks": 0, "print_final_stats": 1, "reload": 0,
    }  # fmt: skip
    arguments = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)]
    atheris.Setup(arguments, try_one, custom_mutator=mutated)
    atheris.Fuzz()
