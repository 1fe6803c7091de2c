"""Runs plans in real crawl processes, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from copydesk.model import Source
from spiders.plan import CrawlEvent, CrawlPlan, CrawlSettings
from spiders.process import CrawlProcess
from storage.store import Row, open_store
from tests.servers import Server


@dataclass
class Ran:
    """What a crawl told, and what it left."""

    crawl_id: int
    events: list[CrawlEvent]
    polls: list[Row]
    fetches: list[Row]

    @property
    def end(self) -> CrawlEvent:
        return self.events[-1]

    @property
    def troubles(self) -> list[str]:
        return [event.what for event in self.events if event.event == "trouble"]

    def outcomes(self) -> dict[str, str]:
        """How each page ended, by the last part of its URL."""
        return {"/" + str(row["url"]).rpartition("/")[2]: str(row["outcome"]) for row in self.fetches}

    def detail(self, path: str) -> str:
        return next(str(row["detail"]) for row in self.fetches if str(row["url"]).endswith(path))


@dataclass
class Desk:
    """A folder with a store, and crawls in it."""

    home: Path
    settings: dict[str, Any] = field(default_factory=dict)
    """Over those that suit a test: no delay, loopback allowed."""

    @property
    def database(self) -> Path:
        return self.home / "copydesk.db"

    def plan(self, sources: Sequence[Source] = (), **changes: Any) -> CrawlPlan:
        """A plan for a crawl that has begun."""
        offset_s = changes.get("clock_offset_s", 0.0)
        now = datetime.now(UTC) + timedelta(seconds=offset_s)
        with open_store(self.database) as store:
            store.sources.sync(sources, now=now)
            names = [source.name for source in sources]
            crawl_id = store.crawls.begin(trigger="test", sources=names, at=now)
        settings: dict[str, Any] = {"delay_s": 0.0, "timeout_s": 5.0, "allow_private_addresses": True, **self.settings}
        return CrawlPlan(
            crawl_id=crawl_id,
            database=str(self.database),
            archive=str(self.home / "archive"),
            sources=tuple(sources),
            settings=CrawlSettings(**settings),
            **changes,
        )

    def crawl(self, *sources: Source, **changes: Any) -> Ran:
        plan = self.plan(sources, **changes)
        with CrawlProcess(plan) as process:
            events = list(process.events())
        return self.ran(plan.crawl_id, events)

    def ran(self, crawl_id: int, events: list[CrawlEvent]) -> Ran:
        with open_store(self.database) as store:
            row = store.crawls.get(crawl_id)
            assert row is not None
            return Ran(crawl_id, events, list(row["polls"]), list(row["fetches"]))

    def pending(self) -> list[str]:
        """The final URLs of the snapshots that wait for extraction."""
        with open_store(self.database) as store:
            return [row.final_url for row in store.snapshots.pending(limit=10_000)]


def source_of(web: Server, paths: list[str], **changes: Any) -> Source:
    """A source with a feed of these pages; pages that nobody serves yet get a text."""
    for path in paths:
        if path not in web.replies and "://" not in path:
            web.serve(path, f"<title>{path}</title><p>A report at {path}.", etag=f'"{path}"')
    return Source(name=f"at-{web.address.replace('.', '-')}", feeds=(web.feed("/feed.xml", paths),), **changes)
