"""Several ingests drain one store: each snapshot is taken by one of them, and nothing waits for who is gone."""

from __future__ import annotations

import multiprocessing
from datetime import datetime, timedelta

from storage.records import CrawlCounts
from storage.store import Store, open_store
from tests.storage.kept import NOON, begin, keep, make_extraction

LATER = NOON + timedelta(seconds=121)
INGESTS = 3
PAGES = 60


def claim(store: Store, by: int, *, everything: bool = False, limit: int = 99, at: datetime = NOON) -> list[int]:
    return [row.id for row in store.snapshots.claim(by=by, limit=limit, now=at, everything=everything)]


def test_what_one_ingest_has_claimed_another_passes_over(store: Store) -> None:
    first, second = begin(store), begin(store)
    kept = [keep(store, first, f"page-{number}").id for number in range(4)]
    assert claim(store, first, limit=2) == kept[:2]
    assert claim(store, second, everything=True) == kept[2:]
    assert claim(store, first) == claim(store, second, everything=True) == []


def test_snapshots_of_a_crawl_that_goes_on_are_left_to_it_unless_everything_is_wanted(store: Store) -> None:
    first, second, third = begin(store), begin(store), begin(store)
    theirs, ended = keep(store, first, "a").id, keep(store, second, "b").id
    store.crawls.finish(second, at=NOON, finish_reason="finished", counts=CrawlCounts())
    assert claim(store, third) == [ended]
    assert claim(store, third, everything=True) == [theirs]


def test_a_claim_is_free_once_its_time_or_its_crawl_is_over(store: Store) -> None:
    first, second = begin(store), begin(store)
    kept = [keep(store, first, f"page-{number}").id for number in range(3)]
    assert claim(store, first) == kept
    assert claim(store, second, everything=True, at=LATER, limit=1) == kept[:1]
    store.crawls.bury(first, at=NOON)
    assert claim(store, second, everything=True) == kept[1:]


def test_a_claim_that_is_kept_lasts_and_one_that_is_dropped_does_not(store: Store) -> None:
    first, second = begin(store), begin(store)
    kept = [keep(store, first, "a").id]
    assert claim(store, first) == kept
    store.snapshots.keep_claims(first, now=LATER)
    assert claim(store, second, everything=True, at=LATER) == []
    store.snapshots.drop_claims(first)
    assert claim(store, second, everything=True) == kept


def test_the_snapshots_of_a_page_go_to_one_ingest_in_their_order(store: Store) -> None:
    first, second = begin(store), begin(store)
    earlier = keep(store, first, "a").id
    later = keep(store, second, "a", at=NOON + timedelta(hours=1), digest="sha1:other").id
    assert claim(store, second) == []
    assert claim(store, first) == [earlier]
    assert claim(store, second, everything=True) == []
    assert claim(store, first, everything=True) == [later]


def test_what_is_stored_is_claimed_no_more(store: Store) -> None:
    first = begin(store)
    kept = keep(store, first, "a")
    claim(store, first)
    store.articles.store([make_extraction(kept)], now=NOON)
    assert claim(store, first, everything=True, at=LATER) == []


def test_ingests_of_several_processes_take_each_snapshot_once(store: Store, database: str) -> None:
    crawl_id = begin(store)
    kept = [keep(store, crawl_id, f"page-{number}").id for number in range(PAGES)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(INGESTS) as pool:
        took = pool.starmap(drain, [(database, -1 - number) for number in range(INGESTS)], chunksize=1)
    assert sorted(each for taken in took for each in taken) == kept


def drain(database: str, by: int) -> list[int]:
    """Claim until nothing is left, a few at once."""
    taken: list[int] = []
    with open_store(database) as store:
        while claimed := claim(store, by, everything=True, limit=4):
            taken += claimed
    return taken
