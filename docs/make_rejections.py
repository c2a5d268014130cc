"""Write docs/rejections.md from the reasons; a test fails when it is out of date."""

from collections.abc import Iterator
from pathlib import Path

from schemas.reasons import REASONS

TARGET = Path(__file__).parent / "rejections.md"
HEAD = """# Rejections

Whatever can't become an article is a row in `rejections`, with the file, the record's number in it, the stage that
refused it, a reason of the list below, a message that names field, value and rule, and the record's first bytes
(`payload_bytes` of them, 64 KiB; `payload_truncated` says whether there were more). It costs no other record.

```
copydesk rejected                                       # how many, by reason and source
copydesk rejected missing_text --source fjordpost.example
copydesk retry --reason missing_text                    # after a fix: what passes now leaves the table
```

[Operations](operations.md#when-records-are-rejected) tells how to try again, and what stops a run that rejects too
much. This page is made by `python docs/make_rejections.py` from `schemas/reasons.py`; a test lays out each example
and finds its reason.

| reason | what it means | for example | what to do |
|---|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    for name, reason in REASONS.items():
        yield f"`{name}`", reason.meaning, reason.shown, reason.to_do


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
