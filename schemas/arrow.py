"""Arrow schemas from pydantic models: explicit, so that no column's type ever depends on the data."""

import types
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import pyarrow as pa
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

INT32_MAX = 2**31 - 1
_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    bytes: pa.binary(),
    bool: pa.bool_(),
    float: pa.float64(),
    datetime: pa.timestamp("us", tz="UTC"),
    AwareDatetime: pa.timestamp("us", tz="UTC"),
}


def arrow_schema(model: type[BaseModel], *, without: Iterable[str] = ()) -> pa.Schema:
    """Return the schema of `model`'s fields in their order, each with its description as metadata."""
    left_out = set(without)
    return pa.schema([_field(name, info) for name, info in model.model_fields.items() if name not in left_out])


def _field(name: str, info: FieldInfo) -> pa.Field:
    kind, nullable = arrow_type(info.annotation, info.metadata)
    metadata = {"description": info.description} if info.description else None
    return pa.field(name, kind, nullable=nullable, metadata=metadata)


def arrow_type(annotation: Any, constraints: Iterable[Any] = ()) -> tuple[pa.DataType, bool]:
    """Return the Arrow type of an annotation and whether it may be null.

    Raises TypeError for an annotation that has no column type.
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return arrow_type(inner, [*_unfold(more), *constraints])
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) != 1 or len(members) == len(get_args(annotation)):
            raise TypeError(f"{annotation}: a column holds one type, or one type and None")
        return arrow_type(members[0], constraints)[0], True
    if origin is Literal:
        return pa.string(), False
    if origin is list:
        element, nullable = arrow_type(get_args(annotation)[0])
        return pa.list_(pa.field("element", element, nullable=nullable)), False
    if annotation is int:
        return _integer(constraints), False
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(list(arrow_schema(annotation))), False
    if annotation in _SCALARS:
        return _SCALARS[annotation], False
    raise TypeError(f"{annotation!r} has no column type; add it to schemas/arrow.py")


def _unfold(constraints: Iterable[Any]) -> Iterable[Any]:
    for constraint in constraints:
        if isinstance(constraint, FieldInfo):
            yield from constraint.metadata
        else:
            yield constraint


def _integer(constraints: Iterable[Any]) -> pa.DataType:
    """int32 where the model's upper bound fits it, else int64."""
    bounds = [c.le for c in _unfold(constraints) if isinstance(c, annotated_types.Le)]
    fits = any(isinstance(bound, int) and bound <= INT32_MAX for bound in bounds)
    return pa.int32() if fits else pa.int64()
