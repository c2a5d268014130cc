"""Where everything stands below the processed folder."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, total_ordering
from pathlib import Path

_PART = re.compile(r"^month=(\d{4}-\d{2})/part-(\d{4})\.parquet$")


@total_ordering
@dataclass(frozen=True)
class Partition:
    """The unit of all work: one month and one bucket of sites."""

    month: str
    bucket: int

    @property
    def path(self) -> str:
        """The partition's file, relative to a table's folder."""
        return f"month={self.month}/part-{self.bucket:04d}.parquet"

    @property
    def previous(self) -> "Partition":
        """The same bucket a month earlier, whose pages are evidence for this one's template."""
        year, month = int(self.month[:4]), int(self.month[5:])
        return Partition(f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}", self.bucket)

    @property
    def following(self) -> "Partition":
        """The same bucket a month later, for whose template this one's pages are evidence."""
        year, month = int(self.month[:4]), int(self.month[5:])
        return Partition(f"{year + (month == 12):04d}-{month % 12 + 1:02d}", self.bucket)

    def __lt__(self, other: "Partition") -> bool:
        return (self.month, self.bucket) < (other.month, other.bucket)


def bucket_of(key: str, buckets: int) -> int:
    """Return the bucket of a site (or, for rejections without one, of a path)."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) % buckets


@dataclass(frozen=True)
class Layout:
    """The paths below one processed folder."""

    root: Path
    run: str = ""
    """The run that stages there. A worker that outlives its killed run can't touch what the next one stages."""

    @cached_property
    def state(self) -> Path:
        """What isn't a published table."""
        return self.root / "_state"

    @cached_property
    def staging(self) -> Path:
        """The run's own folder."""
        return self.all_staging / self.run

    @cached_property
    def all_staging(self) -> Path:
        """The runs' folders; whatever an earlier run left there is worthless without a journal."""
        return self.state / "staging"

    @property
    def reading(self) -> Path:
        """What a run that was stopped had read, a folder for each finished unit."""
        return self.state / "reading"

    @property
    def journal(self) -> Path:
        """The list of moves of a publication under way."""
        return self.state / "journal.json"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.state / "lock"

    @property
    def carried(self) -> Path:
        """The table files that still carry the version before them."""
        return self.state / "carried.json"

    @property
    def manifest(self) -> Path:
        """The raw files read so far."""
        return self.state / "raw_files.parquet"

    @property
    def store(self) -> Path:
        """What the tables were made with and can't be changed under them."""
        return self.state / "store.json"

    @property
    def index(self) -> Path:
        """What matching needs of every document, a file a month."""
        return self.state / "index"

    @property
    def teasers(self) -> Path:
        """The headlines that pages point to, a file a month."""
        return self.state / "teasers"

    @property
    def counts(self) -> Path:
        """What each partition holds, in figures."""
        return self.state / "counts.json"

    @property
    def overrides(self) -> Path:
        """What the user said of sites' lines."""
        return self.state / "overrides.json"

    @property
    def tombstones(self) -> Path:
        """Hashes of what was taken down."""
        return self.state / "tombstones.parquet"

    @property
    def takedowns(self) -> Path:
        """A receipt for each takedown."""
        return self.state / "takedowns.json"

    def table(self, name: str) -> Path:
        """Return the folder of a published table, or of a state table (`_cleaned`, `_links`)."""
        return self.state / name[1:] if name.startswith("_") else self.root / name

    def file(self, name: str, partition: Partition) -> Path:
        """Return the file of one partition of a table."""
        return self.table(name) / partition.path

    def latest(self, name: str) -> Path | None:
        """Return a file of a table's last month; it looks at no other month."""
        months = sorted(self.table(name).glob("month=*"), reverse=True)
        return next((path for month in months for path in sorted(month.glob("part-*.parquet"))), None)

    def partitions(self, name: str) -> Iterator[Partition]:
        """Yield the partitions that a table has files for, in order."""
        folder = self.table(name)
        found = []
        for path in folder.glob("month=*/part-*.parquet"):
            match = _PART.match(path.relative_to(folder).as_posix())
            if match:
                found.append(Partition(match[1], int(match[2])))
        yield from sorted(found)
