"""One look at one endpoint, as a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from copydesk.model import EndpointKind, Source
from copydesk.polling import FailureKind, Pace
from spiders.fetches import payload_digest
from spiders.outcomes import Answer, Failure
from spiders.polling import (
    DEEPEST,
    MOST_CHILDREN,
    Poll,
    PollResult,
    is_due,
    lost_poll,
    max_age_s,
    needs_whole_body,
    read_poll,
)
from storage.records import EndpointRow, FetchOutcome, PollOutcome, Validators
from tests.servers import make_feed

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FEED = make_feed(["http://a.example/1", "http://a.example/2", "http://a.example/1#again"])
ENDPOINT = EndpointRow(
    id=5,
    source="s",
    url="http://a.example/feed",
    kind=EndpointKind.FEED,
    validators=Validators(),
    last_polled_at=NOON,
    next_look_at=None,
    failures=0,
)


def read(
    body: bytes,
    *headers: tuple[str, str],
    status: int = 200,
    before: Validators | None = None,
    kind: EndpointKind = EndpointKind.FEED,
    depth: int = 0,
) -> PollResult:
    endpoint = replace(ENDPOINT, validators=before or Validators(), kind=kind)
    answer = Answer(
        final_url="http://a.example/feed",
        status=status,
        reason="",
        headers=(("Content-Type", "application/xml"), *headers),
        body=body,
    )
    return read_poll(Poll(endpoint=endpoint, source=Source(name="s"), answer=answer, at=NOON, crawl_id=1, depth=depth))


def test_entries_come_in_document_order_one_a_canonical_url() -> None:
    record = read(FEED, ("ETag", '"1"')).record
    assert record.outcome is PollOutcome.READ
    assert [seen.key for seen in record.entries] == ["http://a.example/1", "http://a.example/2"]
    assert record.validators == Validators(etag='"1"', digest=payload_digest(FEED))


def test_the_same_bytes_are_not_read_again_though_the_server_sends_them() -> None:
    record = read(FEED, before=Validators(digest=payload_digest(FEED))).record
    assert (record.outcome, record.entries, record.detail) == (PollOutcome.UNCHANGED, (), "same bytes as before")


def test_a_304_keeps_the_digest() -> None:
    record = read(b"", status=304, before=Validators(etag='"1"', digest="sha1:X")).record
    assert (record.outcome, record.validators) == (PollOutcome.UNCHANGED, Validators(etag='"1"', digest="sha1:X"))


def test_what_is_no_feed_keeps_the_old_validators_and_backs_off() -> None:
    result = read(b"<html><p>Welcome</html>")
    assert result.record.outcome is PollOutcome.NOT_A_FEED
    assert result.record.validators is None
    assert result.record.next_look_at is not None
    assert result.trouble.startswith("this is no feed: ")


def make_index(number: int) -> bytes:
    locs = "".join(f"<sitemap><loc>http://a.example/{n}.xml</loc></sitemap>" for n in range(number))
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</sitemapindex>'.encode()


def test_an_index_is_never_asked_for_conditionally_since_its_sitemaps_change_without_it() -> None:
    result = read(make_index(2), ("ETag", '"1"'), kind=EndpointKind.SITEMAP)
    assert len(result.child_urls) == 2
    assert result.record.validators == Validators()


def test_the_sitemaps_of_an_index_are_bounded_in_number_and_depth() -> None:
    assert len(read(make_index(500), kind=EndpointKind.SITEMAP).child_urls) == MOST_CHILDREN
    assert not read(make_index(5), kind=EndpointKind.SITEMAP, depth=DEEPEST).child_urls


def test_a_sitemap_of_an_index_leaves_the_validators_of_the_index_alone() -> None:
    assert read(FEED, ("ETag", '"child"'), depth=1).record.validators is None


@pytest.mark.parametrize(
    ("header", "rest_s"),
    [("max-age=300", 900), ("max-age=1800", 1800), ("public, max-age=604800", 3600), ("no-cache, max-age=1800", 900)],
)
def test_a_feed_that_is_fresh_for_a_while_needs_no_look_until_then(header: str, rest_s: int) -> None:
    record = read(FEED, ("Cache-Control", header)).record
    assert record.next_look_at == NOON + timedelta(seconds=rest_s)
    assert rest_s == 900 or "of rest" in record.next_look_why


def test_a_look_is_due_a_little_before_its_time_so_that_it_does_not_wait_for_another_run() -> None:
    pace = Pace(fastest_s=900)
    looked_at_12_00_40 = replace(ENDPOINT, next_look_at=NOON + timedelta(seconds=940))
    assert is_due(looked_at_12_00_40, NOON + timedelta(seconds=900), pace)
    assert not is_due(looked_at_12_00_40, NOON + timedelta(seconds=600), pace)
    assert is_due(ENDPOINT, NOON, pace)


def test_a_publisher_that_asked_to_be_left_alone_gets_all_of_that_time() -> None:
    refused = replace(ENDPOINT, failures=1, next_look_at=NOON + timedelta(seconds=940))
    assert not is_due(refused, NOON + timedelta(seconds=939), Pace(fastest_s=900))
    assert is_due(refused, NOON + timedelta(seconds=940), Pace(fastest_s=900))


def test_an_endpoint_that_says_not_modified_for_days_is_asked_for_the_whole_body() -> None:
    assert not needs_whole_body(replace(ENDPOINT, read_at=None), NOON)
    assert not needs_whole_body(replace(ENDPOINT, read_at=NOON - timedelta(days=2)), NOON)
    assert needs_whole_body(replace(ENDPOINT, read_at=NOON - timedelta(days=4)), NOON)


def test_a_permanent_redirect_is_believed_at_the_third_sighting_and_while_it_is_well() -> None:
    moved = replace(ENDPOINT, moved_to="http://a.example/new", moved_times=2)
    assert moved.ask_url == ENDPOINT.url
    assert replace(moved, moved_times=3).ask_url == "http://a.example/new"
    assert replace(moved, moved_times=9, failures=1).ask_url == ENDPOINT.url


def test_a_410_ends_an_endpoint_but_not_one_that_was_redirected_there() -> None:
    gone = Failure(outcome=FetchOutcome.GONE, kind=FailureKind.GONE, detail="HTTP 410 Gone", status=410, final=True)
    record = lost_poll(ENDPOINT, gone, at=NOON, crawl_id=1)
    assert (record.outcome, record.next_look_at) == (PollOutcome.GONE, None)

    moved = replace(ENDPOINT, moved_to="http://a.example/new", moved_times=3)
    record = lost_poll(moved, gone, at=NOON, crawl_id=1)
    assert record.outcome is PollOutcome.FAILED
    assert record.next_look_at is not None


# RFC 9111 section 5.2, and what servers send.
MAX_AGES = {
    "max-age=60": 60.0,
    "Public, Max-Age=60": 60.0,
    'max-age="60"': 60.0,
    "no-store, max-age=60": None,
    "max-age=-1": None,
    "max-age=soon": None,
    "max-age=": None,
}


@pytest.mark.parametrize("header", MAX_AGES)
def test_max_age_is_read(header: str) -> None:
    assert max_age_s({"cache-control": header}) == MAX_AGES[header]


def test_a_lost_poll_waits_as_long_as_the_server_asks_for() -> None:
    failure = Failure(outcome=FetchOutcome.FAILED, detail="HTTP 503", status=503, retry_after_s=80_000)
    record = lost_poll(ENDPOINT, failure, at=NOON, crawl_id=1)
    assert (record.outcome, record.status) == (PollOutcome.FAILED, 503)
    assert record.next_look_at == NOON + timedelta(seconds=80_000)


def test_a_refused_poll_is_looked_at_again_some_day() -> None:
    failure = Failure(outcome=FetchOutcome.REFUSED, detail="robots.txt disallows it for Copydesk")
    record = lost_poll(ENDPOINT, failure, at=NOON, crawl_id=1)
    assert record.outcome is PollOutcome.REFUSED
    assert record.next_look_at is not None
