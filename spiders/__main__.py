"""The crawl process: `python -m spiders --events-fd N`, with a plan as one line of JSON on its standard input.

It ends by itself, or cleanly when its standard input does, or on SIGINT and SIGTERM. What was fetched is kept; what is
under way is dropped, so that servers that hang do not hold it. Its exit code says nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from typing import Any

from copydesk.errors import StorageError
from spiders.events import Counts, Reporter
from spiders.plan import CrawlPlan

log = logging.getLogger("spiders")

SWITCH_S = 0.0005
"""How long a thread that reads a huge feed may keep the others waiting each time. Python's own 5 ms, waited for after
every look at the network, made the crawl of all other hosts half as fast meanwhile."""
TICK_S = 0.2
CLOSE_S = 30.0
"""For the writer to write what it was given; a disk that takes longer does not answer."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m spiders", description="One crawl; see spiders/process.py.")
    parser.add_argument("--events-fd", type=int, required=True, help="descriptor that events are written to")
    descriptor: int = parser.parse_args().events_fd
    plan = CrawlPlan.from_json(read_line(0))
    sys.setswitchinterval(SWITCH_S)
    logging.basicConfig(stream=sys.stderr, level=plan.log_level, format="%(levelname)s %(name)s: %(message)s")

    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    loop = asyncio.get_event_loop()
    task = loop.create_task(run(plan, Reporter(descriptor, Counts())))
    task.add_done_callback(_leave)
    reactor.run(installSignalHandlers=False)  # type: ignore[call-arg, misc]


async def run(plan: CrawlPlan, reporter: Reporter) -> None:
    """Crawl, and report how it ended."""
    from spiders.crawl import Crawl

    crawl = Crawl(plan, reporter)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, crawl.end, "cancelled")
    threading.Thread(target=_watch_parent, args=(loop, crawl.end), name="parent", daemon=True).start()
    if plan.settings.max_run_s:
        loop.call_later(plan.settings.max_run_s, crawl.end, "max_run_s")
    crawl.keeper.open()
    crawling = loop.create_task(_crawl_with_scrapy(crawl))
    ending = loop.create_task(crawl.ended.wait())
    while not (crawling.done() or ending.done()):
        await asyncio.wait({crawling, ending}, timeout=TICK_S, return_when=asyncio.FIRST_COMPLETED)
        reporter.progress()
    if crawling.done():
        crawling.result()  # a bug is left to crash the crawl
    crawl.end("finished")
    await asyncio.wait_for(crawl.keeper.close(), CLOSE_S)
    if crawl.error is not None and not isinstance(crawl.error, StorageError):
        raise crawl.error
    crawl.sum_up_troubles()
    what = str(crawl.error) if crawl.error else ""
    if what:
        reporter.trouble(what)
    reporter.finished(crawl.finish_reason, what)
    reporter.close()


async def _crawl_with_scrapy(crawl: Any) -> None:
    from scrapy.crawler import Crawler
    from twisted.internet import reactor

    from spiders.news import NewsSpider
    from spiders.resolver import GuardedResolver
    from spiders.settings import scrapy_settings

    settings = scrapy_settings(crawl.plan)
    reactor.suggestThreadPoolSize(settings["REACTOR_THREADPOOL_MAXSIZE"])
    GuardedResolver(reactor, crawl.guard).install_on_reactor()
    crawler = Crawler(NewsSpider, settings)
    await crawler.crawl_async(crawl)


def read_line(descriptor: int) -> str:
    """One line from a descriptor, unbuffered: what follows is not touched."""
    data = b""
    while not data.endswith(b"\n"):
        part = os.read(descriptor, 65536)
        if not part:
            break
        data += part
    return data.decode("utf-8")


def _watch_parent(loop: asyncio.AbstractEventLoop, end: Any) -> None:
    """End the crawl when standard input does: its other end is closed, or the parent is dead."""
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(end, "cancelled")


def _leave(task: asyncio.Task[None]) -> None:
    """End the process at once. An orderly end would wait for threads that resolve names, and for servers that hang."""
    code = 0
    if error := task.exception():
        code = 1
        sys.excepthook(type(error), error, error.__traceback__)
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
