"""Write docs/fields.md from the names that are known; a test fails when it is out of date."""

from collections.abc import Iterator
from pathlib import Path

from flows.readers.fields import ALIASES, HTML
from flows.settings.fields import FIELD_NAMES, MAX_PARTS, SEVERAL, FieldNames

TARGET = Path(__file__).parent / "fields.md"
HEAD = f"""# Fields

A record (an object of JSON, a row of CSV, Parquet or Arrow) has fields, and every scraper calls them by names of
its own. The names in the [table](#names-that-are-known) below are known. A record whose text has another name is
rejected as `missing_text`, and the message says where its longest text stands:

```
no field holds the text; the longest is in "payload.story": add `text = "payload.story"` below [fields] in copydesk.toml
```

## Names of your own

`copydesk.toml`, in the folder where copydesk is run, says what the fields are called:

```toml
[fields]
text = "payload.story"
title = ["payload.headline", "seo.title"]
authors = "payload.contributors.full_name"

[fields.of."agency/*.jsonl"]
text = {{join = ["teaser", "body"]}}

[fields.of."cms"]
html = "page.body"
url = "links.0.href"
```

- On the left stands copydesk's field, on the right the scraper's: a name, or a list of names of which the first
  counts that holds something.
- Dots lead into nested objects, {MAX_PARTS} names deep at most. In a list, a number is a place, counted from 0; any
  other name is that field of each object in it: `paragraphs.text` is the text of all paragraphs. A name that has
  dots in it is found, too. Names are taken as they are written, capitals and `_` too.
- `{{join = [...]}}` puts several fields together, in this order: a teaser and a body, a first and a second part.
  What of them is there counts. It is for {", ".join(f"`{name}`" for name in SEVERAL)}; of a list the other fields
  take the first value.
- `html` is a page, or the part of one that holds the article, and is read as a page is. Where `text` is named and
  found, it goes before `html`; where `html` alone is, it goes before a text under a name that is known.
- What isn't found under names of your own is looked for under those that are known. What no field takes stays in
  `metadata.extra` of the document, under its own name.

**For some raw files.** `[fields.of."<pattern>"]` holds for raw files by their path below the raw folder, as
`copydesk rejected` shows it: a file, a folder with all below it, or a pattern of either, in which `*` stands for
any characters, `/` among them, `?` for one, and `**/` for any folders or none. A member of an archive has the
archive's path, and `crawl.zip/feeds/a.jsonl`. Where several patterns fit, they count in the order of the file, and
`[fields]` after them, each for the fields that it names and a record has. `copydesk clean` takes paths as they are
below the folder that it is given; those of a single file begin with the folder that is named like a site, else they
are its name alone; standard input is `stdin`.

In the environment the table is JSON: `COPYDESK_FIELDS='{{"text": "payload.story"}}'`. It is laid over the file's.

## When the names change

They count for what is read from then on. `copydesk retry --reason missing_text` (`missing_header` for CSV) reads
again what was rejected, and what passes leaves `rejections`. Documents that were read before stay as they were,
also where their raw file is read again: a record is known by its file and its bytes, not by what was made of it. To
have all of them by the new names, ingest the raw files into a new folder.

## Names that are known

In order of preference, compared without capitals, `_`, `-` and spaces. This table is made by `python
docs/make_fields.py` from `flows/readers/fields.py`.

The address of a site's front page (`https://courier.example/`), which some scrapers and misconfigured pages give with
every article, is none: any other name's address goes before it, and where there is no other it tells the site and
stays among the unknown fields in `metadata`. All its articles would be taken for revisions of one.

| field | is | names |
|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    for field in FIELD_NAMES:
        names = ", ".join(f"`{name}`" for name in {**ALIASES, "html": HTML}[field])
        yield f"`{field}`", str(FieldNames.model_fields[field].description), names


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
