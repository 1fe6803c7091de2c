"""Crawls without extraction, for benchmarks: `python -m tests.benchmarks.crawl_once HOME URL...`.

Each URL is the feed of a source of its own; with `@FILE`, those of a JSON list of [URL, …]. What feeds list is fetched,
but for what stands under /elsewhere/. It prints what the crawl told at its end, as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from copydesk.model import Source
from spiders.plan import CrawlEvent, CrawlPlan, CrawlSettings
from spiders.process import CrawlProcess
from storage.store import open_store

SETTINGS = CrawlSettings(delay_s=0, concurrency_per_host=8, allow_private_addresses=True)


def crawl(home: Path, feeds: Sequence[str]) -> CrawlEvent:
    """What the crawl told at its end."""
    with CrawlProcess(begin(home, sources_of(feeds))) as process:
        return list(process.events())[-1]


def sources_of(feeds: Sequence[str]) -> list[Source]:
    return [Source(name=f"s{number}", feeds=(url,), exclude=("/elsewhere/",)) for number, url in enumerate(feeds)]


def begin(home: Path, sources: Sequence[Source], settings: CrawlSettings = SETTINGS) -> CrawlPlan:
    """A crawl that has begun."""
    home.mkdir(parents=True, exist_ok=True)
    database, now = home / "copydesk.db", datetime.now(UTC)
    with open_store(database) as store:
        store.sources.sync(sources, now=now)
        crawl_id = store.crawls.begin(trigger="benchmark", sources=[source.name for source in sources], at=now)
    return CrawlPlan(
        crawl_id=crawl_id,
        database=str(database),
        archive=str(home / "archive"),
        sources=tuple(sources),
        settings=settings,
    )


def main() -> None:
    home, *feeds = sys.argv[1:]
    if feeds[0].startswith("@"):
        feeds = [row[0] for row in json.loads(Path(feeds[0][1:]).read_text(encoding="utf-8"))]
    print(json.dumps(asdict(crawl(Path(home), feeds))))


if __name__ == "__main__":
    main()
