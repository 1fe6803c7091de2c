from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from copydesk.rights import Rights
from storage.records import ArticleQuery, SiteFile, SnapshotRow
from storage.store import Store
from tests.storage.kept import NOON, Page, begin, keep, keep_pages, make_extraction

HELD = Rights(noarchive=True, tdm_reserved=True, tdm_policy_url="https://ledger.example/p", why=("noarchive (header)",))


def test_the_rights_of_an_article_are_those_of_its_newest_snapshot(store: Store) -> None:
    crawl_id = begin(store)
    first = keep(store, crawl_id, "a")
    (stored,) = store.articles.store([make_extraction(first, word=first.url[-4:])], now=NOON)
    assert stored.article_id is not None
    assert store.hosts.rights([stored.article_id]) == {stored.article_id: Rights()}

    look_again(store, first, HELD, hours=1)
    assert store.hosts.rights([stored.article_id, 77]) == {stored.article_id: HELD}

    look_again(store, first, Rights(), hours=-100)  # a page of an archive, taken in later
    assert store.hosts.rights([stored.article_id]) == {stored.article_id: HELD}


@pytest.mark.parametrize(
    "rights", [Rights(noindex=True), Rights(noarchive=True), Rights(tdm_reserved=True)], ids=lambda each: str(each)[:40]
)
def test_what_its_publisher_reserves_can_be_left_out_as_long_as_it_does(store: Store, rights: Rights) -> None:
    crawl_id = begin(store)
    pages = [keep(store, crawl_id, name) for name in ("free", "held")]
    store.articles.store([make_extraction(page, word=page.url[-4:]) for page in pages], now=NOON)

    def left() -> list[str]:
        return [row["url"][-4:] for row in store.articles.find(ArticleQuery(without_reserved=True, by_id=True))]

    look_again(store, pages[0], Rights(tdm_reserved=False), hours=1)
    assert left() == ["free", "held"]
    look_again(store, pages[1], rights, hours=1)
    assert left() == ["free"]
    look_again(store, pages[1], Rights(), hours=2)
    assert left() == ["free", "held"]


def look_again(store: Store, page: SnapshotRow, rights: Rights, *, hours: float) -> None:
    """The same text in other bytes, with other rights."""
    at = NOON + timedelta(hours=hours)
    (again,) = keep_pages(store, page.crawl_id, [Page(url=page.url, at=at, rights=rights)])
    store.articles.store([make_extraction(again, word=page.url[-4:])], now=NOON)


def test_a_host_rests_until_the_latest_instant_that_was_asked_for(store: Store) -> None:
    store.hosts.rest("a.example", until=NOON + timedelta(hours=2), why="asked for less (HTTP 429)")
    store.hosts.rest("a.example", until=NOON + timedelta(hours=1), why="asked for less (HTTP 429)")
    assert "until 2026-11-02T14:00" in store.hosts.resting("a.example", now=NOON + timedelta(minutes=90))
    assert store.hosts.resting("a.example", now=NOON + timedelta(hours=2)) == ""
    assert store.hosts.resting("b.example", now=NOON) == ""
    assert store.hosts.rests(now=NOON) == {"a.example": (NOON + timedelta(hours=2), "asked for less (HTTP 429)")}
    assert store.hosts.rests(now=NOON + timedelta(hours=2)) == {}


def test_a_file_of_a_site_is_kept_as_it_was_last_had(store: Store) -> None:
    file = SiteFile(url="https://a.example/robots.txt", fetched_at=NOON, status=200, body="User-agent: *")
    assert store.hosts.file(file.url) is None
    store.hosts.keep_file(file)
    assert store.hosts.file(file.url) == file
    failing = replace(file, failing_since=NOON)
    store.hosts.keep_file(failing)
    assert store.hosts.file(file.url) == failing
