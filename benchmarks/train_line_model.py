"""Train the line model that ships, from real pages whose article is known and from pages written for this project.

usage: train_line_model.py --gold FILE [-o FOLDER]

FILE is a gold set that may be learned from (JSON lines: site, url, gold_text, scraped_text, extracted_text, html).
Trained again on the same pages with the same libraries, the weights are the same bytes.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks import training_lines as lines_of  # noqa: E402
from benchmarks.line_model_training import save, train  # noqa: E402
from flows.cleaning.line_model import SHIPPED  # noqa: E402

WRITTEN = Path(__file__).parent / "written_pages"
GOLD_FIELDS = ("scraped_text", "extracted_text", "html")


def training_lines(records: Sequence[dict[str, Any]], fields: Sequence[str] = GOLD_FIELDS) -> lines_of.TrainingLines:
    """Return the lines of a gold set's pages in each of its forms, and those of the written pages."""
    gold = lines_of.without_doubtful(lines_of.gold_examples(records, fields))
    return lines_of.lay_out([*gold, *lines_of.written_examples(WRITTEN)])


def main() -> None:
    from benchmarks.quality import read_gold

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, default=SHIPPED, metavar="FILE")
    given = parser.parse_args()
    began = time.perf_counter()
    data = training_lines(read_gold(given.gold))
    model = train(data, np.ones(len(data.examples), dtype=bool))
    save(model, given.output)
    print(
        f"{len(data.examples)} pages, {len(data.article):,} lines, {int(data.article.sum()):,} of them the article's: "
        f"version {model.version}, {given.output.stat().st_size:,} bytes, {time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
