"""Which sites have pages in which partitions."""

from collections.abc import Collection

import pyarrow.compute as pc

from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition


def find_pages(
    layout: Layout, *, sites: Collection[str] | None = None, since: str = ""
) -> dict[Partition, frozenset[str]]:
    """Return the sites that have pages by partition: all of them, or some, from a month on.

    Of all sites, partitions that hold but rejections come along, with no site: their files belong to the tables too.
    """
    partitions = {*layout.partitions("documents"), *(() if sites is not None else layout.partitions("rejections"))}
    found = {partition: _sites(layout, partition) for partition in sorted(partitions) if partition.month >= since}
    if sites is None:
        return found
    wanted = frozenset(sites)
    return {partition: there & wanted for partition, there in found.items() if there & wanted}


def _sites(layout: Layout, partition: Partition) -> frozenset[str]:
    path = layout.file("documents", partition)
    return frozenset(pc.unique(read_rows(path, ["site"])["site"]).to_pylist() if path.exists() else ())
