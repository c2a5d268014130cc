"""What cleaning loads and compiles once in a process: half a second of work, which needs no document."""

from datetime import UTC, datetime

from flows.cleaning.characters import hash_tables, kind_table
from flows.cleaning.language_model import load_model
from flows.cleaning.line_model import load_line_model
from flows.cleaning.roles import load_patterns
from flows.cleaning.rules import rule_set
from flows.cleaning.variants import date_word
from flows.cleaning.words import letter_table
from flows.sites import load_profiles


def load_all() -> None:
    """Load tables and models, and compile the rules for every site; nothing here runs Arrow, which starts threads."""
    kind_table()
    hash_tables()
    letter_table()
    date_word()
    load_line_model()
    load_patterns()
    rule_set(load_profiles().for_site("", datetime.now(UTC).date()))
    load_model()
