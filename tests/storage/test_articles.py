"""Articles: decided, matched and stored; whatever the order in which copies arrive."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.model import Change, Reason, Refusal
from storage.records import ArticleQuery, Extraction
from storage.store import Store
from tests.postgres import ENGINES, new_store
from tests.storage.kept import NOON, begin, keep, make_extraction


def test_the_first_sight_is_new_and_the_same_again_is_unchanged(store: Store) -> None:
    crawl_id = begin(store)
    changes = []
    for hour in range(2):
        snapshot = keep(store, crawl_id, "a", at=NOON + timedelta(hours=hour), digest=f"sha1:{hour}")
        (stored,) = store.articles.store([make_extraction(snapshot)], now=NOON)
        changes.append(stored.change)

    assert changes == [Change.NEW, Change.UNCHANGED]
    assert [row["number"] for row in store.articles.revisions(1)] == [1]


def test_a_new_text_is_a_revision_and_the_old_one_stays(store: Store) -> None:
    crawl_id = begin(store)
    for hour, headline in enumerate(("Copper rises", "Copper falls")):
        snapshot = keep(store, crawl_id, "a", at=NOON + timedelta(hours=hour), digest=f"sha1:{hour}")
        store.articles.store([make_extraction(snapshot, headline=headline)], now=NOON)

    assert [row["headline"] for row in store.articles.revisions(1)] == ["Copper rises", "Copper falls"]
    article, older = store.articles.get("1"), store.articles.get("1", revision=1)
    assert article is not None
    assert (article["headline"], article["revision"]) == ("Copper falls", 2)
    assert older is not None
    assert older["headline"] == "Copper rises"


def test_a_snapshot_from_before_the_stored_one_changes_no_text(store: Store) -> None:
    """Workers end in any order."""
    crawl_id = begin(store)
    early = keep(store, crawl_id, "a", digest="sha1:1")
    late = keep(store, crawl_id, "a", at=NOON + timedelta(hours=1), digest="sha1:2")

    store.articles.store([make_extraction(late, headline="Late")], now=NOON)
    (stored,) = store.articles.store([make_extraction(early, headline="Early")], now=NOON)

    assert stored.change is Change.UNCHANGED
    article = store.articles.get("1")
    assert article is not None
    assert article["headline"] == "Late"


def test_storing_a_snapshot_twice_changes_nothing(store: Store) -> None:
    extraction = make_extraction(keep(store, begin(store), "a"))
    (first,) = store.articles.store([extraction], now=NOON)
    (second,) = store.articles.store([extraction], now=NOON)

    assert (first.change, second.change) == (Change.NEW, Change.UNCHANGED)
    assert first.article_id == second.article_id
    assert store.stats()["revisions"] == 1


def test_a_refusal_never_replaces_a_good_revision(store: Store) -> None:
    crawl_id = begin(store)
    store.articles.store([make_extraction(keep(store, crawl_id, "a", digest="sha1:1"))], now=NOON)
    wall = keep(store, crawl_id, "a", at=NOON + timedelta(hours=1), digest="sha1:2")
    refusal = Refusal(reason=Reason.CONSENT_WALL, detail="asks for consent")
    (stored,) = store.articles.store([Extraction(snapshot=wall, refusal=refusal)], now=NOON)

    assert stored.article_id is None
    article = store.articles.get("1")
    assert article is not None
    assert article["headline"] == "Copper rises"
    assert [row["reason"] for row in store.quarantine.rows()] == ["consent_wall"]


def test_a_released_page_becomes_the_article_it_was_not(store: Store) -> None:
    snapshot = keep(store, begin(store), "a")
    store.articles.store([Extraction(snapshot=snapshot, refusal=Refusal(reason=Reason.PAYWALL, detail=""))], now=NOON)
    (row,) = store.quarantine.rows()

    assert store.quarantine.release([row["id"]]) == 1
    assert [each.id for each in store.snapshots.pending(limit=9)] == [snapshot.id]
    (stored,) = store.articles.store([make_extraction(snapshot)], now=NOON)
    assert stored.change is Change.NEW
    assert store.quarantine.rows() == []


def test_a_batch_is_stored_whole_or_not_at_all(store: Store) -> None:
    crawl_id = begin(store)
    good, bad = make_extraction(keep(store, crawl_id, "a")), make_extraction(keep(store, crawl_id, "b"), word="tin")
    assert bad.article is not None
    bad = replace(bad, article=replace(bad.article, headline=None))  # type: ignore[arg-type]

    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        store.articles.store([good, bad], now=NOON)

    assert store.is_empty()
    assert store.snapshots.count_pending() == 2


def test_an_article_is_found_by_any_spelling_of_its_url(store: Store) -> None:
    store.articles.store([make_extraction(keep(store, begin(store), "a"))], now=NOON)

    for spelling in ("https://ledger.example/a", "HTTPS://Ledger.example:443/a?utm_source=mail#top", "1"):
        article = store.articles.get(spelling)
        assert article is not None
        assert article["id"] == 1
    assert store.articles.get("https://ledger.example/b") is None


def test_copies_are_listed_once_unless_asked_for(store: Store) -> None:
    crawl_id = begin(store)
    first, second = keep(store, crawl_id, "a"), keep(store, crawl_id, "b", source="courier")
    store.articles.store([make_extraction(first)], now=NOON)
    (stored,) = store.articles.store([make_extraction(second, published_at=NOON + timedelta(hours=2))], now=NOON)

    assert stored.duplicate_of == 1
    assert [row["id"] for row in store.articles.find(ArticleQuery())] == [1]
    assert {row["id"] for row in store.articles.find(ArticleQuery(duplicates=True))} == {1, 2}


def test_the_credited_article_is_the_canonical_one_though_it_is_not_the_earliest(store: Store) -> None:
    crawl_id = begin(store)
    copy, original = keep(store, crawl_id, "copy", source="courier"), keep(store, crawl_id, "a")
    store.articles.store([make_extraction(copy, based_on_url=original.final_url)], now=NOON)
    store.articles.store([make_extraction(original, published_at=NOON + timedelta(hours=2))], now=NOON)

    article = store.articles.get(copy.final_url)
    assert article is not None
    assert (article["duplicate_of"], article["relation"]) == (2, "exact")


def test_an_earlier_article_that_arrives_late_becomes_the_canonical_one(store: Store) -> None:
    crawl_id = begin(store)
    store.articles.store([make_extraction(keep(store, crawl_id, "late"))], now=NOON)
    early = keep(store, crawl_id, "early", source="courier")
    store.articles.store([make_extraction(early, published_at=NOON - timedelta(days=1))], now=NOON)

    found = {row["id"]: row["duplicate_of"] for row in store.articles.find(ArticleQuery(duplicates=True))}
    assert found == {1: 2, 2: None}


def test_a_text_that_is_rewritten_leaves_its_group(store: Store) -> None:
    crawl_id = begin(store)
    for path in ("a", "b", "c"):
        store.articles.store([make_extraction(keep(store, crawl_id, path))], now=NOON)
    fresh = keep(store, crawl_id, "a", at=NOON + timedelta(hours=1), digest="sha1:new")
    store.articles.store([make_extraction(fresh, word="zinc")], now=NOON)

    found = {row["id"]: row["duplicate_of"] for row in store.articles.find(ArticleQuery(duplicates=True))}
    assert found == {1: None, 2: None, 3: 2}


def test_short_bodies_are_copies_only_under_one_headline(store: Store) -> None:
    crawl_id = begin(store)
    for path, headline in (("a", "Holiday"), ("b", "Strike"), ("c", "Holiday")):
        extraction = make_extraction(keep(store, crawl_id, path), headline=headline, body_text="Markets are closed.")
        store.articles.store([extraction], now=NOON)

    found = {row["id"]: row["duplicate_of"] for row in store.articles.find(ArticleQuery(duplicates=True))}
    assert found == {1: None, 2: None, 3: 1}


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=25, deadline=None)
@given(
    arrivals=st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["tin", "zinc", "lead"])), min_size=1, max_size=14
    )
)
def test_groups_depend_on_the_last_texts_alone(engine: str, arrivals: list[tuple[str, str]]) -> None:
    """Six pages, each rewritten at will: at the end, pages of one text form one group with one canonical article."""
    with new_store(engine) as store:
        crawl_id = begin(store)
        for hour, (path, word) in enumerate(arrivals):
            snapshot = keep(store, crawl_id, path, at=NOON + timedelta(hours=hour), digest=f"sha1:{hour}")
            store.articles.store([make_extraction(snapshot, word=word)], now=NOON)
        rows = list(store.articles.find(ArticleQuery(duplicates=True, limit=None)))

    texts = dict(arrivals)
    assert sorted(row["url"].rpartition("/")[2] for row in rows) == sorted(texts)
    groups: dict[str, set[str]] = {}
    for row in rows:
        groups.setdefault(str(row["duplicate_of"] or row["id"]), set()).add(row["url"].rpartition("/")[2])
    words = {word: {path for path, last in texts.items() if last == word} for word in set(texts.values())}
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, words.values()))
