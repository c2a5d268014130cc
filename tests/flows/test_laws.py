"""The laws that every run keeps, whatever the raw files hold."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows.engine import Processes
from flows.errors import AuditError, LockedError, StorageError
from flows.reading import read_new_files
from flows.report import RunReport
from flows.settings import load_settings
from flows.stages import ingest

PROJECT = Path(__file__).parents[2]
TABLES = ("documents", "pages", "articles", "related", "removed_lines", "duplicates", "rejections", "site_lines")
EXAMPLES = hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

WORDS = st.sampled_from(
    [
        "harbour",
        "quay",
        "council",
        "ferry",
        "storm",
        "bridge",
        "library",
        "orchard",
        "Größe",
        "député",
        "東京",
        "über",
        "naïve",
    ]
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=14).map(lambda words: " ".join(words).capitalize() + ".")
FURNITURE = st.sampled_from(
    ["Home", "3 min read", "Share", "By Nora Whitlock", "More", "Español", "es", "© 2025 X", "", "First carried in our pages on",
     "See also", "Read 12 comments", "Lire aussi : le pont", "AP/kl", "a\u200bb", "the Tidende\u00adOpens elsewhere, talks"]
)  # fmt: skip
TEXTS = st.lists(SENTENCES | FURNITURE | st.text(max_size=30), max_size=12).map("\n".join)
RECORDS = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={
        "url": st.sampled_from(
            ["https://courier.example/a", "https://courier.example/b", "http://fjordpost.example/c", "x"]
        ),
        "title": SENTENCES,
        "date": st.sampled_from(["2025-03-01", "2025-02-30", "yesterday", "2025-03-02T10:00:00Z", 1]),
        "fetched_at": st.sampled_from(["2025-02-27", "2025-03-01", "2025-04-02"]),
        "language": st.sampled_from(["en", "de-CH", "", "klingon"]),
        "site": st.sampled_from(["courier.example", "fjordpost.example", "Paper"]),
    },
)
FILES = st.lists(
    st.tuples(st.sampled_from(["a.jsonl", "b.json", "c.txt", "d/e.txt"]), st.lists(RECORDS | st.just(7), max_size=6)),
    min_size=1,
    max_size=3,
    unique_by=lambda file: file[0],
)


def lay(raw: Path, files: list[tuple[str, list[Any]]]) -> int:
    """Write raw files; return how many records they hold at least."""
    for name, records in files:
        target = raw / "2025-03-01" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".jsonl"):
            content = "".join(json.dumps(record) + "\n" for record in records)
        elif name.endswith(".json"):
            content = json.dumps(records)
        else:
            content = "\n".join(str(r["text"]) for r in records if isinstance(r, dict))
        target.write_bytes(content.encode("utf-8", "surrogatepass"))
        os.utime(target, (1_740_000_000, 1_740_000_000))
    return len(files)


@contextmanager
def folders(files: list[tuple[str, list[Any]]]) -> Iterator[tuple[Path, Path]]:
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        raw.mkdir()
        lay(raw, files)
        yield raw, Path(folder) / "processed"


def go(raw: Path, processed: Path, **given: Any) -> RunReport:
    return ingest(load_settings(raw=raw, processed=processed, **{"engine": "inline", "buckets": 2, **given}))


def table(processed: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(processed / name, partitioning="hive").to_table().to_pylist()
    return rows


def fingerprint(processed: Path) -> dict[str, str]:
    """Hash every published table file."""
    return {
        path.relative_to(processed).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in TABLES
        for path in sorted((processed / name).rglob("*.parquet"))
    }


@given(files=FILES)
@EXAMPLES
def test_law_1_every_record_ends_as_exactly_one_thing(files: list[tuple[str, list[Any]]]) -> None:
    with folders(files) as (raw, processed):
        report = go(raw, processed)
        counts = report.counts
        documents = table(processed, "documents")
        rejections = table(processed, "rejections")
        read = [row for row in rejections if row["stage"] != "clean"]
        assert counts.records == len(documents) + len(read)
        outcomes = [row["outcome"] for row in documents]
        assert outcomes.count("article") == counts.articles == len(table(processed, "articles"))
        assert outcomes.count("revision") == counts.revisions
        assert outcomes.count("duplicate") == counts.duplicates
        assert outcomes.count("rejected") == len(rejections) - len(read)
        keys = [(row["source_path"], row["record_no"]) for row in documents + read]
        assert len(set(keys)) == len(keys)


def rebuilt(document: dict[str, Any], kept: dict[int, str], removed: list[dict[str, Any]]) -> str:
    """Put a document together again, line by line, the plain way."""
    lines = dict(kept)
    for row in sorted(removed, key=lambda row: row["start"] or 0):
        if row["start"] is None:
            assert row["line_no"] not in lines
            lines[row["line_no"]] = row["text"]
        else:
            line = lines[row["line_no"]]
            lines[row["line_no"]] = line[: row["start"]] + row["text"] + line[row["start"] :]
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


@given(files=FILES)
@example(files=[("a.jsonl", [{"text": "0\n¡0:0:0\nHarbour harbour harbour.\nHarbour harbour harbour."}])])
@EXAMPLES
def test_law_2_paragraphs_and_removed_lines_give_the_text_again(files: list[tuple[str, list[Any]]]) -> None:
    with folders(files) as (raw, processed):
        go(raw, processed)
        articles = {row["document_id"]: row for row in table(processed, "articles")}
        removed = table(processed, "removed_lines")
        for document in table(processed, "documents"):
            own = [row for row in removed if row["document_id"] == document["document_id"]]
            if document["document_id"] in articles:
                kept = {p["line_no"]: p["text"] for p in articles[document["document_id"]]["paragraphs"]}
                assert rebuilt(document, kept, own) == document["text"]
            elif document["outcome"] == "rejected":
                assert rebuilt(document, {}, own) == document["text"]
            else:  # a duplicate's kept lines are those that weren't removed
                lines = document["text"].split("\n")
                assert all(lines[row["line_no"] - 1] == row["text"] for row in own if row["start"] is None)


def test_law_2_is_audited_before_anything_is_published(
    courier: Callable[[], None],
    run: Callable[..., RunReport],
    processed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows.steps import clean

    honest = clean.clean_documents

    def forgetful(*arguments: Any, **given: Any) -> Any:
        cleaned = honest(*arguments, **given)
        return type(cleaned)(**{**vars(cleaned), "removed_lines": cleaned.removed_lines.slice(1)})

    monkeypatch.setattr(clean, "clean_documents", forgetful)
    courier()
    with pytest.raises(AuditError, match="don't give its text again"):
        run()
    assert not any((processed / name).exists() for name in TABLES)


def test_law_1_is_audited_before_anything_is_published(
    courier: Callable[[], None],
    run: Callable[..., RunReport],
    processed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows.steps import read

    honest = read.stream_unit

    def lossy(unit: Any, take: Any, **given: Any) -> Any:
        return honest(unit, lambda documents, rejections: take(documents.slice(1), rejections), **given)

    monkeypatch.setattr(read, "stream_unit", lossy)
    courier()
    with pytest.raises(AuditError, match="4 records were read, but 3 documents and 0 rejections"):
        run()
    assert not any((processed / name).exists() for name in TABLES)


def test_no_article_may_stand_in_two_partitions(
    courier: Callable[[], None],
    run: Callable[..., RunReport],
    processed: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Any,
) -> None:
    from flows.steps import match

    honest = match.decide

    def all_one(*arguments: Any) -> Any:
        found = honest(*arguments)
        return replace(found, keeper=np.zeros_like(found.keeper))

    monkeypatch.setattr(match, "decide", all_one)
    write("courier.example/2025-03-01/a.txt", "The council will meet on Monday to speak about the bridge again.")
    write("courier.example/2025-04-02/b.txt", "Frost took half of the cherry blossom in the valley, growers report.")
    with pytest.raises(AuditError, match=r"articles: article_id [0-9a-f]{32} would stand in two partitions"):
        run()
    assert not any((processed / name).exists() for name in TABLES)


@given(files=FILES, order=st.randoms(use_true_random=False))
@EXAMPLES
def test_law_3_runs_in_any_split_and_order_give_the_same_tables(files: list[tuple[str, list[Any]]], order: Any) -> None:
    with folders(files) as (raw, processed), TemporaryDirectory() as other:
        go(raw, processed)
        shuffled = list(files)
        order.shuffle(shuffled)
        later = Path(other) / "raw"
        later.mkdir()
        for file in shuffled:
            lay(later, [file])
            go(later, Path(other) / "processed")
        assert fingerprint(Path(other) / "processed") == fingerprint(processed)


def test_law_4_a_run_over_unchanged_input_writes_nothing(
    courier: Callable[[], None], run: Callable[..., RunReport], processed: Path
) -> None:
    courier()
    first = run()
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in processed.rglob("*.*") if path.is_file()}
    second = run()
    assert first.run_id
    assert second.run_id is None
    assert second.counts.articles == first.counts.articles == 4
    after = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in processed.rglob("*.*") if path.is_file()}
    assert after == before


def test_law_4_a_file_that_was_only_touched_is_not_new(
    courier: Callable[[], None], run: Callable[..., RunReport], raw: Path
) -> None:
    courier()
    run()
    for path in raw.rglob("*.txt"):
        os.utime(path)
    assert run().run_id is None


def test_law_6_the_number_of_workers_changes_no_byte(courier: Callable[[], None], raw: Path, tmp_path: Path) -> None:
    courier()
    go(raw, tmp_path / "one")
    go(raw, tmp_path / "two", engine="processes", workers=2, slice_bytes=1024)
    assert fingerprint(tmp_path / "two") == fingerprint(tmp_path / "one")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a run does, in its order: to take processes, to read."""
    order: list[str] = []

    def processes(workers: int) -> Processes:
        order.append("processes")
        return Processes(workers)

    def reading(run: Any) -> None:
        order.append("reading")
        read_new_files(run)

    monkeypatch.setattr("flows.run.Processes", processes)
    monkeypatch.setattr("flows.stages.read_new_files", reading)
    return order


def test_a_small_run_that_cleans_many_pages_again_takes_processes_and_changes_no_byte(
    courier: Callable[[], None], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: list[str]
) -> None:
    courier()
    go(raw, tmp_path / "one")
    go(raw, tmp_path / "two")
    (raw / "late.txt").write_text("The harbour board will dredge the inner basin in April.")
    monkeypatch.setattr("flows.run.HELPED_PAGES", 0)
    taken.clear()
    go(raw, tmp_path / "one", engine="auto", workers=1)
    assert taken == ["reading"], "one worker is this process"
    taken.clear()
    go(raw, tmp_path / "two", engine="auto", workers=2)
    assert taken == ["reading", "processes"], "for the pages that the new one touches"
    assert fingerprint(tmp_path / "two") == fingerprint(tmp_path / "one")


def test_processes_come_up_while_a_run_reads_what_adds_to_an_archive(
    courier: Callable[[], None], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: list[str]
) -> None:
    courier()
    go(raw, tmp_path / "two")
    (raw / "late.txt").write_text("The harbour board will dredge the inner basin in April.")
    monkeypatch.setattr("flows.run.HELPED_PAGES", 1)
    monkeypatch.setattr("flows.run.HELPED_BYTES", 1)
    taken.clear()
    go(raw, tmp_path / "two", engine="auto", workers=2)
    assert taken == ["processes", "reading"]


@given(
    content=st.binary(max_size=300),
    name=st.sampled_from(["x.txt", "x.jsonl", "x.json", "x.jsonl.gz", "x.html", "x"]),
)
@EXAMPLES
def test_law_7_no_file_ends_a_run_or_costs_another_record(content: bytes, name: str) -> None:
    good = [{"text": "The harbour board will dredge the inner basin in April, two years after the grounding."}]
    with folders([("a.jsonl", good)]) as (raw, processed):
        (raw / "2025-03-01" / name).write_bytes(content)
        go(raw, processed)
        articles = table(processed, "articles")
        assert any(row["body"] == good[0]["text"] for row in articles)


def test_two_runs_at_once_one_works_and_the_other_says_who_does(
    courier: Callable[[], None], run: Callable[..., RunReport], settings: Callable[..., Any]
) -> None:
    from flows.opening import open_run

    courier()
    with open_run(settings()), pytest.raises(LockedError, match=rf"process {os.getpid()} on .* since 20"):
        run()
    assert run().counts.articles == 4


def test_the_lock_of_a_dead_run_is_taken_over(
    courier: Callable[[], None], run: Callable[..., RunReport], raw: Path, processed: Path
) -> None:
    courier()
    code = (
        "import os, sys\nfrom flows.settings import load_settings\nfrom flows.opening import open_run\n"
        "with open_run(load_settings(raw=sys.argv[1], processed=sys.argv[2])):\n    os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", code, str(raw), str(processed)]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(PROJECT)}, timeout=60, check=False)
    assert killed.returncode == -9
    assert run().counts.articles == 4


def test_a_disk_that_is_full_leaves_the_tables_as_they_were(
    courier: Callable[[], None],
    run: Callable[..., RunReport],
    write: Any,
    processed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    courier()
    run()
    before = fingerprint(processed)
    write(
        "courier.example/2025-03-09/new.txt",
        "The council will meet on Monday to speak about the bridge again.",
    )

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("flows.tables.files.pq.ParquetWriter", full)
        with pytest.raises(StorageError, match="No space left on device; the tables are as they were"):
            run()
    assert fingerprint(processed) == before
    assert run().counts.articles == 5


def test_a_raw_file_that_vanishes_loses_nothing(
    courier: Callable[[], None], run: Callable[..., RunReport], raw: Path, processed: Path
) -> None:
    courier()
    run()
    before = fingerprint(processed)
    next(raw.rglob("ferry.txt")).unlink()
    report = run()
    assert report.run_id is None
    assert "1 raw file(s) read before are gone" in report.notices[0]
    assert fingerprint(processed) == before


def test_a_file_that_grows_keeps_the_ids_of_the_records_it_held(
    run: Callable[..., RunReport], write: Any, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    record = {
        "text": "The harbour board will dredge the inner basin in April.",
        "url": "https://courier.example/a",
    }
    other = {
        "text": "Frost took half of the cherry blossom in the valley.",
        "url": "https://courier.example/b",
    }
    write("courier.example/2025-03-01/feed.jsonl", json.dumps(record) + "\n" + json.dumps(record) + "\n")
    run()
    before = {row["document_id"] for row in rows("documents")}
    assert len(before) == 2
    write(
        "courier.example/2025-03-01/feed.jsonl",
        "".join(json.dumps(r) + "\n" for r in (other, record, record)),
    )
    report = run()
    assert report.counts.records == 3
    assert report.counts.documents == 3
    assert before < {row["document_id"] for row in rows("documents")}


def test_a_file_that_is_mended_is_rejected_no_more(
    run: Callable[..., RunReport], write: Any, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    write("courier.example/2025-03-01/feed.jsonl", '{"text": "The quay')
    assert run().rejected_by_reason == {"malformed_json": 1}
    write("courier.example/2025-03-01/feed.jsonl", '{"text": "The quay is open again."}')
    assert run().rejected_by_reason == {}
    assert rows("rejections") == []
    assert [row["body"] for row in rows("articles")] == ["The quay is open again."]
