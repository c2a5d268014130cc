"""URLs: one form for each page, and the site it belongs to."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

MAX_CHARS = 8192
_TRACKING = {
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "twclid",
    "ttclid", "_ga", "_gl", "at_medium", "at_campaign", "ns_campaign", "ns_mchannel", "ref_src", "cmpid",
}  # fmt: skip
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_")
_DEFAULT_PORTS = {"http": 80, "https": 443}


_CANONICAL = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/[!\"$->@-~]*", re.ASCII)
"""Most addresses: a plain host, no port, and neither query nor fragment."""


def canonical_url(given: str) -> str | None:
    """Return one form for all addresses of a page, None for what isn't a web address.

    Scheme and host lower-case; credentials, default port, fragment and tracking parameters left out.
    """
    given = given.strip()
    if not given or len(given) > MAX_CHARS:
        return None
    return given if _CANONICAL.fullmatch(given) else _rebuilt(given)


def is_front_page(url: str) -> bool:
    """Tell whether a canonical URL is that of a site as a whole, which says nothing of the page."""
    _, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return not path and "?" not in host


def _rebuilt(given: str) -> str | None:
    try:
        parts = urlsplit(given)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host or any(c.isspace() for c in host):
        return None
    scheme = parts.scheme.lower()
    shown = f"[{host}]" if ":" in host else host
    network = shown if port in (None, _DEFAULT_PORTS[scheme]) else f"{shown}:{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _tracks(part))
    url = urlunsplit((scheme, network, parts.path or "/", query, ""))
    return url if url.isprintable() else "".join(c for c in url if c.isprintable())


def _tracks(parameter: str) -> bool:
    name = parameter.split("=", 1)[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


_SUFFIXES = PublicSuffixList()


@lru_cache(maxsize=65536)
def registered_domain(host: str) -> str:
    """Return the registered domain of a host by the public suffix list; an IP address stays as it is."""
    host = host.rstrip(".").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        domain: str | None = _SUFFIXES.privatesuffix(host)
        return domain or host
    return host


def site_of_url(url: str) -> str | None:
    """Return the site of a canonical URL."""
    if _CANONICAL.fullmatch(url):
        return registered_domain(url.split("/", 3)[2])
    host = urlsplit(url).hostname
    return registered_domain(host) if host else None


def site_of_name(name: str) -> str:
    """Return the site that a scraper's name for it means: of a URL or host its domain, else the name."""
    name = name.strip().lower()
    url = canonical_url(name)
    if url:
        return site_of_url(url) or name
    bare = name.removeprefix("www.")
    if "." in bare and " " not in bare and "/" not in bare:
        return registered_domain(bare)
    return name
