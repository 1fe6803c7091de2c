"""Pages whose text is written by scripts: the page is fetched as any other, then shown to a real Chromium.

So robots.txt, delays, leases, redirects, status and size hold for the page itself as they do everywhere; only what its
scripts ask for afterwards comes through the browser, and that through `spiders.proxy`.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import scrapy.signals
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from copydesk.model import EndpointKind
from spiders.chromium import find_chromium
from spiders.outcomes import Lost
from spiders.proxy import LoopbackProxy
from spiders.requests import user_agent

if TYPE_CHECKING:
    from playwright.async_api import Page, Route
    from playwright.async_api import Request as Asked
    from scrapy.crawler import Crawler

    from spiders.crawl import Crawl

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 3
"""Each takes some 100 MB."""
QUIET_S = 4.0
"""Scripts are waited for until nothing was asked for in half a second, at most so long."""
NOT_TEXT = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest", "ping", "other"})
"""Kinds of sub-requests that are not made: they bring no text."""
CONDITIONS = ("If-None-Match", "If-Modified-Since")
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # no name is resolved but by the proxy
    "--proxy-bypass-list=<-loopback>",  # Chromium goes to loopback directly by default
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # UDP knows no proxy
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
)
RENDERED = "X-Copydesk-Rendered"
"""Marks a response, in the archive too, whose body is what the browser made of the page."""


class BrowserMiddleware:
    """Renders the pages, and the section pages, of sources with `render = "browser"`."""

    def __init__(self, crawler: Crawler, crawl: Crawl) -> None:
        settings = crawl.plan.settings
        self.crawl = crawl
        self._room = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._number = 0
        self._proxy = LoopbackProxy(crawl.guard, most_bytes=settings.max_body_bytes, timeout_s=settings.timeout_s)
        self._browser = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
        crawler.signals.connect(self.close, scrapy.signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BrowserMiddleware:
        return cls(crawler, crawler.spider.crawl)  # type: ignore[union-attr]

    async def close(self) -> None:
        await self._browser.close()
        self._proxy.close()

    def process_request(self, request: Request) -> None:
        """What a script writes may change while the page stays the same: it is asked for without conditions."""
        if _is_rendered(request):
            for name in CONDITIONS:
                request.headers.pop(name, None)

    async def process_response(self, request: Request, response: Response) -> Response:
        """
        Raises:
            Lost: the browser could not show the page, or not in time.
        """
        if not _is_rendered(request) or response.status != 200 or not isinstance(response, HtmlResponse):
            return response
        async with self._room:
            await self._start()
            return await self._render(request, response)

    async def _start(self) -> None:
        async with self._starting:
            if self._proxy.port:
                return
            await self._proxy.start()
            self._browser.config.launch_options = {
                "executable_path": find_chromium(),
                "args": list(ARGUMENTS),
                "proxy": {"server": f"http://127.0.0.1:{self._proxy.port}", "bypass": "<-loopback>"},
                "chromium_sandbox": os.geteuid() != 0,  # Chromium's sandbox does not work for root
            }

    async def _render(self, request: Request, response: HtmlResponse) -> Response:
        from playwright.async_api import Error

        self._number += 1
        source = request.meta["source"]
        shown = Request(
            response.url,
            meta={
                "playwright": True,
                "playwright_include_page": True,
                "playwright_context": f"page-{self._number}",  # cookies and storage of its own, and gone with it
                "playwright_context_kwargs": {
                    "user_agent": user_agent(self.crawl.plan.settings.contact),
                    "locale": source.language or "en",
                    "service_workers": "block",
                    "accept_downloads": False,
                },
                "playwright_page_init_callback": _Stage(response),
                "playwright_page_methods": [PageMethod(_settle)],
            },
        )
        timeout_s = self.crawl.plan.settings.timeout_s
        try:
            rendered = await asyncio.wait_for(self._browser.download_request(shown), timeout_s)
        except TimeoutError as error:
            raise Lost(f"the browser did not show it within {timeout_s:g} s") from error
        except Error as error:
            words = (str(error).strip().splitlines() or ["no reason given"])[0]
            raise Lost(f"the browser could not show it: {words}") from error
        finally:
            if page := shown.meta.get("playwright_page"):
                with suppress(Error):
                    await page.context.close()
        body = rendered.text.encode("utf-8", "replace")
        most = self.crawl.plan.settings.max_body_bytes
        if len(body) > most:
            raise Lost(f"larger than {most} bytes, as the browser shows it")
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers[RENDERED] = "chromium"
        log.debug("rendered url=%s bytes=%d", response.url, len(body))
        return response.replace(body=body, encoding="utf-8")


class _Stage:
    """Gives the browser the page that was fetched, and lets it ask for what may bring text; it leads nowhere else."""

    def __init__(self, document: HtmlResponse) -> None:
        self.document = document
        self._is_given = False

    async def __call__(self, page: Page, request: Request) -> None:
        await page.route("**/*", self._answer)

    async def _answer(self, route: Route, asked: Asked) -> None:
        if asked.is_navigation_request() and asked.frame.parent_frame is None:
            if self._is_given:
                await route.abort()  # another page has robots.txt and a delay of its own
                return
            self._is_given = True
            kind = (self.document.headers.get("Content-Type") or b"text/html").decode("latin-1")
            await route.fulfill(status=200, content_type=kind, body=self.document.body)
        elif asked.resource_type in NOT_TEXT:
            await route.abort()
        else:
            await route.continue_()


async def _settle(page: Page) -> None:
    from playwright.async_api import TimeoutError as TooLong

    with suppress(TooLong):
        await page.wait_for_load_state("networkidle", timeout=QUIET_S * 1000)


def _is_rendered(request: Request) -> bool:
    source: Any = request.meta.get("source")
    if getattr(source, "render", "") != "browser" or request.meta.get("is_robots"):
        return False
    rows = request.meta.get("rows")
    return "row" in request.meta or bool(rows and all(row.kind is EndpointKind.SECTION for row in rows))
