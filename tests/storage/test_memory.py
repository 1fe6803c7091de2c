"""What is learned of a source's junk, kept with its evidence; stored articles brought in line, nothing overwritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from copydesk.model import Change
from storage import schema
from storage.records import ArticleQuery
from storage.store import Store, open_store
from tests.copydesk.extraction.invented import Piece, Publication, publication
from tests.storage.kept import NOON, begin, keep, make_extraction

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def pub() -> Publication:
    """Twenty articles of one template: two labels and two sentences below every text."""
    return publication(5, junk_lines=4).fill(20)


def own_text(piece: Piece) -> str:
    return "\n\n".join(line for line, is_junk in piece.lines if not is_junk)


def put(store: Store, piece: Piece, *, hour: int = 0, body_text: str | None = None, source: str = "ledger") -> Change:
    """Fetch and store an article; another hour is another look at its page."""
    crawl_id = store.crawls.begin(trigger="test", sources=[source], at=NOON)
    at = NOON + timedelta(hours=hour)
    snapshot = keep(store, crawl_id, f"a{piece.number}", source=source, at=at, digest=f"sha1:{piece.number}.{hour}")
    text = piece.body_text if body_text is None else body_text
    extraction = make_extraction(snapshot, headline=piece.headline, body_text=text, published_at=piece.at)
    (stored,) = store.articles.store([extraction], now=at)
    assert stored.change is not None
    return stored.change


def fill(store: Store, pub: Publication) -> None:
    begin(store)
    for piece in pub.pieces:
        put(store, piece)


def teach(store: Store, pub: Publication) -> None:
    fill(store, pub)
    store.memory.learn("ledger", now=NOON)


def article(store: Store, piece: Piece) -> dict[str, Any]:
    found = store.articles.get(f"https://ledger.example/a{piece.number}")
    assert found is not None
    return dict(found)


def revisions(store: Store, piece: Piece) -> list[tuple[str, str]]:
    """(cause, text) of each."""
    rows = store.articles.revisions(article(store, piece)["id"])
    return [(row["cause"], row["body_text"]) for row in rows]


def test_a_lesson_is_due_with_the_fifth_article_and_then_a_quarter_later(store: Store, pub: Publication) -> None:
    begin(store)
    due = []
    for piece in pub.pieces:
        put(store, piece)
        if store.memory.due(["ledger", "courier"]):
            store.memory.learn("ledger", now=NOON)
            due.append(piece.number)

    assert due == [5, 10, 15, 20]


def test_learned_lines_come_with_their_evidence(store: Store, pub: Publication) -> None:
    teach(store, pub)

    rows = store.memory.rows("ledger")
    assert {row["text"] for row in rows} == set(pub.templates[0])
    for row in rows:
        assert (row["kind"], row["state"], row["support"], row["articles"]) == ("tail", "learned", 20, 20)
        assert row["since"] == pub.pieces[0].at.isoformat(timespec="milliseconds")
        assert row["examples"][0]["url"] == "https://ledger.example/a20"
        assert row["counter_examples"] == []
    assert store.memory.rows("courier") == []


def test_articles_without_the_line_speak_as_counter_examples(store: Store, pub: Publication) -> None:
    odd = pub.add(pub.own(pub.tongue.topic()))
    odd.lines = [line for line in odd.lines if not line[1]]
    teach(store, pub)

    for row in store.memory.rows():
        (example,) = row["counter_examples"]
        assert (example["url"], example["why"]) == ("https://ledger.example/a21", "does not have it")
        assert (row["support"], row["articles"]) == (20, 21)


def test_what_comes_after_a_lesson_is_cut_and_counts_are_those_of_the_cut_text(store: Store, pub: Publication) -> None:
    teach(store, pub)
    late = pub.add(pub.own(pub.tongue.topic()))

    assert put(store, late) is Change.NEW

    stored = article(store, late)
    assert stored["body_text"] == own_text(late)
    assert stored["word_count"] == len(own_text(late).split())
    assert revisions(store, late) == [("publisher", own_text(late))]


def test_what_came_before_is_cut_as_a_revision_of_the_desks_own(store: Store, pub: Publication) -> None:
    teach(store, pub)
    assert store.memory.unclean() == ["ledger"]

    steps = [store.memory.clean("ledger", now=LATER, limit=8) for _ in range(3)]

    assert [(step.looked_at, step.changed, step.is_done) for step in steps] == [
        (8, 8, False),
        (8, 8, False),
        (4, 4, True),
    ]
    assert store.memory.unclean() == []
    for piece in pub.pieces:
        assert revisions(store, piece) == [("publisher", piece.body_text), ("memory", own_text(piece))]
        assert article(store, piece)["body_text"] == own_text(piece)
    (row,) = [row for row in store.articles.revisions(1) if row["cause"] == "memory"]
    assert row["detail"].startswith('cut: "')
    assert pub.templates[0][0] not in [
        line for found in store.articles.find(ArticleQuery(limit=None)) for line in found["body_text"].split("\n")
    ]


def test_cleaning_what_is_clean_changes_nothing(store: Store, pub: Publication) -> None:
    teach(store, pub)
    store.memory.clean("ledger", now=LATER, limit=100)

    again = store.memory.clean("ledger", now=LATER, limit=100)

    assert (again.changed, again.is_done) == (0, True)


@pytest.mark.parametrize("is_cleaned", [True, False], ids=["cleaned", "not cleaned yet"])
def test_another_look_at_a_page_is_no_edit_because_the_desk_has_learned(
    store: Store, pub: Publication, is_cleaned: bool
) -> None:
    teach(store, pub)
    if is_cleaned:
        store.memory.clean("ledger", now=LATER, limit=100)

    assert put(store, pub.pieces[0], hour=2) is Change.UNCHANGED

    assert [cause for cause, _ in revisions(store, pub.pieces[0])] == ["publisher", "memory"]


def test_an_edit_after_a_lesson_is_one(store: Store, pub: Publication) -> None:
    teach(store, pub)
    piece = pub.pieces[0]
    edited = piece.body_text.replace(piece.lines[0][0], "The first paragraph is a new one now, and quite another.")

    assert put(store, piece, hour=2, body_text=edited) is Change.REVISED

    assert [cause for cause, _ in revisions(store, piece)] == ["publisher", "memory", "publisher"]
    assert pub.templates[0][0] not in article(store, piece)["body_text"].split("\n")


def test_learning_goes_on_from_texts_as_they_were_before_the_cut(store: Store, pub: Publication) -> None:
    teach(store, pub)
    store.memory.clean("ledger", now=LATER, limit=100)
    put(store, pub.add(pub.own(pub.tongue.topic())))

    store.memory.learn("ledger", now=LATER)

    assert {(row["support"], row["articles"]) for row in store.memory.rows()} == {(21, 21)}


def test_a_forgotten_line_comes_back_and_is_never_learned_again(store: Store, pub: Publication) -> None:
    teach(store, pub)
    store.memory.clean("ledger", now=LATER, limit=100)
    (line,) = [row for row in store.memory.rows() if row["text"] == pub.templates[0][-1]]

    assert store.memory.forget(line["id"], now=LATER)
    store.memory.clean("ledger", now=LATER, limit=100)
    for _ in range(20):
        put(store, pub.add(pub.own(pub.tongue.topic())))
    store.memory.learn("ledger", now=LATER)
    store.memory.clean("ledger", now=LATER, limit=100)

    for piece in (pub.pieces[0], pub.pieces[-1]):
        assert article(store, piece)["body_text"] == f"{own_text(piece)}\n\n{line['text']}"
    assert [cause for cause, _ in revisions(store, pub.pieces[0])] == ["publisher", "memory", "memory"]
    states = {row["text"]: row["state"] for row in store.memory.rows()}
    assert states.pop(line["text"]) == "forgotten"
    assert set(states.values()) == {"learned"}


def test_forgetting_what_is_not_there_is_told(store: Store) -> None:
    assert store.memory.forget(7, now=NOON) is False


def test_an_early_lesson_is_taken_back_when_later_articles_speak_against_it(store: Store) -> None:
    """Five articles of one kind ended with the same sentence; then it turned out to be one that any article says."""
    pub = publication(9, junk_lines=2)
    told = "Vokra tesh melun dra, sholen vik tara denuk plo maren."
    for _ in range(5):
        pub.add([*pub.own(pub.tongue.topic()), (told, False)])
    teach(store, pub)
    assert told in {row["text"] for row in store.memory.rows()}
    store.memory.clean("ledger", now=LATER, limit=100)

    for _ in range(15):
        own = pub.own(pub.tongue.topic(), paragraphs=4)
        own.insert(2, (told, False))
        put(store, pub.add(own))
    lesson = store.memory.learn("ledger", now=LATER)
    store.memory.clean("ledger", now=LATER, limit=100)

    assert lesson.withdrawn == (told,)
    assert {row["state"] for row in store.memory.rows() if row["text"] == told} == {"withdrawn"}
    for piece in pub.pieces:
        assert article(store, piece)["body_text"] == own_text(piece)


def test_copies_are_told_by_their_texts_without_the_junk(store: Store, pub: Publication) -> None:
    """Another source prints the same text without this one's junk."""
    teach(store, pub)
    put(store, pub.pieces[0], source="courier", body_text=own_text(pub.pieces[0]))

    store.memory.clean("ledger", now=LATER, limit=100)

    copy = store.articles.get("https://courier.example/a1")
    original = store.articles.get("1")
    assert copy is not None
    assert original is not None
    assert (original["duplicate_of"], original["relation"]) == (copy["id"], "exact")  # of one time: the first by URL


def insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """A row whose other columns are as empty as they may be."""
    blanks = {"TEXT": "", "INTEGER": 1, "REAL": 0.0}
    for _, name, kind, not_null, default, is_key in connection.execute(f"PRAGMA table_info({table})").fetchall():
        if not_null and default is None and not is_key:
            values.setdefault(name, "[]" if name in ("authors", "keywords") else blanks[kind])
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def make_first_version(path: Path, pub: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database as the first migration alone makes it, with articles."""
    with monkeypatch.context() as patched:
        patched.setattr(schema, "STEPS", schema.STEPS[:1])
        open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        at = NOON.isoformat(timespec="milliseconds")
        insert(connection, "crawls", id=1, started_at=at)
        for piece in pub.pieces:
            number, url = piece.number, f"https://ledger.example/a{piece.number}"
            texts = {"headline": piece.headline, "body_text": piece.body_text, "content_hash": str(number)}
            insert(connection, "entries", id=number, key=url, source="ledger", url=url, first_seen_at=at)
            insert(connection, "snapshots", id=number, entry_id=number, source="ledger", fetched_at=at)
            urls = {"canonical_url": url, "url": url, "source": "ledger", "body_hash": str(number)}
            seen = {"first_seen_at": at, "fetched_at": at, "snapshot_id": number, "revision": 1}
            insert(connection, "articles", id=number, **texts, **urls, **seen)
            insert(
                connection,
                "revisions",
                article_id=number,
                number=1,
                cause="publisher",
                **texts,
                seen_at=at,
                snapshot_id=number,
            )


@pytest.mark.sqlite_file("an SQLite file of an older version")
def test_a_database_of_the_first_version_learns_from_what_it_holds(
    tmp_path: Path, pub: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "copydesk.db"
    make_first_version(path, pub, monkeypatch)

    with open_store(path) as store:
        assert store.memory.due(["ledger"]) == ["ledger"]
        store.memory.learn("ledger", now=NOON)
        assert store.memory.clean("ledger", now=LATER, limit=100).changed == 20
        assert revisions(store, pub.pieces[0]) == [
            ("publisher", pub.pieces[0].body_text),
            ("memory", own_text(pub.pieces[0])),
        ]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.STEPS)
