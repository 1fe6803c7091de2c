"""One look at one page, as a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from copydesk.model import Entry
from spiders.fetches import Look, decide_look, payload_digest
from spiders.outcomes import Answer, Failure
from storage.records import EntryRow, EntryState, FetchOutcome, FetchRecord, Validators

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OLD = payload_digest(b"old")
NEW = payload_digest(b"new")


def make_row(**changes: object) -> EntryRow:
    row = EntryRow(
        id=7,
        source="s",
        entry=Entry(url="http://a.example/1"),
        state=EntryState.NEW,
        first_seen_at=NOON,
        next_look_at=NOON,
        validators=Validators(etag='"1"', last_modified="yesterday", digest=OLD),
        attempts=0,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def decide(
    *,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    digest: str | None = NEW,
    failure: Failure | None = None,
    row: EntryRow | None = None,
) -> FetchRecord:
    answer = Answer(final_url="http://a.example/1", status=status, reason="", headers=headers, body=b"new")
    look = Look(row=row or make_row(), at=NOON, answer=None if failure else answer, failure=failure)
    return decide_look(look, crawl_id=3, digest=digest, relook_hours=(1, 6))


def test_new_bytes_are_kept_and_looked_at_again() -> None:
    record = decide(headers=(("ETag", '"2"'),))
    assert (record.outcome, record.state) == (FetchOutcome.KEPT, EntryState.FETCHED)
    assert record.validators == Validators(etag='"2"', last_modified=None, digest=NEW)
    assert record.next_look_at == NOON + timedelta(hours=1)


def test_the_same_bytes_are_a_revisit_whatever_the_server_says() -> None:
    record = decide(headers=(("ETag", '"2"'),), digest=OLD)
    assert (record.outcome, record.detail) == (FetchOutcome.REVISIT, "same bytes as before")
    assert record.validators == Validators(etag='"2"', last_modified=None, digest=OLD)


def test_a_304_keeps_the_validators_that_it_does_not_send() -> None:
    record = decide(status=304, headers=(("etag", '"1b"'),), digest=None)
    assert (record.outcome, record.detail) == (FetchOutcome.REVISIT, "not modified")
    assert record.validators == Validators(etag='"1b"', last_modified="yesterday", digest=OLD)


def test_an_empty_body_is_no_revisit_of_an_empty_past() -> None:
    row = make_row(validators=Validators())
    assert decide(digest=None, row=row).outcome is FetchOutcome.KEPT


def test_a_failure_is_tried_again_not_before_the_server_wants() -> None:
    soon = decide(failure=Failure(outcome=FetchOutcome.FAILED, detail="HTTP 500"))
    late = decide(failure=Failure(outcome=FetchOutcome.FAILED, detail="HTTP 503", retry_after_s=80_000))
    assert soon.state is late.state is EntryState.FAILED
    assert soon.next_look_at is not None
    assert NOON < soon.next_look_at < NOON + timedelta(hours=12)
    assert late.next_look_at == NOON + timedelta(seconds=80_000)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (FetchOutcome.FAILED, EntryState.FAILED),
        (FetchOutcome.REFUSED, EntryState.REFUSED),
        (FetchOutcome.GONE, EntryState.GONE),
    ],
)
def test_what_would_end_the_same_way_is_not_tried_again(outcome: FetchOutcome, state: EntryState) -> None:
    record = decide(failure=Failure(outcome=outcome, detail="larger than 5 bytes", final=True))
    assert (record.outcome, record.state, record.next_look_at) == (outcome, state, None)
    assert record.detail == "larger than 5 bytes"
    assert record.validators is None
