"""Settings: defaults, `copydesk.toml`, environment variables `COPYDESK_*`, arguments; the latter win.

One module for each thing that is set: a run, reading, cleaning, matching.
"""

from flows.settings.load import load_settings
from flows.settings.model import Settings

__all__ = ["Settings", "load_settings"]
