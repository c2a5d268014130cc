"""Raw files for the kill harness: few, but every kind of change comes with the second part."""

import json
import os
from pathlib import Path
from typing import Any

STORIES = {
    "ferry": (
        "Island ferry gains a second morning crossing",
        "The island ferry will leave at seven as well as at nine from the first of April, the harbour board said.",
        "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
        "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
    ),
    "library": (
        "Library lends out its reading room for weddings",
        "Couples may marry between the shelves of the town library on Saturdays, the council decided this week.",
        "The fee of two hundred crowns goes to the children's section, which lost a third of its money last year.",
        "The first pair met over an atlas in the same room eleven years ago and have booked it for midsummer.",
    ),
    "orchard": (
        "Frost takes half of the cherry blossom",
        "Growers in the upper valley lost about half of their cherry blossom in the night to Tuesday, they report.",
        "Fires were lit between the rows, but a dry wind carried the warmth off before it could settle anywhere.",
        "The insurers have sent two assessors, who will count the buds on forty marked trees in each orchard.",
    ),
    "bakery": (
        "Bakery keeps its oven and loses its shop",
        "The bakery in Mill Lane will go on baking for other shops, but closes its own counter at the end of May.",
        "Its owner found nobody to stand behind the till from five in the morning, although she looked for a year.",
        "The rye loaf, baked to the same recipe since the war, will be sold at the station kiosk from then on.",
    ),
    "signal": (
        "Signal box opens as a house for two",
        "The last signal box on the coast line can be rented from June, with its levers, its stove and its clock.",
        "A joiner from the next valley built bunks from the old sleepers and kept the marks of the bolts in them.",
        "Trains still pass four times a day, and the railway asks guests not to wave at the drivers with flags.",
    ),
}
COURIER, FJORD, TIDENDE = "courier.example", "fjordpost.example", "tidende.example"


def _record(site: str, story: str, day: str, *, path: str = "", teaser: str = "", more: str = "") -> dict[str, Any]:
    title, *sentences = STORIES[story]
    furniture = ["Town hall", "Harbour and quays", "Letters to the desk"]
    shown = [STORIES[teaser][0]] if teaser else []
    return {
        "url": f"https://{site}/{path or story}",
        "title": title,
        "fetched_at": f"{day}T06:00:00Z",
        "text": "\n".join([*furniture, title, *sentences, *([more] if more else []), *shown, "House rules"]),
    }


FIRST = [
    _record(COURIER, "ferry", "2025-03-01", teaser="library"),
    _record(COURIER, "orchard", "2025-03-01", teaser="ferry"),
    _record(COURIER, "bakery", "2025-04-02", teaser="orchard"),
    _record(FJORD, "signal", "2025-04-02", path="a"),
    _record(FJORD, "bakery", "2025-04-03", path="b"),
]
SECOND = [
    # a revision in the next month takes its article along
    _record(COURIER, "ferry", "2025-04-05", teaser="bakery", more="The fare stays at four crowns for the summer."),
    # an earlier copy is found: the keeper moves to another month, site and bucket
    _record(TIDENDE, "signal", "2025-03-03", path="huset"),
    # a teaser gets its target
    _record(COURIER, "library", "2025-03-02"),
]
DAMAGED = '{"url": "https://courier.example/cut", "text": "The quay'


def write_raw(folder: Path, *, second: bool) -> None:
    """Write the first part of the raw files, or both, always with the same times."""
    parts = {"2025-04-03/first.jsonl": FIRST, "2025-04-05/second.jsonl": SECOND} if second else {"2025-04-03/first.jsonl": FIRST}  # fmt: skip
    for name, records in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(record) + "\n" for record in records)
        path.write_text(text + (DAMAGED if records is SECOND else ""), encoding="utf-8")
        os.utime(path, (1_743_900_000, 1_743_900_000))
