"""Imported last by the process that workers are forked from: what each of them would load, it has loaded."""

import gc

from flows.cleaning.loading import load_all

load_all()
gc.freeze()
gc.enable()
