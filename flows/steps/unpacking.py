"""Imported first by the process that workers are forked from: the language model unpacks beside what is imported."""

import gc

from flows.cleaning.language_model import load_ahead

gc.disable()  # until all is there: nothing of it goes away again
load_ahead()
