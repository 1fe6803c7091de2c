"""One look at one endpoint: what it comes to, as a record. Pure, and apart from the reactor: feeds can be large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.discovery.reading import read_endpoint
from copydesk.discovery.selection import select
from copydesk.errors import ParseError
from copydesk.looks import next_look_after_failure
from copydesk.model import Entry, Source
from copydesk.urls import canonical_url
from spiders.fetches import payload_digest, validators_of
from spiders.outcomes import Answer, Failure
from storage.records import EndpointRow, FetchOutcome, PollOutcome, PollRecord, SeenEntry, Validators

MOST_CHILDREN = 20
"""Sitemaps of an index that one poll looks at. Indexes of whole archives name thousands."""
DEEPEST = 2
"""An index may name indexes; a third level is not looked at."""
LONGEST_REST_S = 3600.0
"""A feed that asks for a week of rest (`ttl`, Cache-Control) is looked at every hour all the same: its validators make
that cheap, and news does not wait."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """An endpoint's response, and all that it takes to read it."""

    endpoint: EndpointRow
    source: Source
    answer: Answer
    at: datetime
    crawl_id: int
    depth: int = 0
    """0: the endpoint itself; else a sitemap that an index names."""


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
                next_look_at=_next_look(poll, None),
            )
        )
    try:
        reading = read_endpoint(endpoint.kind, answer.body, url=answer.final_url, content_type=answer.content_type)
    except ParseError as error:
        return PollResult(
            record=_record(
                poll,
                PollOutcome.NOT_A_FEED,
                detail=error.message,
                next_look_at=next_look_after_failure(endpoint.failures + 1, poll.at),
            ),
            trouble=f"this is no {endpoint.kind.value}: {error.message}",
        )
    children = tuple(dict.fromkeys(reading.child_urls))[:MOST_CHILDREN] if poll.depth < DEEPEST else ()
    is_index = bool(reading.child_urls)
    # An index may stay the same, byte for byte, while its sitemaps change: it is never asked for conditionally.
    fresh = Validators() if is_index else validators_of(answer, digest, before=before)
    record = _record(
        poll,
        PollOutcome.READ,
        detail=reading.what,
        validators=fresh if poll.depth == 0 else None,
        next_look_at=_next_look(poll, reading.ttl_s),
        entries=tuple(_seen(poll, reading.entries)),
    )
    return PollResult(record=record, child_urls=children)


def lost_poll(endpoint: EndpointRow, failure: Failure, *, at: datetime, crawl_id: int) -> PollRecord:
    """Return the record of a look at an endpoint that could not be had."""
    refused = failure.outcome is FetchOutcome.REFUSED
    next_look_at = next_look_after_failure(endpoint.failures + 1, at)
    if failure.retry_after_s is not None:
        asked_at = at + timedelta(seconds=failure.retry_after_s)
        next_look_at = max(next_look_at, asked_at)
    return PollRecord(
        endpoint_id=endpoint.id,
        crawl_id=crawl_id,
        at=at,
        outcome=PollOutcome.REFUSED if refused else PollOutcome.FAILED,
        status=failure.status,
        detail=failure.detail,
        next_look_at=next_look_at,
    )


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
        )
        key = canonical_url(entry.url)
        if key not in seen or (selection.wanted and not seen[key].wanted):
            seen[key] = SeenEntry(entry=entry, key=key, wanted=selection.wanted)
    return list(seen.values())


def _next_look(poll: Poll, ttl_s: float | None) -> datetime | None:
    asked = [seconds for seconds in (ttl_s, max_age_s(poll.answer.header_map())) if seconds]
    return poll.at + timedelta(seconds=min(max(asked), LONGEST_REST_S)) if asked else None


def _record(
    poll: Poll,
    outcome: PollOutcome,
    *,
    detail: str,
    next_look_at: datetime | None,
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
        next_look_at=next_look_at,
        moved_to=poll.answer.moved_to if poll.depth == 0 else None,
        entries=entries,
    )
