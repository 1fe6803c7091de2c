"""The past of a source from its sitemaps, however many pages they list."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event

from copydesk.discovery.proposal import dated_at
from copydesk.discovery.selection import why_not
from copydesk.discovery.sitemaps import parse_sitemap
from copydesk.errors import CopydeskError, ParseError
from copydesk.model import Entry, Source
from copydesk.urls import canonical_url
from flows.config import Settings
from flows.crawl import CrawlJob, CrawlReport, Progress, crawl
from flows.probing import Prober
from flows.warcpages import SourceBook, Wanted
from storage.store import Store, open_store

CHUNK = 500
"""Pages that one crawl fetches."""
GROUP = 10
"""Sitemaps that are held at once."""
MOST_SITEMAPS = 2_000
MOST_PAGES = 100_000
"""Not fetched yet: a day, at one a second. The next call takes those that follow."""
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_/]?(0[1-9]|1[0-2])?(?!\d{3})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetching:
    """How far the pages of a sitemap are."""

    total: int
    """Pages to look at."""
    pages: int = 0
    """Looked at."""
    new: int = 0
    """Articles."""
    failed: int = 0

    @classmethod
    def of(cls, reports: Sequence[CrawlReport], *, total: int) -> Fetching:
        """What some crawls brought that are over."""
        counts = [report.counts for report in reports]
        pages = sum(each.fetched + each.failed for each in counts)
        return cls(
            total=total, pages=pages, new=sum(each.new for each in counts), failed=sum(each.failed for each in counts)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """Where progress is told."""

    line: Callable[[str], None] = lambda line: None
    pages: Callable[[Fetching], None] = lambda fetching: None


@dataclass(slots=True)
class _Listed:
    """What the sitemaps of one source list."""

    source: str
    gaps_from: datetime | None
    """Where the oldest open gap of the source begins; None: there is none."""
    pages: int = 0
    missing: dict[str, None] = field(default_factory=dict)
    """URLs of pages that were never fetched, in order."""
    since: list[Entry] = field(default_factory=list)
    """Entries from the gaps' time on, and undated ones; as many as pages are taken."""
    oldest: Entry | None = None
    """Of those from before."""
    is_cut: bool = False
    """True: the sitemaps list more."""

    def add(self, entries: Sequence[Entry], store: Store) -> None:
        self.pages += len(entries)
        self.missing |= dict.fromkeys(store.backfills.discover(self.source, entries, now=datetime.now(UTC)))
        for entry in entries if self.gaps_from is not None else ():
            at = dated_at(entry)
            if at is not None and self.gaps_from is not None and at < self.gaps_from:
                before = dated_at(self.oldest) if self.oldest else None
                self.oldest = entry if before is None or at < before else self.oldest
            elif len(self.since) < MOST_PAGES:
                self.since.append(entry)

    @property
    def evidence(self) -> list[Entry]:
        """What tells of gaps; nothing where not all was read."""
        return [] if self.is_cut else [*self.since, *([self.oldest] if self.oldest else [])]


def backfill_sitemap(
    url: str,
    settings: Settings,
    followed: Sequence[Source],
    wanted: Wanted,
    *,
    tell: Telling = Telling(),
    stop: Event | None = None,
) -> list[CrawlReport]:
    """Fetch what a sitemap, or the sitemaps of an index, list and is not stored yet; a report for each crawl of it.

    Can be stopped, and killed: the next call leaves out what was fetched. Gaps that it fills are closed at the end.

    Raises:
        CopydeskError: the sitemap cannot be had, or lists nothing that is wanted.
    """
    stop = stop or Event()
    name = wanted.source or SourceBook.of(followed).source_of(url)
    source = next((each for each in followed if each.name == name), Source(name=name))
    with Prober(settings, source=source, on_progress=tell.line, stop=stop) as prober:
        listed = _list(walk(url, prober, wanted, on_lost=tell.line), settings, source)
    if not listed.pages:
        raise CopydeskError(url, "lists no page that the filters and the patterns of its source let pass")
    tell.line(f"{listed.pages:,} entries are listed; {len(listed.missing):,} of their pages are not fetched yet")
    if listed.is_cut:
        tell.line("the sitemaps list more: the same command goes on with those when these are fetched")
    reports = _fetch(list(listed.missing), settings, source, tell, stop)
    if listed.evidence and not stop.is_set():
        with open_store(settings.desk.database) as store:
            for gap_id in store.gaps.fill(name, listed.evidence, url=url, now=datetime.now(UTC)):
                tell.line(f"gap {gap_id} is closed: the sitemap lists everything of that time")
    return reports


def _list(documents: Iterator[list[Entry]], settings: Settings, source: Source) -> _Listed:
    """Store what is listed, sitemap by sitemap; they are not held together."""
    with open_store(settings.desk.database) as store:
        gaps = store.gaps.rows(source=source.name, state="open", now=datetime.now(UTC))
        since = min((datetime.fromisoformat(gap["from_at"]) for gap in gaps), default=None)
        listed = _Listed(source=source.name, gaps_from=since)
        for entries in documents:
            if len(listed.missing) >= MOST_PAGES:
                listed.is_cut = True
                break
            listed.add([entry for entry in entries if not why_not(entry.url, source=source)], store)
    return listed


def _fetch(urls: Sequence[str], settings: Settings, source: Source, tell: Telling, stop: Event) -> list[CrawlReport]:
    reports: list[CrawlReport] = []
    for start in range(0, len(urls), CHUNK):
        if stop.is_set():
            break
        job = CrawlJob(urls=tuple(urls[start : start + CHUNK]), sources=(source,), trigger="backfill")
        show = partial(_show_pages, Fetching.of(reports, total=len(urls)), tell.pages)
        reports.append(crawl(job, settings, on_progress=show, stop=stop))
        tell.line(f"{min(start + CHUNK, len(urls)):,} of {len(urls):,} pages")
    return reports


def _show_pages(before: Fetching, show: Callable[[Fetching], None], progress: Progress) -> None:
    event, counts = progress.event, progress.counts
    pages = before.pages + event.fetched + event.failed
    new, failed = before.new + counts.new, before.failed + event.failed
    show(Fetching(total=before.total, pages=pages, new=new, failed=failed))


def walk(url: str, prober: Prober, wanted: Wanted, *, on_lost: Callable[[str], None]) -> Iterator[list[Entry]]:
    """The wanted entries of a sitemap and of all that it leads to, sitemap by sitemap.

    `on_lost` is told of others that cannot be read.

    Raises:
        CopydeskError: the first one cannot be had, or is none.
    """
    waiting, seen = deque([url]), {canonical_url(url)}
    while waiting:
        group = [waiting.popleft() for _ in range(min(GROUP, len(waiting)))]
        for fetched in prober.fetch(group, what="sitemaps"):
            if not fetched.is_kept:
                if fetched.url == url:
                    raise CopydeskError(url, f"cannot be had: {fetched.detail}")
                on_lost(f"{fetched.url}: cannot be had: {fetched.detail}")
                continue
            try:
                sitemap = parse_sitemap(fetched.body, sitemap_url=fetched.final_url, content_type=fetched.content_type)
            except ParseError as error:
                if fetched.url == url:
                    raise
                on_lost(str(error))
                continue
            yield [entry for entry in sitemap.entries if wanted.takes(entry.url, dated_at(entry))]
            for child in sitemap.child_urls:
                key = canonical_url(child)
                if key not in seen and len(seen) < MOST_SITEMAPS and not _is_before(child, wanted.since):
                    seen.add(key)
                    waiting.append(child)
        prober.forget()


def _is_before(sitemap_url: str, since: datetime | None) -> bool:
    """Whether a sitemap's name says that it is of a month, or year, that is over before `since`."""
    match = _MONTH.search(sitemap_url)
    if since is None or match is None:
        return False
    return (int(match[1]), int(match[2] or 12)) < (since.year, since.month)
