"""What is known of each site, as TOML data: `generic.toml` for all, one file for each site known."""

from flows.sites.load import Profiles, load_profiles
from flows.sites.named import NamedProfile

__all__ = ["NamedProfile", "Profiles", "load_profiles"]
