-- The tables of copydesk as views. Use: duckdb -init copydesk.sql

-- One scraped record: its text as lines, and what is known of it. It never changes.
CREATE OR REPLACE VIEW documents AS
SELECT "document_id", "source_path", "record_no", "format", "site", "url", "fetched_at", "fetched_at_origin", "text", "metadata", "outcome", "article_id", "month"
FROM read_parquet('/srv/articles/documents/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- What a document is about, cleaned: title, lead, body, credits, dates.
CREATE OR REPLACE VIEW articles AS
SELECT "article_id", "document_id", "site", "url", "title", "lead", "body", "paragraphs", "language", "authors", "agencies", "tags", "published_at", "published_precision", "modified_at", "fetched_at", "reading_minutes", "translations", "word_count", "removed_share", "duplicate_count", "revision_count", "cleaning_version", "month"
FROM read_parquet('/srv/articles/articles/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- A teaser on an article's page.
CREATE OR REPLACE VIEW related AS
SELECT "article_id", "position", "kind", "title", "summary", "published_at", "url", "target_article_id", "month"
FROM read_parquet('/srv/articles/related/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- A line, or a span of one, that isn't the article.
CREATE OR REPLACE VIEW removed_lines AS
SELECT "document_id", "line_no", "start", "end", "text", "role", "reason", "evidence", "month"
FROM read_parquet('/srv/articles/removed_lines/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- A document that another document stands for.
CREATE OR REPLACE VIEW duplicates AS
SELECT "document_id", "article_id", "method", "similarity", "month"
FROM read_parquet('/srv/articles/duplicates/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- A record that couldn't become an article, with what is needed to try again.
CREATE OR REPLACE VIEW rejections AS
SELECT "source_path", "record_no", "stage", "reason", "message", "payload", "payload_truncated", "month"
FROM read_parquet('/srv/articles/rejections/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- A template line of one site and month.
CREATE OR REPLACE VIEW site_lines AS
SELECT "site", "line", "documents", "site_documents", "share", "first_seen_at", "last_seen_at", "status", "month"
FROM read_parquet('/srv/articles/site_lines/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});

-- A run that published something.
CREATE OR REPLACE VIEW runs AS
SELECT "run_id", "started_at", "finished_at", "status", "version", "cleaning_version", "settings", "counts", "seconds", "peak_memory_bytes", "month"
FROM read_parquet('/srv/articles/runs/month=*/part-*.parquet', hive_partitioning = true, hive_types = {'month': 'VARCHAR'});
