"""After an ingest the desk learns: real pages in a real archive, real workers, a real store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copydesk.model import Change, Source
from flows.memory import clean_stored, learn_from
from storage.records import ArticleQuery
from storage.store import Store, open_store
from tests.copydesk.extraction.invented import Publication, publication
from tests.flows.kept_pages import ingest, keep_named, page_of

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SOURCES = [Source(name=name, feeds=(f"https://{name}.example/rss",)) for name in ("ledger", "courier")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "copydesk.db") as opened:
        opened.sources.sync(SOURCES, now=NOW)
        yield opened


def take_in(
    store: Store, archive: Path, pub: Publication, first: int, last: int, *, hour: int = 0
) -> list[Change | None]:
    """Fetch, extract and store some articles of a publication, by their numbers."""
    at = NOW + timedelta(hours=hour)
    crawl_id = store.crawls.begin(trigger="test", sources=["ledger"], at=at)
    pages = {f"a{piece.number}": page_of(piece) for piece in pub.pieces[first - 1 : last]}
    keep_named(store, archive, pages, source="ledger", at=at, crawl_id=crawl_id)
    return [stored.change for stored in ingest(store, archive, crawl_id=crawl_id, at=at)]


def texts(store: Store) -> list[str]:
    return [row["body_text"] for row in store.articles.find(ArticleQuery(limit=None))]


def make_publication(seed: int, articles: int) -> Publication:
    """Junk of whole sentences, which no rule for pages knows; the order of the two templates is drawn anew."""
    pub = publication(seed, templates=2, junk_lines=1)
    for template in pub.templates:
        template[:] = [pub.tongue.sentence(words=random.Random(seed).randint(8, 12)) for _ in range(2)]
    return pub.fill(articles)


def test_an_ingest_learns_and_what_it_brought_is_clean_afterwards(store: Store, tmp_path: Path) -> None:
    pub = make_publication(3, 30)

    take_in(store, tmp_path / "archive", pub, 1, 30)

    junk = {line for template in pub.templates for line in template}
    assert {row["text"] for row in store.memory.rows("ledger")} == junk
    assert len(texts(store)) == 30
    assert not junk & {line for text in texts(store) for line in text.split("\n")}
    assert store.memory.unclean() == []


def test_the_next_ingest_needs_no_second_revision(store: Store, tmp_path: Path) -> None:
    pub = make_publication(3, 40)
    take_in(store, tmp_path / "archive", pub, 1, 30)

    changes = take_in(store, tmp_path / "archive", pub, 31, 40, hour=1)

    assert changes == [Change.NEW] * 10
    late = store.articles.get("https://ledger.example/a40")
    assert late is not None
    assert late["revision"] == 1


def test_another_look_at_cleaned_pages_finds_no_edit(store: Store, tmp_path: Path) -> None:
    pub = make_publication(3, 30)
    take_in(store, tmp_path / "archive", pub, 1, 30)

    assert take_in(store, tmp_path / "archive", pub, 1, 30, hour=1) == [Change.UNCHANGED] * 30


def test_few_articles_teach_nothing_and_cost_no_lesson(store: Store, tmp_path: Path) -> None:
    pub = make_publication(3, 4)
    take_in(store, tmp_path / "archive", pub, 1, 4)

    assert store.memory.rows() == []
    assert learn_from(store, ["ledger", "courier"], now=NOW) == []


def test_what_one_ingest_did_not_clean_the_next_one_does(store: Store, tmp_path: Path) -> None:
    pub = make_publication(3, 30)
    take_in(store, tmp_path / "archive", pub, 1, 30)
    (line, *_) = store.memory.rows()
    store.memory.forget(line["id"], now=NOW)

    assert clean_stored(store, "ledger", now=NOW, most=1) > 0 or store.memory.unclean()
    learn_from(store, [], now=NOW)

    assert store.memory.unclean() == []
    assert any(line["text"] in text.split("\n") for text in texts(store))
