"""The same articles in every format give the same articles: the small version of benchmarks/formats.py."""

import itertools

from benchmarks.formats import REFERENCE, run
from tests.flows.readers.written import COMPRESS, WRITERS, articles

WRITTEN = articles(4)


def test_whole_runs_over_every_format_give_the_same_articles() -> None:
    wanted = run(WRITTEN, *REFERENCE).articles
    assert {article[0] for article in wanted} == {article.url for article in WRITTEN}
    for name, compression in zip(WRITERS, itertools.cycle(COMPRESS), strict=False):
        way = run(WRITTEN, name, compression)
        assert (way.articles, way.rejected) == (wanted, 0), f"{name} in {compression}"
