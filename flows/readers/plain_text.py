"""Text files: one document each, what is known of it in a sidecar."""

from pathlib import Path

from flows.readers.html_files import add_page
from flows.readers.html_records import is_page
from flows.readers.records import Sink
from flows.readers.whole_files import read_sidecar, read_whole
from flows.text import Repairs, decode

FORMAT = "text"
SUFFIXES = (".txt", ".text", "")


def read_text(path: Path, sink: Sink) -> None:
    """Read one text file into `sink`; a page under a text's name is read as one."""
    sink.format = FORMAT
    data = read_whole(path, sink)
    if data is None:
        return
    repairs = Repairs()
    text = decode(data, repairs)
    if is_page(text):
        add_page(path, data, sink)
        return
    told = read_sidecar(path, sink, data)
    if told is not None:
        known, raw = told
        sink.add(0, {**known, "text": text}, raw, repairs)
