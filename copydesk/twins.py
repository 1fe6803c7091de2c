"""Pages that show one article in another dress: for phones, for AMP, to print, its first page.

Which of them are one page no URL tells for sure (`/print` can be about printing), so nothing is stored under another
URL by this alone: it is asked where a page itself names the other address.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult

from copydesk.urls import Step, canonical_url

PHONE_HOSTS = frozenset({"m", "mobile", "amp", "touch", "wap", "www-m", "mobil"})
FIRST = re.compile(r"^/(?:amp|mobile|print)(?=/.)", re.IGNORECASE)
LAST = re.compile(r"(?<=[^/])(?:/(?:amp|print)(?:\.html?)?|\.amp(?=\.html?$)|\.amp|/page/1)/?$", re.IGNORECASE)
DRESS = {
    "amp": {"", "1", "true", "yes", "amp"},
    "outputtype": {"amp"},
    "output": {"amp"},
    "_format": {"amp"},
    "print": {"", "1", "true", "yes", "y"},
    "printable": {"", "1", "true", "yes"},
    "view": {"print", "mobile", "amp"},
    "mobile": {"", "1", "true", "yes"},
    "page": {"1", "all"},
    "pagewanted": {"1", "all", "print"},
    "singlepage": {"", "1", "true"},
}
"""Parameters, lower-case, and the values with which they say how a page looks. `page=2` is another part of the text."""


def drop_phone_host(url: SplitResult) -> SplitResult:
    """`m.news.example` and `www.news.example` as `news.example`."""
    first, _, rest = url.netloc.partition(".")
    return url._replace(netloc=rest) if "." in rest and first in (*PHONE_HOSTS, "www") else url


def drop_dress_of_path(url: SplitResult) -> SplitResult:
    """`/amp/a`, `/a/amp/`, `/a.amp.html`, `/a/print` and `/a/page/1` as `/a` or `/a.html`."""
    return url._replace(path=LAST.sub("", FIRST.sub("", url.path)))


def drop_dress_of_query(url: SplitResult) -> SplitResult:
    """`?print=1` and its like."""
    kept = []
    for part in url.query.split("&"):
        name, _, value = part.partition("=")
        if part and value.lower() not in DRESS.get(name.lower(), ()):
            kept.append(part)
    return url._replace(query="&".join(kept))


def drop_secure(url: SplitResult) -> SplitResult:
    """http and https alike, with a slash at the end or without."""
    return url._replace(scheme="https", path=url.path.rstrip("/") or "/")


DRESSES: tuple[Step, ...] = (drop_dress_of_path, drop_dress_of_query)
PHONES: tuple[Step, ...] = (drop_phone_host, drop_secure)


def is_twin(url: str, other: str) -> bool:
    """Whether two URLs look like one article in two dresses, or in the same.

    >>> is_twin("https://amp.news.example/a?id=7", "https://www.news.example/a?id=7&print=1")
    True
    >>> is_twin("https://news.example/a?id=7", "https://news.example/a?id=8")
    False
    """
    return _undress(url, (*DRESSES, *PHONES)) == _undress(other, (*DRESSES, *PHONES))


def is_dressed(url: str) -> bool:
    """Whether a URL looks like one of a page for phones, for AMP, to print, or of a first page."""
    canonical = canonical_url(url)
    first, _, rest = canonical.partition("://")[2].partition("/")[0].partition(".")
    return (first in PHONE_HOSTS and "." in rest) or _undress(url, DRESSES) != canonical


def _undress(url: str, steps: tuple[Step, ...]) -> str:
    canonical = canonical_url(url)
    return canonical_url(canonical, steps)
