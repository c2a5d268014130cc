"""Check whole columns against a model's constraints: what pydantic says of each row, at Arrow's speed.

Records that come in pass their pydantic model one by one. Tables that are made of them are checked here; a
test holds both to the same answers.
"""

import types
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Violation:
    """A value that its model doesn't allow."""

    row: int
    field: str
    value: Any
    rule: str

    def __str__(self) -> str:
        return f"row {self.row}, field `{self.field}`: value {self.value!r}: {self.rule}"


def find_violation(model: type[BaseModel], rows: pa.Table, *, prefix: str = "") -> Violation | None:
    """Return the first value (by field, then row) of `rows` that `model` doesn't allow, None if all is well.

    Columns the model has and `rows` doesn't are left alone. Of what stands in lists, the row is the list's.
    Raises TypeError for a constraint it can't check.
    """
    names = set(rows.column_names)
    for name, info in model.model_fields.items():
        if name not in names:
            continue
        column = rows[name].combine_chunks()
        found = _check(column, info.annotation, list(info.metadata), prefix + name)
        if found:
            return found
    return None


def _check(column: pa.Array, given: Any, metadata: list[Any], name: str) -> Violation | None:
    annotation, constraints, nullable = _unwrap(given, metadata)
    if not nullable and column.null_count:
        return _first(column, pc.is_null(column), name, "must not be null")
    if get_origin(annotation) is Literal:
        allowed = pa.array(get_args(annotation), pa.string())
        rule = f"must be one of {', '.join(get_args(annotation))}"
        other = pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, value_set=allowed)))
        return _first(column, other, name, rule)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = pa.Table.from_arrays(
            column.flatten(), names=[column.type.field(n).name for n in range(column.type.num_fields)]
        )
        return find_violation(annotation, inner, prefix=f"{name}.")
    for constraint in constraints:
        for bad, rule in _broken(column, constraint):
            found = _first(column, bad, name, rule)
            if found:
                return found
    if get_origin(annotation) is list:
        return _check_elements(column, get_args(annotation)[0], name)
    return None


def _check_elements(lists: pa.Array, annotation: Any, name: str) -> Violation | None:
    found = _check(lists.flatten(), annotation, [], f"{name}.element")
    return found and replace(found, row=pc.list_parent_indices(lists)[found.row].as_py())


def _unwrap(annotation: Any, constraints: list[Any]) -> tuple[Any, list[Any], bool]:
    """Return the bare type, all constraints on it, and whether None is allowed."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _unwrap(inner, [*more, *constraints])
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        bare, found, _ = _unwrap(members[0], constraints)
        return bare, found, True
    return annotation, constraints, False


def _broken(column: pa.Array, constraint: Any) -> Iterable[tuple[pa.Array, str]]:
    """Yield masks of the values that break a constraint, each with its rule."""
    if isinstance(constraint, FieldInfo):
        for inner in constraint.metadata:
            yield from _broken(column, inner)
    elif isinstance(constraint, annotated_types.Ge):
        yield pc.less(column, constraint.ge), f"must be at least {constraint.ge}"
    elif isinstance(constraint, annotated_types.Le):
        yield pc.greater(column, constraint.le), f"must be at most {constraint.le}"
    elif isinstance(constraint, annotated_types.MinLen):
        length = pc.list_value_length(column) if pa.types.is_list(column.type) else pc.binary_length(column)
        yield pc.less(length, constraint.min_length), f"must hold at least {constraint.min_length}"
    elif getattr(constraint, "pattern", None):
        pattern = constraint.pattern
        yield pc.invert(pc.match_substring_regex(column, pattern)), f"must match {pattern}"
    elif not _is_conversion(constraint):
        raise TypeError(f"{constraint!r}: a constraint that can't be checked by column; add it to checks.py")


def _is_conversion(constraint: Any) -> bool:
    return type(constraint).__name__ in {
        "AfterValidator",
        "BeforeValidator",
        "_PydanticGeneralMetadata",
    } and (not getattr(constraint, "pattern", None))


def _first(column: pa.Array, bad: pa.Array, name: str, rule: str) -> Violation | None:
    if not pc.any(bad).as_py():
        return None
    row = pc.index(pc.fill_null(bad, False), True).as_py()
    return Violation(row=row, field=name, value=column[row].as_py(), rule=rule)
