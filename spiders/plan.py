"""What a crawl process is told, and what it tells: a plan on its standard input, events as JSON lines on a pipe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from copydesk.model import Source
from copydesk.polling import DEFAULT_FASTEST_S, Pace
from storage.places import MOST_WAITING_BYTES, SEGMENT_BYTES, ArchivePlace, RemoteArchive


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlSettings:
    """The `[crawl]` table of news.toml, with the contact of `[desk]`."""

    delay_s: float = 1.0
    """Between requests to one host; robots.txt may ask for more."""
    concurrency_per_host: int = 2
    concurrency: int = 32
    timeout_s: float = 30.0
    """For one whole response."""
    max_body_bytes: int = 10_000_000
    """Decoded."""
    max_pages_per_source: int = 2_000
    """Asked for in one crawl; the rest waits for the next one. 0: no limit."""
    allow_private_addresses: bool = False
    respect_robots: bool = True
    relook_hours: tuple[float, ...] = (1, 6, 24, 72)
    """After an article was first seen."""
    longest_rest_h: float = 3
    """How long an endpoint is left alone at most, however rarely it publishes."""
    max_run_s: float = 0
    """0: no limit."""
    contact: str = ""
    """Goes into the user agent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlPlan:
    """One crawl, as JSON on one line."""

    crawl_id: int
    database: str
    archive: str
    """Folder of WARC files."""
    archive_url: str = ""
    """Of the object store that they are uploaded to; empty: none. The crawl itself writes to the folder only."""
    segment_bytes: int = SEGMENT_BYTES
    """For an object store: a file of this size is closed."""
    most_waiting_bytes: int = MOST_WAITING_BYTES
    """For an object store: no file is begun while more waits in the folder."""
    sources: tuple[Source, ...] = ()
    urls: tuple[str, ...] = ()
    """Pages asked for by hand; with them, no endpoint is polled."""
    urls_source: str = "by-hand"
    """The source that pages asked for by hand are booked on."""
    settings: CrawlSettings = CrawlSettings()
    limit: int | None = None
    """Pages fetched at most; None: all that are due."""
    due_only: bool = False
    """Poll only endpoints whose next look has come."""
    fastest_s: Mapping[str, float] = field(default_factory=dict)
    """Source -> seconds between two runs of its schedule; without one, `copydesk.polling.Pace` says."""
    clock_offset_s: float = 0.0
    """Added to the real clock: rehearsals and tests move time with it."""
    log_level: str = "WARNING"

    def pace(self, source: str) -> Pace:
        """The bounds of looks at a source's endpoints."""
        slowest_s = self.settings.longest_rest_h * 3600
        return Pace(fastest_s=self.fastest_s.get(source, DEFAULT_FASTEST_S), slowest_s=slowest_s)

    @property
    def place(self) -> ArchivePlace:
        """Where pages are written."""
        if not self.archive_url:
            return Path(self.archive)
        return RemoteArchive(
            folder=Path(self.archive),
            url=self.archive_url,
            segment_bytes=self.segment_bytes,
            most_waiting_bytes=self.most_waiting_bytes,
        )

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> CrawlPlan:
        raw: dict[str, Any] = json.loads(text)
        sources = tuple(Source(**_tuples(source)) for source in raw.pop("sources"))
        settings = CrawlSettings(**_tuples(raw.pop("settings")))
        return cls(sources=sources, settings=settings, **_tuples(raw))


def _tuples(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlEvent:
    """One line of a crawl's report. Counts are totals since the crawl began."""

    event: str
    """`progress` (at most five a second), `stored` (a batch of snapshots is in the store), `trouble`, `finished`."""
    polled: int = 0
    """Endpoints looked at, whatever the outcome."""
    endpoints: int = 0
    """Endpoints to look at."""
    fetched: int = 0
    """Pages looked at: kept, revisited or gone."""
    kept: int = 0
    waiting: int = 0
    """Pages known to be due and not yet looked at."""
    unseen: int = 0
    """Pages taken in hand that were never had: what comes of them is to be extracted."""
    failed: int = 0
    """Pages and endpoints that could not be had."""
    reached: int = 0
    """Responses of any status: 0 at the end means that nothing on the network answered."""
    source: str = ""
    url: str = ""
    what: str = ""
    """`trouble`: one clear line: what happened, and what to do where the user can do something."""
    finish_reason: str = ""
    """`finished`: finished, cancelled, max_run_s, limit, nothing_to_do, storage_error (the database or the archive
    refused; `what` says it), crashed."""

    def to_json(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value not in ("", 0)})

    @classmethod
    def from_json(cls, text: str) -> CrawlEvent:
        known = {each.name for each in fields(cls)}
        return cls(**{key: value for key, value in json.loads(text).items() if key in known})
