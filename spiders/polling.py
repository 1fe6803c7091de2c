"""One look at one endpoint: what it comes to, as a record. Pure, and apart from the reactor: feeds can be large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from copydesk.discovery.autodiscovery import is_for_news, sitemaps_in_robots
from copydesk.discovery.reading import Reading, read_endpoint
from copydesk.discovery.selection import select
from copydesk.errors import ParseError
from copydesk.model import EndpointKind, Entry, Source
from copydesk.polling import FailureKind, NextLook, Pace, Signs, next_look, next_look_after_failure, remember
from copydesk.urls import canonical_url
from spiders.fetches import payload_digest, validators_of
from spiders.outcomes import Answer, Failure
from storage.records import EndpointRow, FetchOutcome, PollOutcome, PollRecord, SeenEntry, SiteFile, Validators

MOST_CHILDREN = 20
"""Sitemaps of an index that one poll looks at. Indexes of whole archives name thousands."""
SLACK = 0.2
"""Of the interval of a schedule."""
LONGEST_TRUST = timedelta(days=3)
"""In an endpoint's word that nothing changed."""
MOST_ASIDES = 3
"""Sitemaps of robots.txt that are searched for a gap, and sitemaps of each that is an index: nobody named them here."""
DEEPEST = 2
"""An index may name indexes; a third level is not looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """An endpoint's response, and all that it takes to read it."""

    endpoint: EndpointRow
    source: Source
    answer: Answer
    at: datetime
    crawl_id: int
    since: datetime | None = None
    """Something may have been missed from then on."""
    pace: Pace = field(default_factory=Pace)
    depth: int = 0
    """0: the endpoint itself; else a sitemap that an index names."""
    asked_url: str = ""
    """What was asked for, where that is not the endpoint's own URL."""
    jitter: float = 0.0
    """0 to 1; see `copydesk.polling`."""
    read: Callable[[Answer], Reading] | None = None
    """A spider of the user's own, for section pages; it raises ParseError. None: by the endpoint's kind."""
    deepest: int = DEEPEST

    @property
    def is_aside(self) -> bool:
        """Whether sources.toml does not name the endpoint: it is looked at for a gap's sake alone."""
        return self.since is not None and (self.endpoint.kind, self.endpoint.url) not in self.source.endpoints()

    @property
    def most_children(self) -> int:
        return MOST_ASIDES if self.is_aside else MOST_CHILDREN


@dataclass(frozen=True, kw_only=True, slots=True)
class PollResult:
    record: PollRecord
    child_urls: tuple[str, ...] = ()
    """Sitemaps to look at in the same crawl."""
    trouble: str = ""
    """A line for the user; empty where all is well."""


def read_poll(poll: Poll) -> PollResult:
    """Return what a 2xx or 304 response of an endpoint says."""
    answer, endpoint = poll.answer, poll.endpoint
    digest = payload_digest(answer.body)
    before = endpoint.validators
    if poll.depth == 0 and (answer.status == 304 or digest == before.digest):
        return PollResult(
            record=_record(
                poll,
                PollOutcome.UNCHANGED,
                detail="not modified" if answer.status == 304 else "same bytes as before",
                validators=validators_of(answer, digest, before=before),
                next=_next_look(poll, None),
            )
        )
    try:
        reading = _read(poll)
    except ParseError as error:
        return PollResult(
            record=_record(
                poll,
                PollOutcome.NOT_A_FEED,
                detail=error.message,
                next=next_look_after_failure(
                    FailureKind.NOT_A_FEED, endpoint.failures + 1, now=poll.at, jitter=poll.jitter
                ),
                trouble=FailureKind.NOT_A_FEED,
            ),
            trouble=f"this is no {endpoint.kind.value}: {error.message}",
        )
    children = tuple(dict.fromkeys(reading.child_urls))[: poll.most_children] if poll.depth < poll.deepest else ()
    is_index = bool(reading.child_urls)
    # An index may stay the same, byte for byte, while its sitemaps change: it is never asked for conditionally.
    fresh = Validators() if is_index else validators_of(answer, digest, before=before)
    record = _record(
        poll,
        PollOutcome.READ,
        detail=reading.what,
        validators=fresh if poll.depth == 0 else None,
        next=_next_look(poll, reading.ttl_s, reading.entries),
        entries=tuple(_seen(poll, reading.entries)),
    )
    return PollResult(record=record, child_urls=children)


def _read(poll: Poll) -> Reading:
    answer, kind = poll.answer, poll.endpoint.kind
    if poll.read is not None and kind is EndpointKind.SECTION:
        return poll.read(answer)
    return read_endpoint(kind, answer.body, url=answer.final_url, content_type=answer.content_type)


def lost_poll(
    endpoint: EndpointRow, failure: Failure, *, at: datetime, crawl_id: int, jitter: float = 0.0
) -> PollRecord:
    """Return the record of a look at an endpoint that could not be had."""
    outcome = PollOutcome.REFUSED if failure.outcome is FetchOutcome.REFUSED else PollOutcome.FAILED
    if failure.kind is FailureKind.GONE and endpoint.ask_url == endpoint.url:
        outcome = PollOutcome.GONE  # where a redirect led there, the endpoint's own URL is asked first
    kind = FailureKind.MISSING if failure.kind is FailureKind.GONE and outcome is PollOutcome.FAILED else failure.kind
    following = next_look_after_failure(
        kind, endpoint.failures + 1, now=at, retry_after_s=failure.retry_after_s, jitter=jitter
    )
    return PollRecord(
        endpoint_id=endpoint.id,
        crawl_id=crawl_id,
        at=at,
        outcome=outcome,
        status=failure.status,
        detail=failure.detail,
        next_look_at=following.at,
        next_look_why=following.why,
        trouble=kind,
    )


def is_due(endpoint: EndpointRow, now: datetime, pace: Pace) -> bool:
    """Whether a run of the schedule looks at an endpoint.

    A run begins a little earlier after its endpoints' last looks than the interval is long, since a look takes its
    time: what is due within a fifth of the interval is due now, or it would wait for another whole one. A publisher
    that asked to be left alone, and a server that fails, get all of their time.
    """
    if endpoint.next_look_at is None:
        return True
    slack_s = 0.0 if endpoint.failures else pace.fastest_s * SLACK
    return endpoint.next_look_at <= now + timedelta(seconds=slack_s)


def needs_whole_body(endpoint: EndpointRow, now: datetime) -> bool:
    """Whether to ask without conditions: a cache that is stuck answers 304 for ever, and nobody would notice."""
    return endpoint.read_at is not None and now - endpoint.read_at > LONGEST_TRUST


def robots_beside(source: Source) -> list[str]:
    """Return the robots.txt of the hosts that a source's listings are on."""
    urls = [url for _, url in source.endpoints()]
    parts = [urlsplit(url) for url in [source.homepage, *urls] if url]
    return list(dict.fromkeys(f"{each.scheme}://{each.netloc}/robots.txt" for each in parts))


def listings_beside(source: Source, robots: Sequence[SiteFile] = ()) -> list[tuple[EndpointKind, str]]:
    """Return what may list a source's articles beside the endpoints that sources.toml names: its homepage, and the
    sitemaps that `robots` names, those for news first.

    A sitemap is the whole site's. Of a source that is a part of its site, and does not say by patterns which one, it
    would bring everything else.
    """
    found = [(EndpointKind.SECTION, source.homepage)] if source.homepage else []
    is_whole_site = bool(source.homepage) and urlsplit(source.homepage).path in ("", "/")
    if source.include or is_whole_site:
        leads = [lead for file in robots for lead in sitemaps_in_robots(file.body.encode(), robots_url=file.url)]
        urls = dict.fromkeys(lead.url for lead in sorted(leads, key=lambda lead: not is_for_news(lead.url)))
        found += [(EndpointKind.SITEMAP, url) for url in list(urls)[:MOST_ASIDES]]
    return found


def max_age_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds for which a response stays fresh; None where its Cache-Control does not say.

    Reference: RFC 9111 section 5.2.2.

    >>> max_age_s({"cache-control": "public, max-age=300"})
    300.0
    >>> max_age_s({"cache-control": "no-cache, max-age=300"})
    """
    directives = [part.strip().lower() for part in headers.get("cache-control", "").split(",")]
    if "no-cache" in directives or "no-store" in directives:
        return None
    ages = [part.removeprefix("max-age=").strip('"') for part in directives if part.startswith("max-age=")]
    return float(ages[0]) if ages and ages[0].isascii() and ages[0].isdigit() else None


def _seen(poll: Poll, entries: Iterable[Entry]) -> list[SeenEntry]:
    seen: dict[str, SeenEntry] = {}
    for entry in entries:
        selection = select(
            entry,
            source=poll.source,
            kind=poll.endpoint.kind,
            first_poll=poll.endpoint.last_polled_at is None,
            now=poll.at,
            since=poll.since,
            since_only=poll.is_aside,
        )
        key = canonical_url(entry.url)
        if key not in seen or (selection.wanted and not seen[key].wanted):
            dated_at = entry.published_at or entry.modified_at
            insists = poll.since is not None and dated_at is not None and dated_at >= poll.since
            seen[key] = SeenEntry(entry=entry, key=key, wanted=selection.wanted, insists=insists)
    return list(seen.values())


def _next_look(poll: Poll, ttl_s: float | None, entries: Sequence[Entry] = ()) -> NextLook:
    endpoint = poll.endpoint
    asked = [seconds for seconds in (ttl_s, max_age_s(poll.answer.header_map())) if seconds]
    dated = [entry.published_at or (poll.at if endpoint.read_at is None else None) for entry in entries]
    signs = Signs(
        now=poll.at,
        published=remember(endpoint.published, [each for each in dated if each is not None], now=poll.at),
        # A sitemap lists days or years, a section a day: only a feed is soon full.
        listed=(len(entries) or endpoint.listed) if endpoint.kind is EndpointKind.FEED else 0,
        rest_s=max(asked, default=None),
        pace=poll.pace,
        jitter=poll.jitter,
    )
    return next_look(signs)


def _record(
    poll: Poll,
    outcome: PollOutcome,
    *,
    detail: str,
    next: NextLook,
    trouble: str = "",
    validators: Validators | None = None,
    entries: tuple[SeenEntry, ...] = (),
) -> PollRecord:
    return PollRecord(
        endpoint_id=poll.endpoint.id,
        crawl_id=poll.crawl_id,
        at=poll.at,
        outcome=outcome,
        status=poll.answer.status,
        detail=detail,
        validators=validators,
        next_look_at=next.at,
        next_look_why=next.why,
        trouble=trouble,
        moved_to=poll.answer.moved_to if poll.depth == 0 else None,
        asked_url=poll.asked_url,
        depth=poll.depth,
        searched_from=poll.since,
        entries=entries,
    )
