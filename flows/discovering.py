"""What a publication offers to be followed by, looked at on the web: the plain functions behind `sources add` and
`sources check`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from copydesk.discovery.autodiscovery import (
    Lead,
    PageLeads,
    common_feeds,
    common_sitemaps,
    distinct,
    is_for_news,
    read_page,
    sitemaps_in_robots,
)
from copydesk.discovery.proposal import Judged, Proposal, dated_at, observed_rate, propose
from copydesk.discovery.reading import read_endpoint
from copydesk.errors import CopydeskError, ParseError
from copydesk.model import Article, EndpointKind, Entry, Refusal, Source
from copydesk.urls import canonical_url
from flows.config import Settings
from flows.ingest import PRELOAD, SnapshotTask, extract_snapshot, refusal_of
from flows.probing import Fetched, Prober
from flows.workers import WorkerPool

PREVIEWED = 3
"""Articles that are extracted to show what would come."""
MOST_CHILDREN = 4
"""Sitemaps of an index that are looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """One page as it would be stored."""

    url: str
    article: Article | None = None
    why_not: str = ""
    """Why there is no article; empty where there is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovery:
    """What stands at an address."""

    page_url: str
    """After redirects."""
    title: str
    language: str
    proposal: Proposal
    previews: tuple[Preview, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One endpoint of a source that is followed, or that could be, as it is today."""

    source: str
    judged: Judged
    state: str
    """`ok`, `moved`, `dead`, `new` (not followed yet, and worth it), `not looked at`."""


def discover(url: str, settings: Settings, prober: Prober, *, preview: bool = True) -> Discovery:
    """Look at a page, its feeds, sitemaps and sections, and propose a source. Takes some twenty requests.

    Raises:
        CopydeskError: the page cannot be had.
    """
    robots_url = urljoin(url, "/robots.txt")
    page, robots = prober.fetch([url, robots_url], what="addresses: the page and robots.txt")
    if not page.is_kept:
        raise CopydeskError(url, f"cannot be had: {page.detail}")
    page_url, now = page.final_url, datetime.now(UTC)
    if fed := _entries_of_feed(page):
        leads = PageLeads(feeds=(Lead(url=page_url, kind=EndpointKind.FEED, origin="the address itself"),))
        page_url = urljoin(fed[0].url, "/")
    else:
        leads = _read_page(page)
    feeds = _judge_all(leads.feeds, prober, now, what="feeds that the page names")
    if not any(each.entries for each in feeds):
        feeds += _judge_all(_feeds_of_sections(leads.section_urls, prober), prober, now, what="feeds of sections")
    if not any(each.entries for each in feeds):
        feeds += _judge_all(common_feeds(page_url), prober, now, what="common addresses of feeds")
    sitemaps = _sitemaps(robots, page_url, prober, now)
    section = Lead(url=page_url, kind=EndpointKind.SECTION, origin="the page itself")
    sections = [] if fed else [_judge(section, page, now)]
    proposal = propose([*feeds, *sitemaps, *sections], page_url=page_url, now=now)
    previews = _previews(proposal, settings, prober) if preview else ()
    return Discovery(
        page_url=page_url, title=leads.title, language=leads.language, proposal=proposal, previews=previews
    )


def check_endpoints(sources: Sequence[Source], prober: Prober) -> list[Change]:
    """Look at every endpoint of some sources once."""
    now = datetime.now(UTC)
    wanted = [(source, Lead(url=url, kind=kind, origin="")) for source in sources for kind, url in source.endpoints()]
    fetched = prober.fetch([lead.url for _, lead in wanted], what="feeds, sitemaps and sections")
    changes = []
    for (source, lead), answer in zip(wanted, fetched, strict=True):
        judged = _judge(lead, answer, now)
        changes.append(Change(source=source.name, judged=judged, state=_state(judged)))
    return changes


def find_new(source: Source, settings: Settings, prober: Prober) -> list[Change]:
    """What a source's publication offers today beside what is followed, and is worth it.

    Raises:
        CopydeskError: its page cannot be had.
    """
    if not source.homepage:
        return []
    proposal = discover(source.homepage, settings, prober, preview=False).proposal
    followed = {canonical_url(url) for _, url in source.endpoints()}
    moved = {canonical_url(each.final_url) for each in _answers(source, prober)}
    new = [each for each in proposal.judged if each.is_chosen and canonical_url(each.lead.url) not in followed | moved]
    has_lists = bool(source.feeds or source.sitemaps)
    return [
        Change(source=source.name, judged=each, state="new")
        for each in new
        if not (has_lists and each.lead.kind is EndpointKind.SECTION)
    ]


def _answers(source: Source, prober: Prober) -> list[Fetched]:
    """What was had of a source's endpoints."""
    return [each for each in prober.fetch([url for _, url in source.endpoints()]) if each.is_kept]


def _state(judged: Judged) -> str:
    if judged.outcome == "not looked at":
        return judged.outcome
    if judged.outcome != "read":
        return "dead"
    return "moved" if judged.is_moved else "ok"


def _entries_of_feed(page: Fetched) -> tuple[Entry, ...]:
    """People paste the address of a feed as often as that of a page; empty where it is none."""
    try:
        reading = read_endpoint(EndpointKind.FEED, page.body, url=page.final_url, content_type=page.content_type)
    except ParseError:
        return ()
    return reading.entries


def _read_page(page: Fetched) -> PageLeads:
    try:
        return read_page(page.body, page_url=page.final_url, content_type=page.content_type)
    except ParseError as error:
        raise CopydeskError(page.url, "is neither a web page nor a feed") from error


def _feeds_of_sections(urls: Sequence[str], prober: Prober) -> tuple[Lead, ...]:
    found: list[Lead] = []
    for section in prober.fetch(urls, what="sections") if urls else ():
        if section.is_kept:
            try:
                page = read_page(section.body, page_url=section.final_url, content_type=section.content_type)
            except ParseError:
                continue
            name = urlsplit(section.final_url).path
            found += [replace(lead, origin=f"{lead.origin} of {name}") for lead in page.feeds]
    return distinct(found)


def _sitemaps(robots: Fetched, page_url: str, prober: Prober, now: datetime) -> list[Judged]:
    leads = sitemaps_in_robots(robots.body, robots_url=robots.final_url) if robots.is_kept else ()
    if not any(is_for_news(lead.url) for lead in leads):
        leads = distinct([*leads, *common_sitemaps(page_url)])
    judged = _judge_all(leads, prober, now, what="sitemaps")
    children = [
        Lead(url=url, kind=EndpointKind.SITEMAP, origin=f"named by {urlsplit(each.lead.url).path}")
        for each in judged
        for url in each.child_urls[:MOST_CHILDREN]
    ]
    known = {canonical_url(each.lead.url) for each in judged}
    children = [lead for lead in distinct(children) if canonical_url(lead.url) not in known]
    return judged + _judge_all(children[:MOST_CHILDREN], prober, now, what="sitemaps that an index names")


def _judge_all(leads: Iterable[Lead], prober: Prober, now: datetime, *, what: str) -> list[Judged]:
    leads = list(leads)
    answers = prober.fetch([lead.url for lead in leads], what=what) if leads else []
    judged = [_judge(lead, answer, now) for lead, answer in zip(leads, answers, strict=True)]
    # An address that only might have been one, and that is nothing, is no news.
    return [each for each in judged if each.outcome == "read" or each.lead.origin != "common path"]


def _judge(lead: Lead, answer: Fetched, now: datetime) -> Judged:
    judged = Judged(
        lead=lead, outcome=answer.outcome, status=answer.status, what=answer.detail, final_url=answer.final_url
    )
    if not answer.is_kept:
        return replace(judged, outcome="failed" if answer.outcome == "gone" else answer.outcome)
    try:
        reading = read_endpoint(lead.kind, answer.body, url=answer.final_url, content_type=answer.content_type)
    except ParseError as error:
        return replace(judged, outcome="not_a_feed", what=error.message)
    dates = [at for entry in reading.entries if (at := dated_at(entry)) and at <= now + timedelta(hours=1)]
    return replace(
        judged,
        what=reading.what,
        entries=reading.entries,
        newest_at=max(dates, default=None),
        per_day=observed_rate(reading.entries, now=now),
        child_urls=reading.child_urls,
    )


def _previews(proposal: Proposal, settings: Settings, prober: Prober) -> tuple[Preview, ...]:
    wanted = proposal.entries()[:PREVIEWED]
    pages = prober.fetch([entry.url for entry in wanted], what="articles") if wanted else []
    return tuple(extract_pages(pages, prober, timeout_s=settings.extract.timeout_s))


def extract_pages(pages: Sequence[Fetched], prober: Prober, *, timeout_s: float) -> list[Preview]:
    """What each page is, extracted in a worker with a time limit, in their order."""
    previews: dict[str, Preview] = {
        page.url: Preview(url=page.url, why_not=page.detail or page.outcome) for page in pages if not page.is_kept
    }
    kept = {page.snapshot.id: page for page in pages if page.snapshot is not None}
    if not kept:
        return [previews[page.url] for page in pages]
    pool: WorkerPool[SnapshotTask, Article | Refusal] = WorkerPool(
        extract_snapshot, workers=min(2, len(kept)), timeout_s=timeout_s, preload=PRELOAD
    )
    with pool:
        waiting = [
            SnapshotTask(snapshot=page.snapshot, archive=prober.archive) for page in kept.values() if page.snapshot
        ]
        while waiting or pool.in_flight:
            while waiting and pool.room:
                pool.submit(waiting.pop(0))
            for outcome in pool.collect(0.5):
                url, value = kept[outcome.task.snapshot.id].url, outcome.value
                if isinstance(value, Article):
                    previews[url] = Preview(url=url, article=value)
                else:
                    refusal = value if isinstance(value, Refusal) else refusal_of(outcome, timeout_s=timeout_s)
                    previews[url] = Preview(url=url, why_not=f"{refusal.reason}: {refusal.detail}")
    return [previews[page.url] for page in pages]
