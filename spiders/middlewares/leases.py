"""One host, one crawl: no request goes to a host that another crawl holds, or to a page that one has just fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request

from spiders.outcomes import Skipped
from spiders.scheduler import host_name

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import Crawl


class LeaseMiddleware:
    """Takes the lease of a host before the first request to it."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LeaseMiddleware:
        return cls(crawler.spider.crawl)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """
        Raises:
            Skipped: another crawl holds the host, or it asked to be left alone; or another crawl has looked at the page
                since it was found due.
        """
        name = host_name(request)
        if not await self.crawl.hold(name):
            raise Skipped(f"{name} is left alone: another crawl holds it, or it asked for less")
        if not await self.crawl.is_still_due(request):
            raise Skipped("another crawl has just looked at it")
