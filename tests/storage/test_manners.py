from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from copydesk.rights import Rights
from storage.records import EntryState, FetchOutcome, FetchRecord, SiteFile, SnapshotRecord
from storage.store import Store, open_store
from tests.storage.kept import NOON, begin, keep, make_extraction

HELD = Rights(noarchive=True, tdm_reserved=True, tdm_policy_url="https://ledger.example/p", why=("noarchive (header)",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "copydesk.db") as opened:
        yield opened


def test_the_rights_of_an_article_are_those_of_its_newest_snapshot(store: Store) -> None:
    crawl_id = begin(store)
    first = keep(store, crawl_id, "a")
    (stored,) = store.articles.store([make_extraction(first)], now=NOON)
    assert stored.article_id is not None
    assert store.hosts.rights([stored.article_id]) == {stored.article_id: Rights()}

    snapshot = SnapshotRecord(
        pointer=replace(first.pointer, offset=10),
        final_url=first.final_url,
        status=200,
        content_type="text/html",
        digest="sha1:other",
        body_bytes=10,
        rights=HELD,
    )
    fetch = FetchRecord(
        entry_id=first.entry_id,
        crawl_id=crawl_id,
        source="ledger",
        url=first.url,
        at=NOON + timedelta(hours=1),
        outcome=FetchOutcome.KEPT,
        state=EntryState.FETCHED,
        next_look_at=None,
        snapshot=snapshot,
    )
    (number,) = store.fetches.record([fetch])
    assert number is not None
    second = store.snapshots.get(number)
    assert second is not None
    store.articles.store([make_extraction(second)], now=NOON)

    assert store.hosts.rights([stored.article_id, 77]) == {stored.article_id: HELD}


def test_a_host_rests_until_the_latest_instant_that_was_asked_for(store: Store) -> None:
    store.hosts.rest("a.example", until=NOON + timedelta(hours=2), why="asked for less (HTTP 429)")
    store.hosts.rest("a.example", until=NOON + timedelta(hours=1), why="asked for less (HTTP 429)")
    assert "until 2026-11-02T14:00" in store.hosts.resting("a.example", now=NOON + timedelta(minutes=90))
    assert store.hosts.resting("a.example", now=NOON + timedelta(hours=2)) == ""
    assert store.hosts.resting("b.example", now=NOON) == ""


def test_a_file_of_a_site_is_kept_as_it_was_last_had(store: Store) -> None:
    file = SiteFile(url="https://a.example/robots.txt", fetched_at=NOON, status=200, body="User-agent: *")
    assert store.hosts.file(file.url) is None
    store.hosts.keep_file(file)
    assert store.hosts.file(file.url) == file
    failing = replace(file, failing_since=NOON)
    store.hosts.keep_file(failing)
    assert store.hosts.file(file.url) == failing
