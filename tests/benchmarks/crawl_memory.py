"""The memory of one crawl over 100,000 polls that answer 304: `python -m tests.benchmarks crawl_memory` (minutes)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psutil

from spiders.plan import CrawlPlan
from spiders.process import CrawlProcess
from storage.records import PollOutcome, PollRecord, Validators
from storage.store import open_store
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.crawl_once import begin, sources_of
from tests.benchmarks.feeds_web import feeds_served

POLLS = 100_000
HOSTS = 250
EVERY = 10_000


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table. Needs no pages."""
    print(f"\n# Memory of one crawl process over {POLLS} polls that answer 304\n")
    with feeds_served(POLLS, hosts=HOSTS) as feeds:
        plan = begin(work, sources_of([url for url, _ in feeds]))
        teach(plan, dict(feeds))
        with CrawlProcess(plan) as process:
            crawler, told, largest = psutil.Process(process.pid), 0, 0
            for event in process.events():
                if event.event != "finished":
                    largest = max(largest, crawler.memory_info().rss)
                if event.polled >= told and event.event == "progress":
                    print(f"{event.polled:>8} polls {crawler.memory_info().rss / 1e6:>7.0f} MB", flush=True)
                    told = event.polled - event.polled % EVERY + EVERY
    print(f"at most {largest / 1e6:.0f} MB; {event.polled} polled, {event.failed} failed")


def teach(plan: CrawlPlan, tags: dict[str, str]) -> None:
    """Store what a first look at each feed would have: its ETag."""
    now = datetime.now(UTC)
    with open_store(Path(plan.database)) as store:
        for endpoint in store.endpoints.of([source.name for source in plan.sources]):
            poll = PollRecord(
                endpoint_id=endpoint.id,
                crawl_id=plan.crawl_id,
                at=now,
                outcome=PollOutcome.READ,
                status=200,
                validators=Validators(etag=tags[endpoint.url]),
            )
            store.polls.record(poll, now=now)
