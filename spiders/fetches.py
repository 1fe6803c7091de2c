"""One look at one page: what it comes to, as a row. Pure."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.looks import next_attempt, next_look_after_success
from spiders.outcomes import Answer, Failure
from storage.records import EntryRow, EntryState, FetchOutcome, FetchRecord, Validators


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What came of asking for a page: exactly one of `answer` (2xx or 304) and `failure`."""

    row: EntryRow
    at: datetime
    answer: Answer | None = None
    failure: Failure | None = None


NOT_FOUND_HOURS = (1.0, 24.0)
"""After a page was first seen: when one that answered 404 is looked at again."""
STATES = {
    FetchOutcome.FAILED: EntryState.FAILED,
    FetchOutcome.REFUSED: EntryState.REFUSED,
    FetchOutcome.GONE: EntryState.GONE,
}


def payload_digest(body: bytes) -> str:
    """Return the digest of a decoded body as WARC writes it.

    >>> payload_digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def decide_look(look: Look, *, crawl_id: int, digest: str | None, relook_hours: tuple[float, ...]) -> FetchRecord:
    """Return the record of a look, still without its snapshot. `digest`: of the body; None where there is none.

    A body with the digest of the one before is a revisit, whatever the server says of it: validators lie.
    """
    if look.failure is not None:
        return _lost(look, look.failure, crawl_id)
    answer, row = look.answer, look.row
    assert answer is not None
    unchanged = answer.status == 304 or (digest is not None and digest == row.validators.digest)
    if answer.status == 304:
        detail = "not modified"
    else:
        detail = "same bytes as before" if unchanged else ""
    return FetchRecord(
        entry_id=row.id,
        crawl_id=crawl_id,
        source=row.source,
        url=row.entry.url,
        at=look.at,
        outcome=FetchOutcome.REVISIT if unchanged else FetchOutcome.KEPT,
        state=EntryState.FETCHED,
        next_look_at=next_look_after_success(row.first_seen_at, look.at, relook_hours),
        status=answer.status,
        detail=detail,
        validators=validators_of(answer, digest, before=row.validators),
    )


def validators_of(answer: Answer, digest: str | None, *, before: Validators) -> Validators:
    """Return what makes the next request conditional. A 304 may leave out what did not change (RFC 9110, 15.4.5)."""
    etag, last_modified = answer.header("etag"), answer.header("last-modified")
    if answer.status == 304:
        return Validators(
            etag=etag or before.etag, last_modified=last_modified or before.last_modified, digest=before.digest
        )
    return Validators(etag=etag, last_modified=last_modified, digest=digest)


def _lost(look: Look, failure: Failure, crawl_id: int) -> FetchRecord:
    row = look.row
    next_look_at = None
    if failure.outcome is FetchOutcome.GONE and not failure.final:
        # A page may be listed before it is on every node of its publisher; only 410 says that it is gone for good.
        next_look_at = next_look_after_success(row.first_seen_at, look.at, NOT_FOUND_HOURS)
    if failure.outcome is FetchOutcome.FAILED and not failure.final:
        next_look_at = next_attempt(row.attempts + 1, look.at)
        if failure.retry_after_s is not None:
            asked_at = look.at + timedelta(seconds=failure.retry_after_s)
            next_look_at = max(next_look_at, asked_at) if next_look_at is not None else asked_at
    return FetchRecord(
        entry_id=row.id,
        crawl_id=crawl_id,
        source=row.source,
        url=row.entry.url,
        at=look.at,
        outcome=failure.outcome,
        state=STATES[failure.outcome],
        next_look_at=next_look_at,
        status=failure.status,
        detail=failure.detail,
    )
