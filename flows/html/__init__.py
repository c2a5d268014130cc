"""HTML pages: their visible lines, what the markup says of each line, and the metadata they carry."""

from flows.html.decode import decode_html
from flows.html.metadata import PageMetadata
from flows.html.page import Page, PageError, read_page

__all__ = ["Page", "PageError", "PageMetadata", "decode_html", "read_page"]
