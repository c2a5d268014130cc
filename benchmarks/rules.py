"""What the generic rules take of real pages, and how fast: `python benchmarks/rules.py --gold PATH [--false] [--shared]`.

A line is gold if it is a line of the page's gold text, headings included, or four words and more that stand in it.
"""

import argparse
import gzip
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson

from flows.cleaning.rules import RuleSet, rule_set
from flows.sites import load_profiles

SHARED_MAX_CHARS = 90
REPEATS = 5
WORDS_THAT_ARE_NO_CHANCE = 4
"""A gold text of a thousand words has most single words of a menu somewhere."""


def main() -> None:
    """Print what each rule takes, or the short lines that pages of several sites share and no rule knows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--gold", type=Path, required=True, help="pages with scraped_text and gold_text, JSON lines, gzip"
    )
    parser.add_argument("--false", action="store_true", help="list the gold lines that a rule takes")
    parser.add_argument("--shared", action="store_true", help="list the unknown lines that several sites share")
    given = parser.parse_args()
    pages = read_pages(given.gold)
    rules = rule_set(load_profiles().for_site("generic"))
    known = what_rules_say(rules, pages)
    if given.shared:
        print_shared(pages, known)
        return
    print_by_rule(pages, known, show_false=given.false)


def read_pages(path: Path) -> list[dict[str, str]]:
    """Return the pages of a gold set."""
    with gzip.open(path) as lines:
        return [orjson.loads(line) for line in lines]


def lines_of(page: dict[str, str]) -> Iterator[str]:
    """Yield the lines of a page that say something."""
    return (line for raw in page["scraped_text"].splitlines() if (line := raw.strip()))


def what_rules_say(rules: RuleSet, pages: list[dict[str, str]]) -> dict[str, str]:
    """Return the rule of each line that one knows, and print how long that took."""
    distinct = list(dict.fromkeys(line for page in pages for line in lines_of(page)))
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = rules.match(distinct)
        seconds.append(time.perf_counter() - began)
    print(f"{len(distinct):,} distinct lines, {1e6 * min(seconds) / len(distinct):.2f} µs each")
    return {
        line: match.rule
        for line, match in zip(distinct, found, strict=True)
        if match is not None and not match.block_only
    }


def print_by_rule(pages: list[dict[str, str]], known: dict[str, str], *, show_false: bool) -> None:
    """Print how many lines each rule takes and how many of those are gold."""
    taken: Counter[str] = Counter()
    false: defaultdict[str, list[str]] = defaultdict(list)
    for page in pages:
        gold = Gold(page["gold_text"])
        for line in lines_of(page):
            if (rule := known.get(line)) is not None:
                taken[rule] += 1
                if line in gold:
                    false[rule].append(f"{line[:150]}   [{page['site']}]")
    for rule, count in sorted(taken.items()):
        print(f"{rule:32} {count:7,} lines, {len(false[rule]):4,} in the gold")
        if show_false:
            print("".join(f"    {line}\n" for line in false[rule]), end="")
    print(f"{'all':32} {taken.total():7,} lines, {sum(map(len, false.values())):4,} in the gold")


def print_shared(pages: list[dict[str, str]], known: dict[str, str]) -> None:
    """Print the short lines on pages of several sites that no rule knows and no gold text holds."""
    sites: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        gold = Gold(page["gold_text"])
        for line in set(lines_of(page)):
            if len(line) <= SHARED_MAX_CHARS and line not in known and line not in gold:
                sites[line].add(page["site"])
    for line, where in sorted(sites.items(), key=lambda item: -len(item[1])):
        if len(where) > 1:
            print(f"{len(where):4} {line}")


class Gold:
    """The gold text of a page."""

    def __init__(self, text: str) -> None:
        self._whole = plain(text)
        self._lines = {plain(line) for line in text.splitlines()}

    def __contains__(self, line: str) -> bool:
        words = plain(line)
        return words in self._lines or (len(words.split()) >= WORDS_THAT_ARE_NO_CHANCE and words in self._whole)


def plain(text: str) -> str:
    """Return text between whose words stands one space, marked at both ends, so that words match as a whole."""
    return " " + " ".join(re.findall(r"\w+", text.casefold())) + " "


if __name__ == "__main__":
    main()
