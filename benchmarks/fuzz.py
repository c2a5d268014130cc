"""Fuzz the readers and the cleaner: inputs made to break them, each held against the laws in fuzz_laws.py.

    python benchmarks/fuzz.py --all --inputs 1000000
    python benchmarks/fuzz.py --format warc --seconds 600 --engine atheris --corpus /tmp/corpus
    python benchmarks/fuzz.py --replay tests/flows/readers/found
    python benchmarks/fuzz.py --growth

Each target runs in a process of its own, which notes an input before it is read: one that ends the process, or is
still being read after a while, is kept like those that break a law. Cases go to --found; `--minimise` makes one small.
Exit status 1 says that there were some.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.fuzz_engines import CURRENT, ENGINES, Progress, Trial, keep_case, run_atheris, run_mutator  # noqa: E402

HANG_SECONDS = 30.0
"""Of wall time, after which an input's process is ended: twice as long as one that a busy machine only slows."""
MAX_MEMORY = 6 << 30
"""Bytes of address space; what runs into it is a case."""
LOOK_SECONDS = 0.5
_ROW = "{:<12} {:<8} {:>9} {:>8} {:>7} {:>10} {:>10} {:>8} {:>6}"


@dataclass(frozen=True)
class Plan:
    """What a target's process is told."""

    target: str
    engine: str
    inputs: int
    seconds: float
    seed: int
    folder: Path
    corpus: Path


def main() -> int:
    """Run what the arguments say."""
    given = _arguments()
    if given.worker:
        work(Plan(**{**json.loads(given.worker), "folder": Path(given.found), "corpus": Path(given.corpus)}))
        return 0
    if given.replay or given.minimise:
        from benchmarks.fuzz_cases import minimise, replay

        return replay(given.replay) if given.replay else minimise(given.minimise)
    if given.growth:
        from benchmarks.fuzz_growth import print_growth

        return print_growth()
    return fuzz(given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--format", metavar="NAME", nargs="+", help="formats, compressions, sidecar, clean or clean-pages"
    )
    parser.add_argument("--all", action="store_true", help="all readers, the inputs shared among them")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument(
        "--seconds", type=float, default=0.0, help="end each target after so long; 0: when its inputs are done"
    )
    parser.add_argument("--engine", choices=ENGINES, default="atheris")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--corpus", type=Path, default=None, help="where atheris keeps what reached new code")
    parser.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()) / "copydesk-fuzz")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="hold found cases against the laws again")
    parser.add_argument("--minimise", type=Path, metavar="FILE", help="make a case smaller, in place")
    parser.add_argument("--growth", action="store_true", help="how time grows with what is repeated without end")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def fuzz(given: argparse.Namespace) -> int:
    """Fuzz each target in turn; print a row of each."""
    from benchmarks.fuzz_seeds import targets

    engine = given.engine
    if engine == "atheris" and importlib.util.find_spec("atheris") is None:
        print("atheris isn't installed (pip install -e '.[fuzz]'; it has wheels for Linux): taking the seeded mutator")
        engine = "mutate"
    readers = [name for name, target in targets().items() if not target.cleans]
    names = given.format or readers
    print(_ROW.format("target", "engine", "inputs", "seconds", "per s", "documents", "rejections", "slowest", "cases"))
    total = cases = 0
    for name in names:
        share = -(-given.inputs // len(names))
        corpus = (given.corpus or given.found / "corpus") / name
        done, breaches = run_target(Plan(name, engine, share, given.seconds, given.seed, given.found, corpus))
        total, cases = total + done, cases + breaches
    print(f"{total:,} inputs, {cases} cases" + (f", the first of each kind in {given.found}" if cases else ""))
    return 1 if cases else 0


def run_target(plan: Plan) -> tuple[int, int]:
    """Fuzz one target, with a new process after each that ended early; return inputs and cases."""
    own = plan.folder / f".{plan.target}"
    own.mkdir(parents=True, exist_ok=True)
    (own / CURRENT).unlink(missing_ok=True)
    began, ended = time.time(), 0
    progress = Progress(own / CURRENT)
    while progress.inputs < plan.inputs and not _is_over(plan, began):
        left = Plan(
            **{**vars(plan), "inputs": plan.inputs - progress.inputs, "seed": plan.seed + progress.inputs + ended}
        )
        why = _watched(left, own, began)
        progress = Progress(own / CURRENT)
        if why is None and progress.inputs < plan.inputs and not _is_over(plan, began):
            why = "its process ended before its inputs did"
        if why is not None:
            keep_case(plan.folder, plan.target, why, progress.current())
            ended += 1
            progress.skip()
    seconds = time.time() - began
    cases = progress.breaches + ended
    shown = (
        f"{progress.inputs:,}",
        f"{seconds:.0f}",
        f"{progress.inputs / seconds:.0f}",
        f"{progress.documents:,}",
        f"{progress.rejections:,}",
        f"{progress.slowest:.1f} s",
        cases,
    )
    print(_ROW.format(plan.target, plan.engine, *shown), flush=True)
    return progress.inputs, cases


def _is_over(plan: Plan, began: float) -> bool:
    return bool(plan.seconds) and time.time() - began >= plan.seconds


def _watched(plan: Plan, own: Path, began: float) -> str | None:
    """Run a target's process to its end, or the end of its time; return why it ended if it shouldn't have."""
    told = json.dumps({**vars(plan), "folder": "", "corpus": ""})
    command = [sys.executable, __file__, "--worker", told, "--found", str(own), "--corpus", str(plan.corpus)]
    with (own / "log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        while process.poll() is None:
            time.sleep(LOOK_SECONDS)
            since = Progress(own / CURRENT).since
            if since and time.time() - since > HANG_SECONDS:
                process.kill()
                return f"hang: still being read after {HANG_SECONDS:.0f} s"
            if _is_over(plan, began):
                process.kill()
                return None
    return f"crash: its process ended with status {process.returncode}" if process.returncode else None


def work(plan: Plan) -> None:
    """Be a target's process."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if plan.engine == "atheris":
        _instrument()
    from benchmarks.fuzz_laws import Laws
    from benchmarks.fuzz_seeds import targets

    target = targets()[plan.target]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        trial = Trial(target, Laws(Path(folder)), plan.folder)
        if plan.engine == "atheris":
            run_atheris(target, trial, inputs=plan.inputs, seed=plan.seed, corpus=plan.corpus)
        else:
            run_mutator(target, trial, inputs=plan.inputs, seed=plan.seed)


def _instrument() -> None:
    """Import what is fuzzed so that atheris sees which of its lines are reached."""
    import atheris

    with atheris.instrument_imports(include=["flows.readers", "flows.html", "flows.cleaning", "flows.text"]):
        import flows.cleaning.clean
        import flows.readers  # noqa: F401


if __name__ == "__main__":
    sys.exit(main())
