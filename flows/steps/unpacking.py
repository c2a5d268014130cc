"""Imported first by the process that workers are forked from: the language model unpacks beside what is imported."""

from flows.cleaning.language_model import load_ahead

load_ahead()
