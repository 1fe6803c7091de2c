"""robots.txt, as RFC 9309 says. Scrapy's own takes a server error and an unreachable file for permission."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protego import Protego
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from copydesk.polling import FailureKind
from spiders.outcomes import Lost, Refused
from spiders.scheduler import host_name

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import Crawl

log = logging.getLogger(__name__)

TOKEN = "Copydesk"
"""The product token that groups in robots.txt are matched with (section 2.2.1)."""
MOST_READ_BYTES = 512_000
"""Section 2.5: at least 500 KiB; what follows is ignored."""


class RobotsUnavailable(Lost):
    """The file could not be had, so nothing may be fetched (section 2.3.1.4)."""

    kind = FailureKind.SERVER


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one origin."""

    parser: Protego | None = None
    """None: everything is allowed."""
    error: Exception | None = None
    """Why nothing may be fetched."""


class RobotsMiddleware:
    """Asks for robots.txt once an origin a crawl, before the first request there."""

    def __init__(self, crawler: Crawler, crawl: Crawl) -> None:
        if not crawl.plan.settings.respect_robots:
            raise NotConfigured("respect_robots = false")
        self.crawler = crawler
        self.crawl = crawl
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler, crawler.spider.crawl)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """
        Raises:
            Refused: robots.txt disallows it.
            RobotsUnavailable: robots.txt answers with a server error.
            Exception: of the download, where robots.txt cannot be reached: the page could not be either.
        """
        if request.meta.get("is_robots"):
            return
        rules = await self._rules_for(request)
        if rules.error is not None:
            raise rules.error.with_traceback(None)
        if rules.parser is not None and not rules.parser.can_fetch(request.url, TOKEN):
            raise Refused(f"robots.txt disallows it for {TOKEN}")

    async def _rules_for(self, request: Request) -> Rules:
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            future = self._rules[origin] = asyncio.get_running_loop().create_future()
            future.set_result(await self._fetch(origin))
        return await self._rules[origin]

    async def _fetch(self, origin: str) -> Rules:
        request = self.crawl.requests.robots(f"{origin}/robots.txt")
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what the pages of this origin fail with)
            log.debug("robots.txt not had origin=%s error=%r", origin, error)
            return Rules(error=error)
        rules = read_robots(response)
        if rules.parser is not None and (delay_s := rules.parser.crawl_delay(TOKEN)):
            self.crawl.slow_down(host_name(request), float(delay_s))
        return rules


def read_robots(response: Response) -> Rules:
    """Return what an answer to the request for robots.txt allows.

    Reference: RFC 9309 section 2.3.1. 429 counts as a server error: the host asked for less, not for everything.
    """
    if response.status == 429 or response.status >= 500:
        words = f"robots.txt answers HTTP {response.status}, so nothing may be fetched (RFC 9309)"
        return Rules(error=RobotsUnavailable(words))
    if not 200 <= response.status < 300:
        return Rules()
    return Rules(parser=Protego.parse(response.body[:MOST_READ_BYTES].decode("utf-8-sig", errors="replace")))
