"""Seek: whether a partition holds anything of what was taken down."""

from dataclasses import dataclass

from flows.steps.merge import published_documents
from flows.steps.redact import redact
from flows.steps.touched import touched_pages
from flows.steps.withheld import Tombs, load_tombs, withhold
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition


@dataclass(frozen=True)
class SeekTask:
    """What one call of `seek_step` gets."""

    layout: Layout
    partition: Partition
    documents: bool
    """Whether its documents may hold anything, or its rejections alone."""


@dataclass(frozen=True)
class SeekResult:
    """What one call of `seek_step` found."""

    partition: Partition
    found: bool


def seek_step(task: SeekTask) -> SeekResult:
    """Look through a partition's documents and rejections."""
    tombs = load_tombs(task.layout)
    return SeekResult(task.partition, tombs is not None and (_in_documents(task, tombs) or _in_rejections(task, tombs)))


def _in_documents(task: SeekTask, tombs: Tombs) -> bool:
    if not task.documents:
        return False
    if withhold(published_documents(task.layout, task.partition), tombs)[1].traces:
        return True
    return bool(touched_pages(task.layout, task.partition, tombs))


def _in_rejections(task: SeekTask, tombs: Tombs) -> bool:
    path = task.layout.file("rejections", task.partition)
    return path.exists() and bool(redact(read_rows(path), tombs)[1])
