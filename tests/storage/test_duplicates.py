"""Copies in the store: whoever came first, whoever revises, and what persons say of them."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import CopydeskError
from storage.records import EdgeQuery, Matching
from storage.store import Row, Store, open_store
from tests.copydesk.duplicates.texts import (
    ELECTION,
    ELEVATOR,
    FERRY,
    FOREIGN,
    HARBOUR,
    TOWER,
    WRAP,
    WRAPS,
    joined,
    paragraphs,
    reword,
)
from tests.postgres import ENGINES, connect, new_store
from tests.storage.filling import connect as connect_file
from tests.storage.kept import NOON, begin, keep, make_extraction
from tests.storage.test_migrations import FROZEN, thaw

ROUNDUP = joined(paragraphs(ELECTION) + paragraphs(FERRY) + paragraphs(HARBOUR))
TEXTS = {  # path -> text; published an hour after the other, in this order
    "ferry": FERRY,
    "harbour": HARBOUR,
    "reworded": reword(FERRY),
    "cut": joined(paragraphs(FERRY)[:4]),
    "election": ELECTION,
    "same": FERRY,
    "foreign": FOREIGN,
    "roundup": ROUNDUP,
}


def put(store: Store, paths: Sequence[str], *, texts: Mapping[str, str] = TEXTS, in_batch: bool = False) -> None:
    """Store articles in this order; each is published at the hour of its place in `texts`."""
    crawl_id = begin(store)
    made = [
        make_extraction(
            keep(store, crawl_id, path),
            headline="",
            body_text=texts[path],
            published_at=NOON + timedelta(hours=list(texts).index(path)),
        )
        for path in paths
    ]
    for batch in [made] if in_batch else [[each] for each in made]:
        store.articles.store(batch, now=NOON)


def rewrite(store: Store, path: str, body_text: str) -> None:
    """A revision by the publisher."""
    later = NOON + timedelta(days=1)
    snapshot = keep(store, 1, path, at=later, digest=f"sha1:{hash(body_text)}")
    published_at = NOON + timedelta(hours=list(TEXTS).index(path))
    fresh = make_extraction(snapshot, headline="", body_text=body_text, published_at=published_at)
    store.articles.store([fresh], now=later)


def name(store: Store, number: int) -> str:
    row = store.articles.get(str(number))
    assert row is not None
    return str(row["canonical_url"]).rpartition("/")[2]


def edges(store: Store) -> set[tuple[str, str, str]]:
    rows = store.duplicates.edges(EdgeQuery(limit=None))
    return {(name(store, row["article_id"]), str(row["relation"]), name(store, row["of"])) for row in rows}


def groups(store: Store) -> dict[str, str]:
    """Copy -> canonical article."""
    found = [store.articles.get(f"https://ledger.example/{path}") for path in TEXTS]
    return {name(store, row["id"]): name(store, row["duplicate_of"]) for row in found if row and row["duplicate_of"]}


def edge_between(store: Store, one: str, other: str) -> Row:
    (found,) = [
        row
        for row in store.duplicates.edges(EdgeQuery(limit=None))
        if {name(store, row["article_id"]), name(store, row["of"])} == {one, other}
    ]
    return found


COPIES = {"reworded": "ferry", "cut": "ferry", "same": "ferry"}


def test_copies_are_joined_as_they_are_stored_and_what_holds_them_is_not(store: Store) -> None:
    put(store, list(TEXTS))
    assert groups(store) == COPIES
    assert edges(store) == {
        ("reworded", "derived", "ferry"),
        ("cut", "near", "ferry"),
        ("same", "exact", "ferry"),
        ("roundup", "contains", "ferry"),
        ("roundup", "contains", "harbour"),
        ("roundup", "contains", "election"),
    }


def test_a_batch_is_matched_as_one_after_the_other(store: Store, new_database: Callable[[], str]) -> None:
    put(store, list(TEXTS), in_batch=True)
    with open_store(new_database()) as other:
        put(other, list(TEXTS))
        assert edges(store) == edges(other)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=25, deadline=None)
@given(st.permutations(list(TEXTS)))
def test_groups_do_not_depend_on_the_order_of_arrival(engine: str, paths: list[str]) -> None:
    with new_store(engine) as store:
        put(store, paths)
        assert groups(store) == COPIES
        held = {frozenset((one, other)) for one, relation, other in edges(store) if relation == "contains"}
        assert {name for pair in held for name in pair} >= {"roundup", "harbour", "election"}
        assert all("roundup" in pair for pair in held)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=10, deadline=None)
@given(st.permutations(list(TEXTS)))
def test_a_rematch_gives_one_answer_whatever_the_order_of_arrival_was(engine: str, paths: list[str]) -> None:
    with new_store(engine) as store:
        put(store, paths)
        with store.duplicates.replay(Matching(), on_progress=lambda done: None) as replay:
            replay.apply(now=NOON)
        assert edges(store) == {
            ("reworded", "derived", "ferry"),
            ("cut", "near", "ferry"),
            ("same", "exact", "ferry"),
            ("roundup", "contains", "ferry"),
            ("roundup", "contains", "harbour"),
            ("roundup", "contains", "election"),
        }
        assert groups(store) == COPIES
        with store.duplicates.replay(Matching(), on_progress=lambda done: None) as again:
            assert list(again.changes()) == []


def test_of_a_held_article_the_longer_one_is_the_one_that_contains(store: Store) -> None:
    put(store, ["roundup", "harbour"])
    assert edges(store) == {("roundup", "contains", "harbour")}


def test_an_edge_shows_the_passages_that_both_have(store: Store) -> None:
    put(store, ["ferry", "reworded"])
    evidence = edge_between(store, "ferry", "reworded")["evidence"]
    assert 0.6 < evidence["told"] < 1
    quoted = " ".join(passage["of_text"] for passage in evidence["passages"])
    assert "Halden Lines will buy four battery ferries" in quoted
    assert "purchase four battery ferries" in " ".join(passage["text"] for passage in evidence["passages"])


def test_an_automatic_text_with_other_numbers_is_related_and_no_copy(store: Store) -> None:
    texts = {str(number): WRAP.format(**values) for number, values in enumerate(WRAPS)}
    put(store, list(texts), texts=texts)
    assert edges(store) == {("1", "related", "0")}
    assert store.stats()["duplicates"] == 0


@pytest.mark.parametrize("paths", list(itertools.permutations(["tower", "elevator", "again"])), ids="-".join)
def test_who_credits_a_text_and_changes_every_word_of_it_is_its_copy_however_late_it_comes(
    store: Store, paths: tuple[str, ...]
) -> None:
    """A republisher's machine leaves too little for the words alone to tell; its `Source link` does."""
    texts = {"elevator": ELEVATOR, "again": ELEVATOR, "tower": TOWER}
    crawl_id = begin(store)
    for path in paths:
        snapshot = keep(store, crawl_id, path)
        fresh = make_extraction(
            snapshot,
            headline="",
            body_text=texts[path],
            published_at=NOON + timedelta(days=9 if path == "tower" else 0),
            based_on_url="https://ledger.example/elevator" if path == "tower" else None,
        )
        store.articles.store([fresh], now=NOON)

    assert edges(store) == {("tower", "derived", "elevator"), ("again", "exact", "elevator")} or edges(store) == {
        ("tower", "derived", "elevator"),
        ("elevator", "exact", "again"),
    }
    rows = [store.articles.get(f"https://ledger.example/{path}") for path in ("tower", "again")]
    assert [row and row["duplicate_of"] and name(store, row["duplicate_of"]) for row in rows] == ["elevator"] * 2
    with store.duplicates.replay(Matching(), on_progress=lambda done: None) as replay:
        assert list(replay.changes()) == []


def test_who_credits_a_text_and_writes_his_own_is_only_related(store: Store) -> None:
    crawl_id = begin(store)
    for path, text, credit in (("elevator", ELEVATOR, None), ("ferry", FERRY, "https://ledger.example/elevator")):
        fresh = make_extraction(keep(store, crawl_id, path), headline="", body_text=text, based_on_url=credit)
        store.articles.store([fresh], now=NOON)

    assert edges(store) == {("ferry", "related", "elevator")}
    assert edge_between(store, "ferry", "elevator")["rule"] == "credits it, in words of its own"


def test_the_window_of_the_store_is_that_of_its_copies(new_database: Callable[[], str]) -> None:
    far = {"ferry": FERRY, **{str(hour): f"Number {hour}." for hour in range(80)}, "reworded": reword(FERRY)}
    for window, found in ((timedelta(hours=72), set()), (None, {("reworded", "derived", "ferry")})):
        with open_store(new_database(), matching=Matching(window=window)) as store:
            put(store, ["ferry", "reworded"], texts=far)
            assert edges(store) == found


def test_a_rewritten_original_leaves_and_its_copies_stay_together(store: Store) -> None:
    put(store, ["ferry", "cut", "reworded", "harbour"])
    rewrite(store, "ferry", FOREIGN)
    assert groups(store) == {"cut": "reworded"}  # the earlier one of those that are left
    assert edge_between(store, "cut", "reworded")["relation"] == "derived"


def test_an_original_that_is_taken_down_leaves_no_key_and_its_copies_stay_together(store: Store, database: str) -> None:
    put(store, ["ferry", "harbour", "reworded", "cut", "same"])
    edge = edge_between(store, "cut", "ferry")
    store.duplicates.confirm(edge["edge_id"], by="an editor", now=NOON)
    assert set(groups(store)) == {"reworded", "cut", "same"}

    store.removals.remove("https://ledger.example/ferry", now=NOON)

    assert groups(store) == {"cut": "reworded", "same": "reworded"}
    with connect(database) as connection:
        for table in ("fingerprints", "postings"):
            kept = connection.execute(f"SELECT COUNT(*) FROM {table} WHERE article = 1").fetchone()
            assert tuple(kept) == (0,), table
        named = "SELECT COUNT(*) FROM duplicates WHERE 1 IN (article_id, of_id)"
        assert tuple(connection.execute(named).fetchone()) == (0,)
    rewrite(store, "harbour", FERRY)  # what comes later meets those that are left
    assert groups(store) == {"reworded": "harbour", "cut": "harbour", "same": "harbour"}


def test_a_text_that_becomes_a_copy_is_joined(store: Store) -> None:
    put(store, ["ferry", "foreign"])
    rewrite(store, "foreign", reword(FERRY))
    assert edges(store) == {("foreign", "derived", "ferry")} or groups(store) == {"foreign": "ferry"}


def test_an_undone_edge_stays_undone_through_revisions_and_rematches(store: Store) -> None:
    put(store, ["ferry", "reworded", "cut"])
    edge = edge_between(store, "ferry", "reworded")
    store.duplicates.undo(edge["edge_id"], by="anna", now=NOON)
    assert "reworded" not in groups(store)

    rewrite(store, "reworded", reword(FERRY) + "\n\nThe ministry had no comment.")
    with store.duplicates.replay(Matching(), on_progress=lambda done: None) as replay:
        replay.apply(now=NOON)
    put(store, ["same"])  # another copy of the one, which is like the other one too

    assert groups(store) == {"cut": "ferry", "same": "ferry"}
    (undone,) = store.duplicates.edges(EdgeQuery(is_undone=True))
    assert (undone["edge_id"], undone["judged_by"]) == (edge["edge_id"], "anna")


def test_an_undo_is_taken_back_under_the_same_number(store: Store) -> None:
    put(store, ["ferry", "reworded"])
    number = edge_between(store, "ferry", "reworded")["edge_id"]
    store.duplicates.undo(number, by="anna", now=NOON)
    store.duplicates.confirm(number, by="ben", now=NOON)

    edge = edge_between(store, "ferry", "reworded")
    assert (edge["edge_id"], edge["judged_by"]) == (number, "ben")
    assert groups(store) == {"reworded": "ferry"}
    assert store.duplicates.edges(EdgeQuery(is_undone=True)) == []


def test_a_confirmed_edge_stays_though_the_text_is_another_one(store: Store) -> None:
    put(store, ["ferry", "reworded"])
    store.duplicates.confirm(edge_between(store, "ferry", "reworded")["edge_id"], by="anna", now=NOON)
    rewrite(store, "reworded", FOREIGN)
    with store.duplicates.replay(Matching(), on_progress=lambda done: None) as replay:
        assert replay.apply(now=NOON) == 0

    assert groups(store) == {"reworded": "ferry"}
    assert edge_between(store, "ferry", "reworded")["evidence"] == {}  # nothing is shared any more


def test_judgements_that_contradict_each_other_are_refused(store: Store) -> None:
    put(store, ["ferry", "reworded", "cut"])
    first, second = (edge_between(store, "ferry", other)["edge_id"] for other in ("reworded", "cut"))
    with pytest.raises(CopydeskError, match="no such edge"):
        store.duplicates.undo(999, by="anna", now=NOON)
    store.duplicates.undo(first, by="anna", now=NOON)
    with pytest.raises(CopydeskError, match="was undone already, by anna"):
        store.duplicates.undo(first, by="ben", now=NOON)
    store.duplicates.undo(second, by="anna", now=NOON)
    store.duplicates.confirm(second, by="anna", now=NOON)
    assert groups(store) == {"cut": "ferry"}


def test_a_dry_rematch_tells_what_other_thresholds_would_change_and_stores_nothing(database: str) -> None:
    from copydesk.duplicates.verdict import Thresholds

    with open_store(database) as store:
        put(store, list(TEXTS))
        before = edges(store)
    strict = Matching(limits=Thresholds(derived_told=0.99))
    with (
        open_store(database, read_only=True) as store,
        store.duplicates.replay(strict, on_progress=lambda done: None) as replay,
    ):
        changes = [(row["change"], row["relation"]) for row in replay.changes()]
        report = replay.report
        assert edges(store) == before
    assert changes == [("lost", "derived")]
    assert (report.articles, report.lost, report.gained, report.changed) == (8, {"derived": 1}, {}, 0)
    assert (report.groups_before, report.groups_after, report.groups_same) == (1, 1, 0)
    assert (report.duplicates_before, report.duplicates_after) == (3, 2)


def test_a_rematch_leaves_alone_what_was_revised_meanwhile(store: Store) -> None:
    put(store, ["ferry", "reworded"])
    wide = Matching(window=timedelta(minutes=1))
    with store.duplicates.replay(wide, on_progress=lambda done: None) as replay:
        assert [row["change"] for row in replay.changes()] == ["lost"]
        rewrite(store, "reworded", reword(FERRY) + "\n\nThe ministry had no comment.")
        assert replay.apply(now=NOON) == 0
    assert groups(store) == {"reworded": "ferry"}


@pytest.mark.sqlite_file("an SQLite file of an older version")
def test_articles_of_an_older_copydesk_wait_until_they_are_matched(tmp_path: Path) -> None:
    thaw(FROZEN[-1], tmp_path / "old.db")
    with open_store(tmp_path / "old.db") as old:
        assert old.duplicates.count_waiting() == 2

    path = tmp_path / "copydesk.db"
    with open_store(path) as store:
        put(store, ["ferry", "same", "reworded"])
    with connect_file(path) as connection:  # as the migration leaves a store that knew exact copies alone
        connection.execute("UPDATE fingerprints SET version = 0, keys = x'', signature = x''")
        connection.execute("DELETE FROM postings")
        connection.execute("DELETE FROM duplicates WHERE relation != 'exact'")
        connection.execute("UPDATE articles SET duplicate_of = NULL, relation = NULL WHERE relation != 'exact'")
    with open_store(path) as store:
        put(store, ["cut"])
        assert groups(store) == {"same": "ferry"}
        assert [store.duplicates.match_waiting(limit=2, now=NOON) for _ in range(3)] == [2, 1, 0]
        assert groups(store) == COPIES


@pytest.mark.sqlite_file("SQLite's query plans")
def test_no_statement_of_matching_reads_a_whole_table(tmp_path: Path) -> None:
    said: set[str] = set()
    store = open_store(tmp_path / "copydesk.db")
    database = store._database
    put(store, list(TEXTS)[:4])
    with database.transaction() as connection:
        connection.set_trace_callback(said.add)
    put(store, list(TEXTS)[4:])
    rewrite(store, "cut", TEXTS["harbour"])
    with database.transaction() as connection:
        connection.set_trace_callback(None)
        asked = [sql for sql in said if re.search(r"\b(postings|fingerprints|duplicates|undone)\b", sql)]
        plans = {sql: str([row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]) for sql in asked
                 if not sql.lstrip().startswith("--")}  # fmt: skip
    store.close()
    assert len(plans) > 20
    whole = re.compile(r"SCAN (articles|postings|fingerprints|duplicates)\b")
    assert {sql: plan for sql, plan in plans.items() if whole.search(plan)} == {}


STORING = """
import sys
from storage.store import open_store
from tests.storage.kept import NOON, keep, make_extraction
from tests.copydesk.duplicates.texts import FERRY, reword

with open_store(sys.argv[1]) as store:
    sys.stdin.readline()
    for number in range(12):
        body = reword(FERRY) + f"\\n\\nReport {number} of {sys.argv[2]}." if sys.argv[2] == "b" else FERRY
        path = "both" if number == 6 else f"{sys.argv[2]}{number}"
        snapshot = keep(store, 1, path, digest=f"sha1:{sys.argv[2]}{number}")
        store.articles.store([make_extraction(snapshot, headline="", body_text=body)], now=NOON)
"""


def test_two_processes_that_store_at_once_make_no_double_article_and_miss_no_edge(database: str) -> None:
    with open_store(database) as store:
        begin(store)
    command = [sys.executable, "-c", STORING, database]
    running = [
        subprocess.Popen([*command, each], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for each in "ab"
    ]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=120)[1] for process in running] == ["", ""]

    with open_store(database) as store:
        assert store.stats()["articles"] == 23  # `both` once
        assert store.stats()["duplicates"] == 22
        assert len(store.duplicates.group(1)) == 23
