"""What Arrow raises for a damaged file."""

import pyarrow as pa

from flows.errors import RecordError

_DAMAGES = (
    pa.ArrowException, ValueError, LookupError, OverflowError, TypeError, OSError, EOFError, MemoryError, RuntimeError,
)  # fmt: skip
"""What Arrow raises for what a file holds."""


class Damages:
    """What Arrow raises for a damaged file, as a RecordError; what the file system raises stays as it is."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and error.errno is not None:
            return
        if isinstance(error, _DAMAGES) and not isinstance(error, RecordError):
            told = " ".join(str(error).split())[:300]
            if "encrypt" in told.lower() or "decrypt" in told.lower():
                raise RecordError("encrypted_member", "the file is encrypted; write it again in the clear") from None
            raise RecordError(
                "truncated_archive", f"{self._place} is damaged: {told}; what came before is kept; fetch it again"
            ) from None
