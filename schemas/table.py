"""A table: a pydantic model, the Arrow schema derived from it, its keys and its order."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.arrow import arrow_schema
from schemas.versions import version_of

PARTITION_KEY = "month"
"""The column that stands in the path (`month=2025-03`), as Hive partitioning has it, not in the file:
a reader that infers it from the path refuses a file that holds it too."""


class Record(BaseModel):
    """A row of a table: no field beyond those named, nothing coerced from another type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class Table:
    """What publishing and querying need to know of one table."""

    name: str
    model: type[Record]
    key: tuple[str, ...]
    """The columns that identify a row, over all partitions."""
    order: tuple[str, ...]
    """The columns a file is sorted by, so that readers can skip row groups."""
    cleaned: bool = True
    """Whether its rows depend on the rules, so that a file names those that made them."""

    @property
    def version(self) -> int:
        """The schema's version, kept in each file's metadata."""
        return version_of(self.name)

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema of a file: every field but the partition key."""
        return arrow_schema(self.model, without=(PARTITION_KEY,))

    @cached_property
    def full_schema(self) -> pa.Schema:
        """The Arrow schema as a reader of the whole table sees it, partition key last."""
        return arrow_schema(self.model)

    @property
    def doc(self) -> str:
        """The first paragraph of the model's docstring."""
        return (self.model.__doc__ or "").strip().split("\n\n")[0]
