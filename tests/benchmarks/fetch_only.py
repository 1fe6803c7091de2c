"""A crawl that keeps snapshots and extracts nothing: `python -m tests.benchmarks.fetch_only HOME FEED...`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from copydesk.model import Source
from spiders.plan import CrawlPlan, CrawlSettings
from spiders.process import CrawlProcess
from storage.store import open_store


def main() -> None:
    home, feeds = Path(sys.argv[1]), sys.argv[2:]
    home.mkdir(parents=True)
    sources = tuple(Source(name=f"s{number}", feeds=(url,)) for number, url in enumerate(feeds))
    database, now = home / "copydesk.db", datetime.now(UTC)
    with open_store(database) as store:
        store.sources.sync(sources, now=now)
        crawl_id = store.crawls.begin(trigger="benchmark", sources=[source.name for source in sources], at=now)
    settings = CrawlSettings(delay_s=0, concurrency_per_host=8, allow_private_addresses=True)
    plan = CrawlPlan(
        crawl_id=crawl_id, database=str(database), archive=str(home / "archive"), sources=sources, settings=settings
    )
    with CrawlProcess(plan) as crawl:
        while crawl.finish_reason is None:
            crawl.poll_event(1.0)
    print(crawl.finish_reason)


if __name__ == "__main__":
    main()
