"""Fetches a few addresses as a crawl would (robots.txt, delays, limits, refused addresses), and keeps nothing.

What `sources add`, `sources check` and `backfill --sitemap` look at goes into a store and an archive of their own,
which end with the prober. Which hosts asked to be left alone, both stores know.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from copydesk.errors import CopydeskError
from copydesk.model import Source
from copydesk.urls import canonical_url
from flows.config import Settings
from spiders.plan import CrawlPlan
from spiders.process import CrawlProcess
from storage.address import is_made
from storage.archive import read_body
from storage.records import CrawlCounts, FetchOutcome, SnapshotRow
from storage.store import Store, open_store

WAIT_S = 0.5
"""How long a report is waited for before `stop` is looked at again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What became of one address."""

    url: str
    outcome: str
    """As `storage.records.FetchOutcome`, or `not looked at`: its host was held by another crawl, or did not answer."""
    status: int | None = None
    detail: str = ""
    snapshot: SnapshotRow | None = None
    body: bytes = b""

    @property
    def is_kept(self) -> bool:
        return self.snapshot is not None

    @property
    def final_url(self) -> str:
        return self.snapshot.final_url if self.snapshot else ""

    @property
    def content_type(self) -> str:
        return self.snapshot.content_type if self.snapshot else ""


class Prober:
    """A context manager. Asks for each address once, however often it is asked about."""

    def __init__(
        self,
        settings: Settings,
        *,
        source: Source | None = None,
        log_level: str = "WARNING",
        on_progress: Callable[[str], None] = lambda line: None,
        stop: Event | None = None,
    ) -> None:
        """`source`: whose manners and language are asked with; its endpoints are left alone."""
        self.settings = settings
        self.archive = Path()
        """Where the bytes of snapshots are, while the context is open."""
        self._source = replace(source or Source(name="probe"), feeds=(), sitemaps=(), sections=())
        self._log_level = log_level
        self._on_progress = on_progress
        self._stop = stop or Event()
        self._known: dict[str, Fetched] = {}

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="copydesk-probe-")
        home = Path(self._folder.name)
        self.archive, self._database = home / "archive", home / "probe.db"
        self._store: Store = open_store(self._database)
        if is_made(self.settings.desk.database):
            with open_store(self.settings.desk.database) as desk:
                _pass_on_rests(desk, self._store)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if is_made(self.settings.desk.database):
            with open_store(self.settings.desk.database) as desk:
                _pass_on_rests(self._store, desk)
        self._store.close()
        self._folder.cleanup()

    def fetch(self, urls: Sequence[str], *, what: str = "") -> list[Fetched]:
        """What became of each address, in their order. `what` names them for the progress line.

        Raises:
            CopydeskError: the crawl process crashed, or was stopped.
        """
        new = list({canonical_url(url): url for url in urls if canonical_url(url) not in self._known}.values())
        if new:
            self._on_progress(f"looking at {len(new)} {what or 'addresses'}")
            self._crawl(new)
        return [replace(self._known[canonical_url(url)], url=url) for url in urls]

    def forget(self) -> None:
        """Let go what came of all addresses so far: they would be asked for again."""
        self._known.clear()

    def _crawl(self, urls: list[str]) -> None:
        begun_at = datetime.now(UTC)
        crawl_id = self._store.crawls.begin(trigger="probe", sources=[self._source.name], at=begun_at)
        plan = CrawlPlan(
            crawl_id=crawl_id,
            database=str(self._database),
            archive=str(self.archive),
            sources=(self._source,),
            urls=tuple(urls),
            urls_source=self._source.name,
            settings=replace(self.settings.crawl, max_run_s=0),
            log_level=self._log_level,
        )
        with CrawlProcess(plan) as process:
            while process.finish_reason is None:
                event = process.poll_event(WAIT_S)
                if self._stop.is_set():
                    process.stop()
                if event is not None and event.event == "finished" and event.finish_reason == "crashed":
                    raise CopydeskError(urls[0], event.what)
        self._store.crawls.finish(
            crawl_id, at=datetime.now(UTC), finish_reason=process.finish_reason, counts=CrawlCounts()
        )
        if self._stop.is_set():
            raise CopydeskError(urls[0], "stopped")
        crawled = self._store.crawls.get(crawl_id) or {"fetches": []}
        fetches = {canonical_url(str(row["url"])): row for row in crawled["fetches"]}
        for url in urls:
            key = canonical_url(url)
            row = fetches.get(key)
            if row is None:
                self._known[key] = Fetched(url=url, outcome="not looked at", detail="its host was left alone")
                continue
            snapshot = self._store.snapshots.get(int(row["snapshot_id"])) if row["snapshot_id"] else None
            self._known[key] = Fetched(
                url=url,
                outcome="read" if row["outcome"] == FetchOutcome.KEPT else str(row["outcome"]),
                status=row["status"],
                detail=str(row["detail"]),
                snapshot=snapshot,
                body=read_body(self.archive, snapshot.pointer) if snapshot else b"",
            )


def _pass_on_rests(known: Store, to: Store) -> None:
    """What a host asked one of them counts for the other."""
    now = datetime.now(UTC)
    new = known.hosts.rests(now=now).items() - to.hosts.rests(now=now).items()
    for host, (until, why) in sorted(new):
        to.hosts.rest(host, until=until, why=why)
