"""Lists and exports find the same articles, each in its order, however many are read at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

import storage.database
from copydesk.model import Source
from storage.records import ArticleQuery
from storage.store import Store, open_store
from tests.storage.kept import NOON, begin, keep, make_extraction

ARTICLES = 9


@pytest.fixture
def store(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Nine articles, published in another order than they came in; every third one must be paid for."""
    monkeypatch.setattr(storage.database, "STREAMED", 2)
    with open_store(database) as opened:
        crawl_id = begin(opened)
        opened.sources.sync([Source(name="ledger", tags=("uk",)), Source(name="courier")], now=NOON)
        for number in range(ARTICLES):
            source = ("ledger", "courier")[number % 2]
            made = make_extraction(
                keep(opened, crawl_id, f"a{number}", source=source),
                word=f"tin{number}",
                headline="Copper " * (number % 4 + 1),
                published_at=NOON - timedelta(hours=number * 4 % ARTICLES),
            )
            assert made.article is not None
            article = replace(made.article, paywalled=number % 3 == 0, language=("en-GB", "de", "en")[number % 3])
            opened.articles.store([replace(made, article=article)], now=NOON)
        yield opened


ASKED: dict[str, dict[str, object]] = {
    "all": {},
    "of a source": {"source": "courier"},
    "of a tag": {"tag": "uk"},
    "since": {"since": NOON - timedelta(hours=4)},
    "until": {"until": NOON - timedelta(hours=4)},
    "of a language": {"language": "en"},
    "of a search": {"search": "copper"},
    "of raw words": {"fts": "copper OR tin3"},
    "not paid for": {"without_paywalled": True},
    "not reserved": {"without_reserved": True},
    "all together": {"search": "copper", "tag": "uk", "language": "en", "without_paywalled": True},
}


def ids(store: Store, **asked: object) -> list[int]:
    rows = store.articles.find(ArticleQuery(**{"limit": None, **asked}))  # type: ignore[arg-type]
    return [int(row["id"]) for row in rows]


@pytest.mark.parametrize("name", ASKED)
def test_an_export_has_what_a_list_has_in_order_of_ids_and_goes_on_anywhere(store: Store, name: str) -> None:
    asked = ASKED[name]
    listed, exported = ids(store, **asked), ids(store, by_id=True, **asked)

    assert len(exported) > 1
    assert exported == sorted(listed)
    first = ids(store, by_id=True, **asked, limit=1)
    assert first + ids(store, by_id=True, **asked, after_id=first[0]) == exported


def test_a_list_is_newest_first(store: Store) -> None:
    rows = list(store.articles.find(ArticleQuery(limit=None)))

    assert [row["published_at"] for row in rows] == sorted((row["published_at"] for row in rows), reverse=True)
    assert len({row["published_at"] for row in rows}) == ARTICLES


@pytest.mark.parametrize("limit", [None, ARTICLES])
def test_a_search_is_best_first(store: Store, limit: int | None) -> None:
    found = [row["headline"].count("Copper") for row in store.articles.find(ArticleQuery(search="copper", limit=limit))]

    assert found == sorted(found, reverse=True)
    assert len(found) == ARTICLES


def test_a_list_that_is_left_early_leaves_nothing_open(store: Store) -> None:
    found = store.articles.find(ArticleQuery(limit=None))
    next(found)
    found.close()  # type: ignore[attr-defined]

    assert store.tidy() >= 0
