"""Matrices as columns: each row of numbers is one value of fixed width."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def to_matrix(column: pa.Array, dtype: str) -> npt.NDArray[Any]:
    """Return a column without nulls as a matrix of little-endian numbers, a row a value."""
    kind = np.dtype(dtype)
    width = column.type.byte_width // kind.itemsize
    if not len(column):
        return np.empty((0, width), dtype=kind)
    offset, count = column.offset * column.type.byte_width, len(column) * width
    values = np.frombuffer(column.buffers()[1], dtype=kind, offset=offset, count=count)
    return values.reshape(len(column), width)


def to_column(matrix: npt.NDArray[Any]) -> pa.Array:
    """Return a matrix as a column, a value a row."""
    rows, width = matrix.shape
    data = np.ascontiguousarray(matrix).tobytes()
    return pa.Array.from_buffers(pa.binary(matrix.itemsize * width), rows, [None, pa.py_buffer(data)])
