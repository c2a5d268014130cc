"""Steps: the work for one unit (files, a partition). Paths go in, Parquet or Arrow files come out, counts return.

Steps are module-level functions of one picklable argument, so that any engine can run them.
"""
