"""What publishers send and no database likes: endless addresses, and characters that are none."""

from __future__ import annotations

from dataclasses import replace

from copydesk.model import Entry
from copydesk.urls import LONGEST_BYTES
from storage.records import PollOutcome, PollRecord, SeenEntry
from storage.store import Store
from tests.storage.kept import NOON, Page, begin, fetch_of, keep, make_extraction

ENDLESS = "https://ledger.example/" + "".join(f"{number:x}" for number in range(LONGEST_BYTES))
LONG = ENDLESS[:LONGEST_BYTES]


def poll(store: Store, crawl_id: int, *entries: Entry) -> list[str]:
    endpoint = store.endpoints.of(["ledger"])[0]
    seen = tuple(SeenEntry(entry=entry, key=entry.url, wanted=True) for entry in entries)
    record = PollRecord(endpoint_id=endpoint.id, crawl_id=crawl_id, at=NOON, outcome=PollOutcome.READ, entries=seen)
    return [row.entry.url for row in store.polls.record(record, now=NOON)]


def test_an_endless_address_is_not_followed_and_costs_the_others_nothing(store: Store) -> None:
    crawl_id = begin(store)
    short = "https://ledger.example/a"

    assert poll(store, crawl_id, Entry(url=ENDLESS), Entry(url=LONG), Entry(url=short)) == [LONG, short]
    assert store.entries.add("ledger", [ENDLESS], crawl_id=crawl_id, now=NOON) == []
    assert store.backfills.discover("ledger", [Entry(url=ENDLESS)], now=NOON) == []
    fetches = [fetch_of(Page(url=ENDLESS), crawl_id=crawl_id)]
    assert store.backfills.record("k", file="a.warc", position=1, is_done=True, fetches=fetches, now=NOON) == 0


def test_a_page_that_names_an_endless_address_as_its_own_is_stored_under_the_one_that_was_asked_for(
    store: Store,
) -> None:
    made = make_extraction(keep(store, begin(store), "a"))
    assert made.article is not None
    store.articles.store([replace(made, article=replace(made.article, canonical_url=ENDLESS))], now=NOON)

    article = store.articles.get("1")
    assert article is not None
    assert article["canonical_url"] == "https://ledger.example/a"


def test_a_text_with_characters_that_are_none_is_stored(store: Store) -> None:
    crawl_id = begin(store)
    assert poll(store, crawl_id, Entry(url="https://ledger.example/n", title="Copper\0 rises"))
    made = make_extraction(
        keep(store, crawl_id, "a"), headline="Copper\0 rises", body_text="Tin\0 fell.\n\n\x07 \ufffe"
    )
    (stored,) = store.articles.store([made], now=NOON)

    assert stored.article_id == 1
    article = store.articles.get("1")
    assert article is not None
    assert article["headline"].replace("\0", "") == "Copper rises"
