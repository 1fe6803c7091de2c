"""The requests of a crawl, with all their headers: no middleware adds any."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from copydesk.model import Source
from spiders.plan import CrawlSettings
from storage.records import Validators

PRODUCT = "Copydesk/0.1"
ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
ACCEPT_FEED = (
    "application/rss+xml,application/atom+xml,application/feed+json;q=0.9,"
    "application/xml;q=0.9,text/xml;q=0.9,text/html;q=0.8,*/*;q=0.5"
)


def user_agent(contact: str) -> str:
    """Return the User-Agent header: the product, and how to reach who runs it.

    >>> user_agent("desk@example.org")
    'Copydesk/0.1 (+desk@example.org)'
    """
    words = "".join(char for char in contact if char.isascii() and char.isprintable() and char not in "()\\").strip()
    return f"{PRODUCT} (+{words})" if words else PRODUCT


class Requests:
    """Builds requests. Each raises ValueError where the URL is none that can be asked for."""

    def __init__(self, settings: CrawlSettings) -> None:
        self._meta: dict[str, Any] = {"download_timeout": settings.timeout_s}
        self._user_agent = user_agent(settings.contact)

    def page(self, url: str, *, source: Source | None, validators: Validators, **meta: Any) -> Request:
        return self._request(url, ACCEPT_PAGE, source, validators, meta)

    def poll(self, url: str, *, source: Source | None, validators: Validators, **meta: Any) -> Request:
        return self._request(url, ACCEPT_FEED, source, validators, meta)

    def robots(self, url: str) -> Request:
        headers = {"User-Agent": self._user_agent, "Accept": "text/plain,*/*;q=0.8"}
        return Request(url, callback=NO_CALLBACK, headers=headers, meta={**self._meta, "is_robots": True})

    def _request(
        self, url: str, accept: str, source: Source | None, validators: Validators, meta: dict[str, Any]
    ) -> Request:
        headers = {"User-Agent": self._user_agent, "Accept": accept}
        if source is not None and source.language:
            headers["Accept-Language"] = f"{source.language},*;q=0.5"
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return Request(url, headers=headers, meta={**self._meta, **meta, "source": source})
