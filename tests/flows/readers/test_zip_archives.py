"""ZIP archives made to harm: what they unpack to is counted, whatever their lists of members say."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from flows.readers import UnitTables, plan, read_unit, scan, streams
from flows.settings import load_settings

LINE = json.dumps({"text": "The quay will be closed to lorries from Monday."}).encode() + b"\n"


def read(raw: Path, data: bytes) -> UnitTables:
    (raw / "a.zip").write_bytes(data)
    settings = load_settings(raw=raw)
    (unit,) = plan(scan(raw), raw, settings)
    return read_unit(unit, raw=raw, settings=settings, sites=lambda _: None)


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def test_what_members_unpack_to_counts_for_the_archive(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "FREE_BYTES", 1 << 20)
    bombs = {f"{number}.jsonl": LINE + b"\n" * (1 << 19) for number in range(40)}
    found = read(raw, zipped({"first.jsonl": LINE, **bombs}))
    assert 1 < len(found.documents) < 40, "what came before the limit is kept"
    assert set(found.rejections["reason"].to_pylist()) == {"decompression_bomb"}
    assert len(found.rejections) <= 2, "the members after it aren't tried one by one"


def test_members_that_share_bytes_are_a_bomb(raw: Path) -> None:
    data = zipped({"a.jsonl": LINE})
    end = data.rindex(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    directory = data[start:end] * 3
    tail = b"PK\x05\x06\0\0\0\0\3\0\3\0" + len(directory).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"
    found = read(raw, data[:start] + directory + tail)
    assert len(found.documents) == 0
    assert found.rejections["reason"].to_pylist() == ["decompression_bomb"]
    assert "member 'a.jsonl' shares its bytes with another one" in found.rejections["message"][0].as_py()
