"""Types of Arrow's columns: which of them are read, and as what."""

from collections.abc import Callable

import pyarrow as pa

from flows.errors import RecordError
from flows.readers.arrow_messages import MAX_NESTING

LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)
_AS_BYTES = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}
_TIMES = (pa.types.is_timestamp, pa.types.is_date, pa.types.is_time, pa.types.is_duration)


def check_schema(schema: pa.Schema) -> None:
    """Raise RecordError for columns of types that no scraper writes, and that can stand for far more than they hold."""
    for field in schema:
        _check(field.type, field.name, 0)
        in_utc(field.type)  # it raises for names of zones and parts that aren't UTF-8, as Arrow does for columns'


def _check(kind: pa.DataType, name: str, depth: int) -> None:
    if depth > MAX_NESTING:
        raise RecordError("nested_too_deep", f"column `{name[:100]}` is nested more than {MAX_NESTING} deep")
    if pa.types.is_dictionary(kind):
        inner = [kind.value_type]
        if pa.types.is_nested(kind.value_type):
            raise RecordError(
                "unsupported_format", f"column `{name[:100]}` is a {kind}; write it without the dictionary"
            )
    elif pa.types.is_map(kind):
        inner = [kind.key_type, kind.item_type]
    elif any(test(kind) for test in LISTS):
        inner = [kind.value_type]
    elif pa.types.is_struct(kind):
        inner = [field.type for field in kind]
    elif isinstance(kind, pa.BaseExtensionType):
        inner = [kind.storage_type]
    elif pa.types.is_nested(kind) or pa.types.is_run_end_encoded(kind):
        raise RecordError("unsupported_format", f"column `{name[:100]}` is a {kind}; write it as a list or a struct")
    else:
        return
    for one in inner:
        _check(one, name, depth + 1)


def plain(kind: pa.DataType) -> pa.DataType:
    """Return the type as which values of this one become what JSON has."""
    if isinstance(kind, pa.BaseExtensionType):
        return plain(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return plain(kind.value_type)
    if any(test(kind) for test in TEXTS):
        return pa.large_binary()
    if any(test(kind) for test in _TIMES):
        return pa.string()
    return _with_parts(kind, plain)


def as_bytes(kind: pa.DataType) -> pa.DataType:
    """Return the same type with bytes for texts, which needn't be UTF-8; values can be viewed as it as they are."""
    if kind in _AS_BYTES:
        return _AS_BYTES[kind]
    if pa.types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, as_bytes(kind.value_type), kind.ordered)
    return _with_parts(kind, as_bytes)


def in_utc(kind: pa.DataType) -> pa.DataType:
    """Return the same type with times in UTC."""
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pa.timestamp(kind.unit, "UTC")
    return _with_parts(kind, in_utc)


def _with_parts(kind: pa.DataType, change: Callable[[pa.DataType], pa.DataType]) -> pa.DataType:
    """Return a nested type with its parts changed; another as it is."""
    if pa.types.is_map(kind):
        return pa.map_(change(kind.key_type), change(kind.item_type))
    if pa.types.is_large_list(kind):
        return pa.large_list(change(kind.value_type))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(change(kind.value_type), kind.list_size)
    if pa.types.is_list(kind):
        return pa.list_(change(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(field.name, change(field.type)) for field in kind])
    return kind
