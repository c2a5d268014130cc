"""Fields that `copydesk.toml` names, from the rejection that asks for them to the tables."""

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from flows.retrying import retry
from flows.settings import Settings
from tests.conftest import STORIES, Run, Write

Rows = Callable[..., list[dict[str, Any]]]
Command = Callable[..., str]
FOLDER = "courier.example/2025-03-01"


def story(name: str, **more: Any) -> bytes:
    return json.dumps({"payload": {"story": "\n".join(STORIES[name])}, **more}).encode() + b"\n"


@pytest.fixture
def copydesk(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], raw: Path, processed: Path) -> Command:
    """Run the command in this process, in the folder above the raw one; return all that it says."""
    monkeypatch.setenv("COPYDESK_RAW", str(raw))
    monkeypatch.setenv("COPYDESK_PROCESSED", str(processed))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(raw.parent)

    def run(*arguments: str, given: bytes = b"") -> str:
        monkeypatch.setattr(sys, "argv", ["copydesk", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(SystemExit):
            cli.main()
        out, errors = capfd.readouterr()
        return out + errors

    return run


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def test_what_the_rejection_asks_for_brings_the_records_in(
    copydesk: Command, write: Write, raw: Path, rows: Rows
) -> None:
    write(f"{FOLDER}/a.jsonl", story("ferry") + story("orchard"))
    write(f"{FOLDER}/b.csv", 'id,payload.story\n1,"{}"\n'.format("\n".join(STORIES["library"])))
    write(f"{FOLDER}/c.zip", zipped(**{"feed.json": story("bakery")}))
    assert "missing_text 3" in copydesk("ingest", "--quiet")
    told = copydesk("rejected", "missing_text")
    assert 'add `text = "payload.story"` below [fields] in copydesk.toml' in told
    (raw.parent / "copydesk.toml").write_text('[fields]\ntext = "payload.story"\n')
    assert "3 records tried again: 3 passed" in copydesk("retry", "--reason", "missing_text")
    assert [row["reason"] for row in rows("rejections")] == ["missing_header"]
    (raw / f"{FOLDER}/a.jsonl").unlink()
    copydesk("retry")
    assert rows("rejections") == []
    assert {row["text"] for row in rows("documents")} == {"\n".join(lines) for lines in STORIES.values()}


def test_a_payload_is_read_by_the_names_of_its_raw_file_though_that_is_gone(
    write: Write, run: Run, settings: Callable[..., Settings], rows: Rows
) -> None:
    path = write(f"{FOLDER}/a.jsonl", story("ferry"))
    run()
    path.unlink()
    assert retry(settings(fields={"of": {"elsewhere": {"text": "payload.story"}}})).passed == 0
    assert retry(settings(fields={"of": {f"{FOLDER}/*": {"text": "payload.story"}}})).passed == 1
    assert rows("rejections") == []


def test_documents_that_were_read_before_stay_as_they_were_though_other_names_would_move_them(
    write: Write, run: Run, settings: Callable[..., Settings], rows: Rows
) -> None:
    known = json.dumps({"text": "\n".join(STORIES["library"]), "at": "2024-11-05", "link2": "https://other.example/a"})
    write(f"{FOLDER}/a.jsonl", f"{known}\n".encode() + story("ferry", at="2024-11-05", link2="https://other.example/b"))
    run()
    before = rows("documents")
    again = settings(fields={"text": "payload.story", "fetched_at": "at", "url": "link2"})
    assert retry(again).passed == 1
    (library,) = [row for row in rows("documents") if row["record_no"] == 0]
    (ferry,) = [row for row in rows("documents") if row["record_no"] == 1]
    assert [library] == before
    assert (ferry["url"], ferry["month"], library["month"]) == ("https://other.example/b", "2024-11", "2025-03")


@pytest.mark.parametrize("pattern", ["stdin", "*"])
def test_clean_goes_by_them_too(copydesk: Command, raw: Path, pattern: str) -> None:
    (raw.parent / "copydesk.toml").write_text(f'[fields.of."{pattern}"]\ntext = "payload.story"\n')
    told = copydesk("clean", "--quiet", "--fields", "title,text", given=story("ferry") + story("library"))
    assert [json.loads(line)["text"] for line in told.splitlines()] == [
        "\n\n".join(STORIES[name][1:]) for name in ("ferry", "library")
    ]


def test_clean_takes_a_path_for_the_text_field_and_says_where_a_text_stands(copydesk: Command) -> None:
    told = copydesk("clean", "--quiet", "--text-field", "payload.story", given=story("ferry"))
    assert STORIES["ferry"][1] in told
    told = copydesk("clean", "--quiet", "--text-field", "payload.tale", given=story("ferry"))
    assert 'the longest is in "payload.story"' in told
