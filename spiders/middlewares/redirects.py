"""Redirects, followed a few times, to http and https only. Each hop passes leases, robots, address guard again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from spiders.outcomes import Lost, Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import Crawl

FOLLOWED = (301, 302, 303, 307, 308)
FOR_GOOD = (301, 308)
MOST_FILE_REDIRECTS = 5
"""Of robots.txt; what leads further is no such file."""
MOST_REDIRECTS = 10
"""RFC 9110 names no number; RFC 9309 asks for five at least for robots.txt; browsers stop at 20."""


class RedirectMiddleware:
    """In place of Scrapy's, which warns without its referer middleware, keeps the slot of the first host for all hops,
    walks a circle until its limit, and hands redirects to other schemes on as if they were pages."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RedirectMiddleware:
        return cls(crawler.spider.crawl)  # type: ignore[union-attr]

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """
        Raises:
            Refused: the target is neither http nor https.
            Lost: a circle, too many hops, or a target that is no URL.
        """
        self.crawl.note_answer(request, response)
        location = response.headers.get(b"Location")
        if response.status not in FOLLOWED or not location:
            return response
        try:
            url = urljoin(request.url, safe_url_string(location))
            scheme = urlsplit(url).scheme
        except ValueError as error:
            raise Lost(f"redirects to what is no URL: {location[:80]!r}") from error
        if scheme not in ("http", "https"):
            raise Refused(f"redirects to {url}: only http and https are followed")
        seen = [*request.meta.get("redirect_urls", ()), request.url]
        if request.meta.get("is_robots") and (url in seen or len(seen) > MOST_FILE_REDIRECTS):
            return response  # as if there were none (RFC 9309, section 2.3.1.2)
        if url in seen:
            raise Lost(f"redirects in a circle, to {url} again")
        if len(seen) > MOST_REDIRECTS:
            raise Lost(f"redirects more than {MOST_REDIRECTS} times")
        meta = {key: value for key, value in request.meta.items() if key not in ("download_slot", "download_latency")}
        meta["redirect_times"] = len(seen)
        meta["redirect_urls"] = seen
        meta["moved_for_good"] = request.meta.get("moved_for_good", True) and response.status in FOR_GOOD
        return request.replace(url=url, meta=meta)
