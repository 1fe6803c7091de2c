"""Whose page is it: hosts -> sites and brands, as far as telling publishers apart needs."""

from __future__ import annotations

from urllib.parse import urlsplit

SECOND_LEVEL = frozenset(
    ["ac", "co", "com", "edu", "gob", "gov", "gouv", "mil", "ne", "net", "nom", "or", "org", "go", "gv", "in", "nic"]
)
"""Labels under a two-letter country that are no site of their own: co.uk, com.au, or.jp."""


def host_of(url: str) -> str:
    """Return the host of a URL in lower case without `www.`; empty where it has none."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def site_of(url: str) -> str:
    """Return what a registrant owns; of an IP address, all of it.

    >>> site_of("https://edition.news.co.uk/a")
    'news.co.uk'
    """
    host = host_of(url)
    if is_address(host):
        return host
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


def brand_of(url: str) -> str:
    """Return the site's first label: editions of one brand share it (`bbc` of bbc.com and bbc.co.uk).

    An IP address has no brand but itself: 127.0.0.2 and 127.0.0.3 are different sites.
    """
    site = site_of(url)
    return site if is_address(site) else site.split(".")[0]


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, of version 4 or 6 (`urlsplit` has taken the brackets off)."""
    return ":" in host or (bool(host) and all(label.isdigit() for label in host.split(".")))
