"""Imported last by the process that workers are forked from: what each of them would load, it has loaded."""

import gc

from flows.cleaning.loading import load_all
from flows.dedup.words import load_tables

load_all()
load_tables()
gc.freeze()
gc.enable()
