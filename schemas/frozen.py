"""A table's schema as plain data, to be frozen under its version and compared with later ones."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel

from schemas.table import Table


def frozen(table: Table) -> dict[str, Any]:
    """Return a table's columns (a dot leads into records), key and order: what readers of its files rely on."""
    return {
        "table": table.name,
        "version": table.version,
        "columns": dict(_columns(table.full_schema, table.model, "")),
        "key": list(table.key),
        "order": list(table.order),
    }


def _columns(fields: pa.Schema | pa.StructType, model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
    for column in fields:
        annotation = model.model_fields[column.name].annotation
        yield prefix + column.name, _described(column, annotation)
        inner = _plain(column.type)
        if pa.types.is_struct(inner):
            yield from _columns(inner, _record(annotation), f"{prefix}{column.name}.")


def _described(column: pa.Field, annotation: Any) -> dict[str, Any]:
    kind = _plain(column.type)
    name = "record" if pa.types.is_struct(kind) else str(kind)
    told = {"type": f"list of {name}" if pa.types.is_list(column.type) else name, "null": column.nullable}
    values = sorted(_values(annotation))
    return {**told, "values": values} if values else told


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return what a list is of, else the type itself."""
    return kind.value_type if pa.types.is_list(kind) else kind


def _values(annotation: Any) -> set[str]:
    """Return the closed list of a column's values, none where any will do."""
    if get_origin(annotation) is Literal:
        return {str(value) for value in get_args(annotation)}
    if get_origin(annotation) in (Annotated, Union, types.UnionType, list):
        return set().union(*map(_values, get_args(annotation)))
    return set()


def _record(annotation: Any) -> type[BaseModel]:
    """Return the model of a column's records."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_record(inner) for inner in get_args(annotation) if inner is not type(None) and not isinstance(inner, str)]
    return found[0]
