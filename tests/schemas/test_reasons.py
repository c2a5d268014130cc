"""Each reason for a rejection is what its documentation says."""

import os
from pathlib import Path
from typing import Any

import pytest

from schemas.reasons import FOLDER, REASONS, Example

EXAMPLES = {reason: told.example for reason, told in REASONS.items() if told.example is not None}


@pytest.mark.parametrize("reason", EXAMPLES)
def test_the_example_of_a_reason_is_rejected_for_it(
    reason: str, write: Any, run: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = EXAMPLES[reason]
    lay(example, write)
    if example.forbidden:
        forbid(example.name, monkeypatch)
    rejected = run(**example.settings).rejected_by_reason
    assert rejected.pop(reason) == 1
    assert not rejected or set(rejected) == {"malformed_json"}  # what too many bad records come after
    (row,) = (row for row in rows("rejections") if row["reason"] == reason)
    assert row["source_path"] == f"{FOLDER}/{example.name}"


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_told_in_sentences_of_one_line(reason: str) -> None:
    told = REASONS[reason]
    assert all("\n" not in text for text in (told.meaning, told.shown, told.to_do))
    assert told.to_do.endswith(".")
    assert not told.meaning.endswith(".")


def lay(example: Example, write: Any) -> None:
    path = write(f"{FOLDER}/{example.name}", example.content)
    if example.link is not None:
        path.unlink()
        path.symlink_to(example.link)
    if example.sidecar is not None:
        write(f"{FOLDER}/{example.name}.meta.json", example.sidecar)
    for name, content in example.beside.items():
        write(f"{FOLDER}/{name}", content)


def forbid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to open files of a name, as the operating system does to everybody but root."""
    honest = os.open

    def refusing(path: Any, *given: Any, **more: Any) -> int:
        if Path(os.fsdecode(path)).name == name:
            raise PermissionError(13, "Permission denied", path)
        return honest(path, *given, **more)

    monkeypatch.setattr(os, "open", refusing)
