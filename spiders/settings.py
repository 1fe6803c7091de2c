"""Scrapy's settings for a crawl. Each default of 2.19 that is unsafe, rude or of no use is set, with the reason."""

from __future__ import annotations

from typing import Any

from spiders.plan import CrawlPlan
from spiders.requests import user_agent

UNSAFE_DEFAULTS: dict[str, Any] = {
    "REMOTE_CONTROL_ENABLED": False,  # an HTTP port that executes Python for whoever finds it
    "TELNETCONSOLE_ENABLED": False,  # a Python prompt on a port
    "DOWNLOAD_VERIFY_CERTIFICATES": True,  # off by default: anybody on the way could write the news
    "DOWNLOAD_HANDLERS": {  # a redirect or a link to these would read our disk, or speak to other services
        "file": None,
        "s3": None,
        "ftp": None,
        "data": None,
        "http": "spiders.download.BoundedDownloadHandler",  # Scrapy's, which takes any number of headers
        "https": "spiders.download.BoundedDownloadHandler",
    },
    "HTTPPROXY_ENABLED": False,  # a proxy resolves names itself, out of the address guard's sight
    "METAREFRESH_ENABLED": False,  # searches every page for a tag; pages that reload themselves would be fetched twice
    "COOKIES_ENABLED": False,  # nothing read here needs a session, and none may be tracked across pages
    "HTTPCACHE_ENABLED": False,  # the store has the validators, the archive the bytes
    "MEMUSAGE_ENABLED": False,  # ends a crawl and sends mail
    "MEMUSAGE_NOTIFY_MAIL": [],
    "STATSMAILER_RCPTS": [],
    "SPIDER_LOADER_WARN_ONLY": True,
    "JOBDIR": None,  # the frontier is ours; Scrapy's own loses requests when it is killed
}

UNUSED: dict[str, Any] = {
    # Scrapy imports what a list disables, to compare it: aiohttp and tldextract among them, a fifth of a crawl's start.
    "EXTENSIONS_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},  # every status reaches the spider
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # the crawl counts what it reports itself
    "DOWNLOADER_STATS": False,
    "STATS_DUMP": False,
    "LOG_VERSIONS": [],
    "CONCURRENT_ITEMS": 1,  # 100 by default, which is 100 asyncio tasks for each response; there are no items here
    "WARN_ON_GENERATOR_RETURN_VALUE": False,  # reads the source code of callbacks
    "AUTOTHROTTLE_ENABLED": False,  # the delay of a source is a promise, not a beginning
    "RETRY_ENABLED": False,  # what failed is looked at again later, by the store's schedule, not three times at once
    "REDIRECT_ENABLED": False,  # spiders.middlewares.redirects instead
    "ROBOTSTXT_OBEY": False,  # spiders.middlewares.robots instead, which a server error does not open
    "REFERER_ENABLED": False,
    "COMPRESSION_ENABLED": False,  # spiders.middlewares.bodies instead, which takes no half for the whole
}

MIDDLEWARES: dict[str, int | None] = {
    "spiders.middlewares.leases.LeaseMiddleware": 50,
    "spiders.middlewares.robots.RobotsMiddleware": 100,
    "spiders.middlewares.bodies.BodyMiddleware": 590,
    "spiders.middlewares.redirects.RedirectMiddleware": 600,
}

BROWSER: dict[str, int | None] = {"spiders.middlewares.browser.BrowserMiddleware": 580}
"""After decompression and redirects; only where a source of the crawl needs it: the others pay nothing."""

UNSTORED_BYTES = 32_000_000
"""Bodies that wait for the writer; then nothing more is asked for."""


def scrapy_settings(plan: CrawlPlan) -> dict[str, Any]:
    """Return all settings of a crawl that differ from Scrapy's own."""
    crawl = plan.settings
    needs_browser = any(source.render == "browser" for source in plan.sources)
    return {
        **UNSAFE_DEFAULTS,
        **UNUSED,
        "DOWNLOADER_MIDDLEWARES": MIDDLEWARES | (BROWSER if needs_browser else {}),
        "USER_AGENT": user_agent(crawl.contact),
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "SCHEDULER": "spiders.scheduler.PoliteScheduler",
        "DNSCACHE_ENABLED": False,  # spiders.resolver keeps its own, of addresses that were judged
        "REACTOR_THREADPOOL_MAXSIZE": 20,  # names are resolved there, and some take long
        "DOWNLOAD_TIMEOUT": crawl.timeout_s,  # 180 s by default
        "DOWNLOAD_MAXSIZE": crawl.max_body_bytes,  # 1 GiB by default; counts while decompressing, too
        "DOWNLOAD_WARNSIZE": 0,  # a line for each page between two sizes
        "DOWNLOAD_FAIL_ON_DATALOSS": True,  # half an article is none
        "DOWNLOAD_DELAY": crawl.delay_s,  # 0 by default
        "DOWNLOAD_DELAY_JITTER": 0.0,  # a delay that is sometimes half as long is not kept
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrency_per_host,
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": UNSTORED_BYTES,
        "LOG_LEVEL": plan.log_level,
    }
