"""Deduplication: signatures, candidate pairs, verification, clusters, keepers."""
