"""The tables: one pydantic model each, its Arrow schema derived from it.

`TABLES` is the registry. A new table is a module here and a line below.
"""

from schemas.articles import ARTICLES, Article, Paragraph, Translation
from schemas.documents import DOCUMENTS, Document, LineMarkup
from schemas.duplicates import DUPLICATES, Duplicate
from schemas.pages import PAGES, Page
from schemas.rejections import REJECTIONS, Rejection
from schemas.related import RELATED, Related
from schemas.removed_lines import REMOVED_LINES, Evidence, RemovedLine
from schemas.runs import RUNS, Run
from schemas.site_lines import SITE_LINES, SiteLine
from schemas.table import Record, Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in (DOCUMENTS, PAGES, ARTICLES, RELATED, REMOVED_LINES, DUPLICATES, REJECTIONS, SITE_LINES, RUNS)
}

__all__ = [
    "ARTICLES",
    "DOCUMENTS",
    "DUPLICATES",
    "PAGES",
    "REJECTIONS",
    "RELATED",
    "REMOVED_LINES",
    "RUNS",
    "SITE_LINES",
    "TABLES",
    "Article",
    "Document",
    "Duplicate",
    "Evidence",
    "LineMarkup",
    "Page",
    "Paragraph",
    "Record",
    "Rejection",
    "Related",
    "RemovedLine",
    "Run",
    "SiteLine",
    "Table",
    "Translation",
]
