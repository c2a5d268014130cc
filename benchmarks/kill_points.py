"""Points at which a process can be killed: before each thing that it does to the files below a folder.

The interpreter itself tells of every file that is opened for writing, renamed, made or removed (audit hooks), so the
code under test has no part in it; fsync and Arrow's own writing are wrapped.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_EVENTS = {"os.rename": "rename", "os.remove": "remove", "os.mkdir": "mkdir", "os.rmdir": "rmdir"}


class Points:
    """Numbers the points that this process reaches, and kills it at one of them."""

    def __init__(self, root: Path, kill_at: int | None) -> None:
        self.labels: list[str] = []
        self._root = f"{root}/"
        self._kill_at = kill_at
        self._one_by_one = threading.RLock()

    def install(self) -> None:
        """Watch this process from now on; there is no way back."""
        sys.addaudithook(self._audit)
        self._wrap(os, "fsync", lambda descriptor: Path(f"/proc/self/fd/{descriptor}").readlink())
        self._wrap(pa, "OSFile", lambda path, *_: path)
        self._wrap(pa.ipc, "new_file", lambda *_: f"{self._root}an Arrow file")
        reach = self.reach

        class Writer(pq.ParquetWriter):  # type: ignore[misc]
            def write_table(self, *given: Any, **named: Any) -> None:
                super().write_table(*given, **named)
                reach("half written", self.where)

            def close(self) -> None:
                if self.is_open:
                    reach("close", self.where)
                super().close()

        pq.ParquetWriter = Writer

    def reach(self, what: str, path: Any) -> None:
        """Come to a point: it is numbered, or the end."""
        text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else "a Parquet file"
        if text.startswith("/") and not f"{text}/".startswith(self._root):
            return
        with self._one_by_one:  # files are made to last by several threads
            if len(self.labels) == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.labels.append(f"{what} {text.removeprefix(self._root)}")

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EVENTS:
            self.reach(_EVENTS[event], arguments[0])
        elif event == "open" and isinstance(arguments[0], str | bytes) and (arguments[2] or 0) & _WRITING:
            self.reach("open", arguments[0])

    def _wrap(self, module: Any, name: str, path_of: Callable[..., str]) -> None:
        honest = getattr(module, name)

        def wrapped(*given: Any, **named: Any) -> Any:
            self.reach(name, path_of(*given))
            return honest(*given, **named)

        setattr(module, name, wrapped)
