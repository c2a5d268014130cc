"""DuckDB over the published tables: a view per table, and the questions copydesk itself asks."""
