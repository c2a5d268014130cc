"""Rows of earlier versions of a table in today's columns: what is new in them stands as `schemas/versions.py` says."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import StorageError
from schemas import Table
from schemas.versions import defaults_of


def upgraded(rows: pa.Table, table: Table, columns: Sequence[str] | None = None) -> pa.Table:
    """Return rows of any earlier version of a table as today's version has them: all columns of a file, or some.

    Raises StorageError for a column that earlier versions had and `rows` lacks.
    """
    schema = table.schema if columns is None else pa.schema([table.schema.field(name) for name in columns])
    defaults = defaults_of(table.name)
    arrays = []
    for field in schema:
        column = rows[field.name].combine_chunks() if field.name in rows.schema.names else None
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks)
        arrays.append(_brought(column, field, field.name, rows=len(rows), defaults=defaults, table=table.name))
    return pa.Table.from_arrays(arrays, schema=schema)


def _brought(
    array: pa.Array | None, field: pa.Field, path: str, *, rows: int, defaults: dict[str, Any], table: str
) -> pa.Array:
    """Bring a column, or what stands in its lists and records, to today's type; None: it is missing."""
    if array is None:
        if path not in defaults:
            raise StorageError(f"{table}: column {path} is missing, which every version has; the file is damaged")
        one = pa.array([defaults[path]], field.type)
        return one.take(pa.array(np.zeros(rows, dtype=np.int64)))
    kind = field.type
    if array.type == kind:
        return array
    if pa.types.is_list(kind):
        inside = array.flatten()
        values = _brought(inside, kind.value_field, path, rows=len(inside), defaults=defaults, table=table)
        lengths = pc.fill_null(pc.list_value_length(array), 0)
        offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))), pa.int32())
        return pa.ListArray.from_arrays(offsets, values, type=kind, mask=array.is_null())
    if pa.types.is_struct(kind):
        names = {inner.name for inner in array.type}
        children = [
            _brought(
                array.field(inner.name) if inner.name in names else None,
                inner,
                f"{path}.{inner.name}",
                rows=len(array),
                defaults=defaults,
                table=table,
            )
            for inner in kind
        ]
        return pa.StructArray.from_arrays(children, fields=list(kind), mask=array.is_null())
    return array.cast(kind)
