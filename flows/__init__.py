"""copydesk: scraped articles in, clean deduplicated Parquet tables out."""

__version__ = "0.1.0"
