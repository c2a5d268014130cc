"""What is known of each site, as TOML data: `generic.toml` for all, one file for each site known."""

from flows.sites.load import NamedProfile, Profiles, load_profiles

__all__ = ["NamedProfile", "Profiles", "load_profiles"]
