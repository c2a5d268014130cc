"""The manifest: which raw files were read, and what they were like."""

from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from flows.tables.files import read_rows, write_parquet

SCHEMA = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("size", pa.int64(), nullable=False),
        pa.field("mtime_ns", pa.int64(), nullable=False),
        pa.field("sidecar_size", pa.int64(), nullable=False),
        pa.field("sidecar_mtime_ns", pa.int64(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Known:
    """A raw file as it was read: its size and times tell whether to look closer, its hash whether it changed."""

    path: str
    size: int
    mtime_ns: int
    sidecar_size: int
    sidecar_mtime_ns: int
    sha256: str

    def looks_like(self, other: "Known") -> bool:
        """Tell whether size and times are alike: then the content isn't looked at."""
        return (self.size, self.mtime_ns, self.sidecar_size, self.sidecar_mtime_ns) == (
            other.size,
            other.mtime_ns,
            other.sidecar_size,
            other.sidecar_mtime_ns,
        )


def load_manifest(path: Path) -> dict[str, Known]:
    """Return the raw files read so far, by path."""
    if not path.exists():
        return {}
    return {row["path"]: Known(**row) for row in read_rows(path).to_pylist()}


def write_manifest(path: Path, known: dict[str, Known]) -> None:
    """Write the raw files read so far, sorted by path."""
    rows = [asdict(known[name]) for name in sorted(known)]
    write_parquet(pa.Table.from_pylist(rows, schema=SCHEMA), path)
