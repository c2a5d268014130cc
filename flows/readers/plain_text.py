"""Text files: one document each, what is known of it in a sidecar, or in a header of its own."""

from flows.readers.formats import Facts, Format, never
from flows.readers.front_matter import split_front_matter
from flows.readers.records import Sink
from flows.readers.source import Source
from flows.readers.whole_files import read_sidecar, read_whole
from flows.text import Repairs, decode


def read_text(source: Source, sink: Sink) -> None:
    """Read one text into `sink`."""
    data = read_whole(source, sink)
    repairs = Repairs()
    text = decode(data, repairs)
    known, raw = read_sidecar(source, data)
    header, text = split_front_matter(text)
    sink.add(0, {**header, **known, "text": text}, raw, repairs)


TEXT = Format(
    "text",
    "plain text",
    (".txt", ".text", ""),
    never,
    read_text,
    Facts(told_by="its name alone", numbers="the file is record 0", limits=("max_record_bytes",), held="always"),
)
