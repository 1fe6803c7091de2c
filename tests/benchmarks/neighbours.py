"""Whether one bad source costs the others anything: the time that 19 healthy ones need alone, and beside a villain."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from copydesk.model import Source
from spiders.plan import CrawlSettings
from spiders.process import CrawlProcess
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.crawl_once import begin
from tests.servers import Server, endless, hang, make_feed

HEALTHY = 19
PAGES = 20
"""Of each healthy source, one after the other with a delay: alone they take some seconds."""
PATHS = [f"/{number}" for number in range(PAGES)]
SETTINGS = CrawlSettings(delay_s=0.2, timeout_s=10, concurrency=16, allow_private_addresses=True)
ROUNDS = 3


def hanging(web: Server) -> str:
    """Every page takes the request and says nothing."""
    for path in PATHS:
        web.script(path, hang)
    return web.feed("/feed.xml", PATHS)


def endless_pages(web: Server) -> str:
    """Every page is a body without an end, as fast as it is read."""
    for path in PATHS:
        web.script(path, endless)
    return web.feed("/feed.xml", PATHS)


def endless_feed(web: Server) -> str:
    """A feed of 50,000 entries."""
    body = make_feed([web.url(f"/new-{number}") for number in range(50_000)])
    return web.serve("/feed.xml", body, content_type="application/rss+xml")


VILLAINS: dict[str, Callable[[Server], str] | None] = {
    "alone": None,
    "beside one that hangs": hanging,
    "beside one whose pages never end": endless_pages,
    "beside a feed of 50,000 entries": endless_feed,
}


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table. Needs no pages."""
    print(f"\n# {HEALTHY} healthy sources of {PAGES} pages each, s from the first request of the crawl to their last\n")
    alone_s = 0.0
    for name, villain in VILLAINS.items():
        took_s = median(measure(work / f"{name}-{number}", villain) for number in range(ROUNDS))
        alone_s = alone_s or took_s
        print(f"{name:36}{took_s:>7.2f}{took_s / alone_s:>7.2f}", flush=True)


def measure(home: Path, villain: Callable[[Server], str] | None) -> float:
    """Seconds from the first request of the crawl to the last one at a healthy source."""
    with healthy_servers() as servers, Server() as bad:
        sources = [Source(name="villain", feeds=(villain(bad),))] if villain else []
        sources += [Source(name=f"healthy-{number}", feeds=(feed_of(server),)) for number, server in enumerate(servers)]
        with CrawlProcess(begin(home, sources, SETTINGS)) as process:
            for _ in process.events():
                if all(set(PATHS) <= set(server.paths()) for server in servers):
                    process.stop()
        if process.finish_reason not in ("finished", "cancelled"):
            raise RuntimeError(f"the crawl ended with {process.finish_reason}")
        first = min(asked.at for server in (bad, *servers) for asked in server.asked)
        return max(asked.at for server in servers for asked in server.asked) - first


@contextlib.contextmanager
def healthy_servers() -> Iterator[list[Server]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Server()) for _ in range(HEALTHY)]


def feed_of(server: Server) -> str:
    for path in PATHS:
        server.serve(path, f"<title>{path}</title><p>Report {path}.")
    return server.feed("/feed.xml", PATHS)
