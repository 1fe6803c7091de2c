"""robots.txt, as RFC 9309 says, and tdmrep.json. Scrapy's own robots middleware takes a server error and a file that
cannot be reached for permission."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached

from copydesk.polling import FailureKind
from copydesk.rights import SiteRule, read_tdmrep, reservation_of
from spiders.outcomes import Lost, Refused
from storage.records import SiteFile

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import Crawl

log = logging.getLogger(__name__)

TOKEN = "Copydesk"
"""The product token that groups in robots.txt are matched with (section 2.2.1)."""
MOST_READ_BYTES = 512_000
"""Section 2.5: at least 500 KiB; what follows is ignored."""


TDMREP_PATH = "/.well-known/tdmrep.json"
FRESH = timedelta(hours=24)
"""Section 2.4: a copy should not be used for longer."""
LONGEST_FAILURE = timedelta(days=30)
"""Section 2.3.1.4: a file that could not be had for so long may be taken as not there."""


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
    """Knows robots.txt of every origin before the first request there, and its tdmrep.json before the first page.

    Both are kept in the store for a day, so a crawl asks for neither where another one did.
    """

    def __init__(self, crawler: Crawler, crawl: Crawl) -> None:
        self.crawler = crawler
        self.crawl = crawl
        self._rules: dict[str, asyncio.Future[tuple[datetime, Rules]]] = {}
        self._reservations: dict[str, asyncio.Future[tuple[SiteRule, ...]]] = {}

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
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if self.crawl.plan.settings.respect_robots:
            rules = await self._rules_for(origin)
            if rules.error is not None:
                raise rules.error.with_traceback(None)
            if rules.parser is not None and not rules.parser.can_fetch(request.url, TOKEN):
                raise Refused(f"robots.txt disallows it for {TOKEN}")
        if "row" in request.meta:
            path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            request.meta["site_reservation"] = reservation_of(path, await self._reservations_for(origin))

    async def _rules_for(self, origin: str) -> Rules:
        now = self.crawl.clock.now()
        if origin in self._rules:
            read_at, rules = await self._rules[origin]
            if now - read_at < FRESH:
                return rules
        future = self._rules[origin] = asyncio.get_running_loop().create_future()
        rules = await self._load(f"{origin}/robots.txt", now)
        if rules.parser is not None and (delay_s := rules.parser.crawl_delay(TOKEN)):
            self.crawl.slow_down(urlsplit(origin).hostname or "", float(delay_s))
        future.set_result((now, rules))
        return rules

    async def _load(self, url: str, now: datetime) -> Rules:
        known = await self.crawl.keeper.ask(lambda store: store.hosts.file(url))
        if known is not None and known.failing_since is None and now - known.fetched_at < FRESH:
            return rules_of(known)
        status, body, error = await self._fetch(url)
        file, rules = judge_robots(url, status, body, known=known, now=now)
        await self.crawl.keeper.ask(lambda store: store.hosts.keep_file(file))
        return Rules(error=error) if rules is None and error is not None else rules or unavailable(status)

    async def _reservations_for(self, origin: str) -> tuple[SiteRule, ...]:
        if origin not in self._reservations:
            future = self._reservations[origin] = asyncio.get_running_loop().create_future()
            future.set_result(await self._load_reservations(f"{origin}{TDMREP_PATH}"))
        return await self._reservations[origin]

    async def _load_reservations(self, url: str) -> tuple[SiteRule, ...]:
        now = self.crawl.clock.now()
        file = await self.crawl.keeper.ask(lambda store: store.hosts.file(url))
        if file is None or now - file.fetched_at >= FRESH:
            status, body, _ = await self._fetch(url)
            fresh = SiteFile(url=url, fetched_at=now, status=status, body=body if 200 <= status < 300 else "")
            await self.crawl.keeper.ask(lambda store: store.hosts.keep_file(fresh))
            file = fresh
        return read_tdmrep(file.body, url=url)

    async def _fetch(self, url: str) -> tuple[int, str, Exception | None]:
        """Status (0: no answer), text, and why there was no answer."""
        try:
            response = await self.crawler.engine.download_async(self.crawl.requests.robots(url))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what the pages of this origin fail with)
            log.debug("not had url=%s error=%r", url, error)
            return 0, "", error
        return response.status, response.body[:MOST_READ_BYTES].decode("utf-8-sig", errors="replace"), None


def judge_robots(
    url: str, status: int, body: str, *, known: SiteFile | None, now: datetime
) -> tuple[SiteFile, Rules | None]:
    """Return what to keep of an answer to the request for robots.txt, and what it allows; None: nothing may be fetched.

    What was read before counts while the server fails; after a month of failing, there is no such file any more.

    Reference: RFC 9309 section 2.3.1. 429 counts as a server error: the host asked for less, not for everything.
    """
    if 200 <= status < 300:
        file = SiteFile(url=url, fetched_at=now, status=status, body=body)
        return file, rules_of(file)
    if status and status != 429 and status < 500:
        return SiteFile(url=url, fetched_at=now, status=status), Rules()
    failing_since = known.failing_since if known is not None and known.failing_since is not None else now
    was_read = known is not None and known.status != 0
    if known is not None and was_read:
        kept = replace(known, failing_since=failing_since)
        return kept, Rules() if now - failing_since > LONGEST_FAILURE else rules_of(known)
    file = SiteFile(url=url, fetched_at=now, status=0, failing_since=failing_since)
    is_over = status != 0 and now - failing_since > LONGEST_FAILURE
    return file, Rules() if is_over else None


def rules_of(file: SiteFile) -> Rules:
    """Return what a file that was had allows."""
    return Rules(parser=Protego.parse(file.body)) if 200 <= file.status < 300 else Rules()


def unavailable(status: int) -> Rules:
    words = f"robots.txt answers HTTP {status}, so nothing may be fetched (RFC 9309)"
    return Rules(error=RobotsUnavailable(words))
