"""Cases that fuzzing found: held against the laws again, and made smaller."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fuzz_laws import Laws
from benchmarks.fuzz_seeds import Target, targets


def replay(folder: Path) -> int:
    """Print what is wrong with each case of a folder; return the exit status, 1 if anything is."""
    wrong = 0
    for path, target in cases(folder):
        told = breaches(target, path.read_bytes())
        wrong += bool(told)
        print(f"{path.name}: {'; '.join(told) or 'well'}")
    return 1 if wrong else 0


def cases(folder: Path) -> Iterator[tuple[Path, Target]]:
    """Yield each case of a folder with its target, after which it is named."""
    known = targets()
    for path in sorted(folder.glob("*.input")):
        yield path, known[target_of(path)]


def target_of(path: Path) -> str:
    """Return the target of a case: what its file's name begins with, up to the first dot, or what is told beside it."""
    beside = path.with_suffix(".json")
    return str(json.loads(beside.read_text())["target"]) if beside.exists() else path.name.partition(".")[0]


def breaches(target: Target, data: bytes) -> list[str]:
    """Return which laws a case breaks."""
    with _laws() as laws:
        return laws.breaches(target, data, all_laws=True)[0]


@contextmanager
def _laws() -> Iterator[Laws]:
    with tempfile.TemporaryDirectory() as folder:
        yield Laws(Path(folder))


def minimise(path: Path) -> int:
    """Take parts out of a case for as long as the same law is broken; write it in place."""
    target, data = targets()[target_of(path)], path.read_bytes()
    with _laws() as laws:

        def broken(tried: bytes) -> set[str]:
            return {breach.partition(":")[0] for breach in laws.breaches(target, tried, all_laws=True)[0]}

        laws_broken = broken(data)
        if laws_broken:
            data = smallest(data, lambda tried: bool(broken(tried) & laws_broken))
    path.write_bytes(data)
    print(f"{path.name}: {', '.join(sorted(laws_broken)) or 'breaks no law'}, {len(data)} bytes")
    return 0


def smallest(data: bytes, is_case: Callable[[bytes], bool]) -> bytes:
    """Return the least of `data` that is still a case, by leaving out halves, quarters and so on."""
    size = max(1, len(data) // 2)
    while size:
        at = 0
        while at < len(data):
            tried = data[:at] + data[at + size :]
            if is_case(tried):
                data = tried
            else:
                at += size
        size //= 2
    return data
