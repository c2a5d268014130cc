"""Cleaning: documents in, articles, teasers and removed lines out."""
