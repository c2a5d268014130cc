"""copydesk clean, as its user meets it."""

import gzip
import io
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows import cli
from tests.conftest import FOOTER, NAVIGATION, STORIES, Write, page

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Command:
    """Run the command in this process; return its code, output and errors."""

    def run(*arguments: str | Path, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["copydesk", "clean", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, errors = capfdbinary.readouterr()
        return int(end.value.code or 0), out.decode(), errors.decode()

    return run


def records(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def lines_of(*stories: str) -> bytes:
    return b"".join(json.dumps({"id": story, "text": page(story)}).encode() + b"\n" for story in stories)


def body(story: str) -> str:
    return "\n\n".join(STORIES[story][1:])


def test_a_folder_is_read_as_the_raw_folder_is(clean: Command, courier: Callable[[], None], raw: Path) -> None:
    courier()
    code, out, errors = clean(raw)
    assert code == 0
    found = records(out)
    assert [record["id"] for record in found] == [
        f"{raw}/courier.example/2025-03-0{number}/{story}.txt" for number, story in enumerate(STORIES, 1)
    ]
    assert [record["text"] for record in found] == [body(story) for story in STORIES]
    assert "4 records: 4 cleaned, 0 rejected" in errors


def test_what_is_no_record_is_counted(clean: Command, write: Write, raw: Path) -> None:
    write("courier.example/logo.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
    write("courier.example/ferry.txt", page("ferry"))
    _, out, errors = clean(raw)
    assert len(records(out)) == 1
    assert errors.splitlines()[-1] == "passed over, as they are no records: 1 image/*"


def test_files_named_one_by_one_belong_to_the_site_their_folder_names(
    clean: Command, courier: Callable[[], None], raw: Path
) -> None:
    courier()
    names = sorted(raw.rglob("*.txt"))
    _, out, _ = clean(*names, "--fields", "id,site,text", "-q")
    assert [record["id"] for record in records(out)] == [str(name) for name in names]
    assert {record["site"] for record in records(out)} == {"courier.example"}
    _, of_folder, _ = clean(raw / "courier.example", "--fields", "site", "-q")
    assert {record["site"] for record in records(of_folder)} == {"courier.example"}


def test_a_file_named_by_itself_is_read_with_its_sidecar(clean: Command, write: Write) -> None:
    path = write("a.txt", page("ferry"), title=STORIES["ferry"][0], url="https://courier.example/ferry")
    _, out, _ = clean(path, "--full")
    (record,) = records(out)
    assert (record["url"], record["title"]) == ("https://courier.example/ferry", STORIES["ferry"][0])


@pytest.mark.parametrize("packed", [False, True])
def test_json_lines_stream_through_standard_input(clean: Command, packed: bool) -> None:
    given = lines_of(*STORIES)
    code, out, errors = clean(given=gzip.compress(given, mtime=0) if packed else given)
    assert code == 0
    assert [(record["id"], record["text"]) for record in records(out)] == [(story, body(story)) for story in STORIES]
    assert len(errors.splitlines()) == 1


def test_records_go_out_while_more_are_awaited(tmp_path: Path) -> None:
    import subprocess

    command = [sys.executable, "-m", "flows", "clean", "--batch", "2", "-q"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(60, process.kill)
        watch.start()
        process.stdin.write(lines_of("ferry", "library"))
        process.stdin.flush()
        first = process.stdout.readline()
        process.stdin.close()
        assert json.loads(first)["id"] == "ferry"
        process.stdout.read()
        watch.cancel()


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        (page("ferry").encode(), "stdin"),
        (json.dumps([{"text": page("ferry")}]).encode(), "stdin#0"),
        (json.dumps({"text": page("ferry")}, indent=1).encode(), "stdin#0"),
    ],
    ids=["text", "array", "object"],
)
def test_standard_input_may_hold_one_text_or_one_json_value(clean: Command, given: bytes, identity: str) -> None:
    code, out, _ = clean("-", given=given)
    assert code == 0
    (record,) = records(out)
    assert record["id"] == identity
    assert body("ferry") in record["text"]


def test_the_input_format_can_be_told(clean: Command) -> None:
    _, out, _ = clean(
        "--input-format",
        "text",
        given=b'{"text": "a line of a page about brackets, long enough to be a paragraph of its own."}',
    )
    assert records(out)[0]["text"].startswith("{")


def test_what_is_rejected_is_a_line_on_standard_error_and_a_record(clean: Command, tmp_path: Path) -> None:
    given = lines_of("ferry") + b"{broken\n" + b'{"id": 5, "title": "no text"}\n'
    code, out, errors = clean(given=given)
    assert code == 0
    assert [(record["id"], record["rejected"]) for record in records(out)] == [
        ("ferry", None),
        ("stdin#1", "malformed_json"),
        (5, "missing_text"),
    ]
    assert [line.endswith(reason) for line, reason in zip(errors.splitlines(), ("(malformed_json)", "(missing_text)"), strict=False)] == [True, True]  # fmt: skip
    target = tmp_path / "rejected.jsonl"
    _, _, quiet = clean("--rejections", target, "-q", given=given)
    assert quiet == ""
    assert [told["id"] for told in records(target.read_text())] == ["stdin#1", 5]
    assert set(records(target.read_text())[0]) == {"id", "reason", "message"}


@pytest.mark.parametrize("given", [b"", b'{"broken\n{"broken\n', b'{"title": "no text"}\n'])
def test_the_exit_code_says_when_nothing_could_be_read(clean: Command, given: bytes) -> None:
    code, _, errors = clean(given=given)
    assert code == 1
    assert "0 cleaned" in errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing.txt",), "nothing.txt: there is no such file or folder"),
        (("--format", "xml"), "there are jsonl, json, text, parquet"),
        (("--format", "parquet"), "name a file with -o FILE"),
        (("--fields", "id,nonsense"), "there is no field 'nonsense'"),
        (("--input-format", "pdf"), "there are zip, tar, "),
    ],
)
def test_a_wrong_command_line_is_one_line(clean: Command, arguments: tuple[str, ...], message: str) -> None:
    code, out, errors = clean(*arguments)
    assert code == 1
    assert out == ""
    assert message in errors
    assert errors.count("\n") == 1


def test_the_suffix_of_the_output_tells_its_format(clean: Command, tmp_path: Path) -> None:
    given = lines_of(*STORIES) + b'{"id": 5}\n'
    for name in ("out.jsonl", "out.json", "out.parquet", "out.txt"):
        assert clean("-o", tmp_path / name, "-q", "--full", given=given)[:2] == (0, "")
    by_line = records((tmp_path / "out.jsonl").read_text())
    assert json.loads((tmp_path / "out.json").read_text()) == by_line
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["text"] for row in rows] == [record["text"] for record in by_line]
    assert rows[-1]["id"] == "5"
    shown = (tmp_path / "out.txt").read_text()
    assert f"{STORIES['ferry'][0]}\n\n{STORIES['ferry'][1]}" in shown
    assert NAVIGATION[0] not in shown


def test_an_array_of_no_record_is_one(clean: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    folder = tmp_path / "empty"
    folder.mkdir()
    assert clean(folder, "-o", target)[0] == 1
    assert json.loads(target.read_text()) == []


def test_roles_show_every_line(clean: Command) -> None:
    _, out, _ = clean("--roles", given=lines_of(*STORIES))
    lines = records(out)[0]["lines"]
    assert [line["text"] for line in lines if not line["kept"]] == [*NAVIGATION, *FOOTER]
    _, shown, _ = clean("--roles", "--format", "text", given=lines_of(*STORIES))
    assert f"- {NAVIGATION[0]}   [" in shown


def test_a_pipe_named_like_a_file_is_a_stream(clean: Command, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=lambda: pipe.write_bytes(lines_of(*STORIES)))
    feeder.start()
    _, out, _ = clean(pipe)
    feeder.join()
    assert len(records(out)) == len(STORIES)
