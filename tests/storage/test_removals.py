"""What is taken down is nowhere any more: the test reads every column of every table, and every byte under data/."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from copydesk.model import Entry
from copydesk.text import body_hash, content_hash
from storage.address import is_postgres
from storage.archive import ArchiveWriter, read_body
from storage.records import (
    PollOutcome,
    PollRecord,
    SeenEntry,
    SnapshotRow,
)
from storage.store import Store
from storage.upkeep_records import RetentionRule
from tests.postgres import connect, tables
from tests.storage.filling import connect as connect_file
from tests.storage.filling import fill
from tests.storage.kept import NOON, Page, begin, fetch_of, keep_pages, make_body, make_extraction

SECRET = "Quaxillodorf"
"""A word that stands nowhere else."""
HARMLESS = {
    ("entries", "key"): "remembered, so that it is not fetched again",
    ("entries", "url"): "likewise",
    ("snapshots", "url"): "likewise",
    ("snapshots", "final_url"): "becomes the URL that was asked for",
    ("snapshots", "extractor"): "a version of the program",
    ("fetches", "outcome"): "one of a few words",
    ("snapshots", "file"): "a name that the archive gave",
}
LISTS = ("examples", "counter_examples", "candidates", "headers", "notes", "evidence", "authors", "keywords")
"""Columns that hold JSON."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def take_in(
    store: Store, writer: ArchiveWriter, crawl_id: int, path: str, word: str, *, at_h: float = 0, source: str = "ledger"
) -> SnapshotRow:
    """A page that a feed lists, that is fetched, kept with its bytes, and stored."""
    at, url = NOON + timedelta(hours=at_h), f"https://{source}.example/{path}"
    endpoint = store.endpoints.of([source])[0]
    seen = SeenEntry(entry=Entry(url=url, title=f"{word} rises"), key=url, wanted=True)
    poll = PollRecord(endpoint_id=endpoint.id, crawl_id=crawl_id, at=at, outcome=PollOutcome.READ, entries=(seen,))
    store.polls.record(poll, now=at)
    body = f"<html><h1>{word} rises</h1><p>{make_body(word)}</p></html>".encode()
    page = Page(url=url, source=source, at=at, body=body, digest=f"sha1:{path}{at_h}", headers={"X-Title": word})
    (kept,) = keep_pages(store, crawl_id, [page], writer=writer)
    store.articles.store([make_extraction(kept, word=word, headline=f"{word} rises")], now=at)
    return kept


def make_desk(store: Store, data: Path) -> None:
    """Nine articles of two sources; one of them twice revised, with a copy elsewhere."""
    crawl_id = begin(store)
    with ArchiveWriter(data / "archive", crawl_id=crawl_id) as writer:
        for number in range(4):
            take_in(store, writer, crawl_id, f"a{number}", f"copper{number}")
        take_in(store, writer, crawl_id, "secret", SECRET)
        take_in(store, writer, crawl_id, "secret", SECRET + "x", at_h=1)
        take_in(store, writer, crawl_id, "secret", SECRET + "y", at_h=2)
        for number in range(4):
            take_in(store, writer, crawl_id, f"b{number}", f"tin{number}", source="courier")


def where(database: str, data: Path, word: str) -> list[str]:
    """Every place where a word stands: columns of all tables, words of search indexes, bytes of files."""
    found, needle, names = [], word.lower(), tables(database)
    with connect(database) as connection:
        for table in names:
            for row in connection.execute(f"SELECT * FROM {table}"):
                found += [f"{table}.{key}" for key in row.keys() if needle in _text(row[key])]  # noqa: SIM118
        for index in () if is_postgres(database) else ("articles_fts", "articles_trigram"):
            connection.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab ('main', '{index}', 'row')")
            found += [f"{index}: {row[0]}" for row in connection.execute("SELECT term FROM words") if needle in row[0]]
            connection.execute("DROP TABLE temp.words")
    for path in sorted(data.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            text = raw + (gzip.decompress(raw) if path.suffix == ".gz" and raw else b"")
            found += [path.name] if needle.encode() in text.lower() else []
    return found


def _text(value: object) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).lower()


def bodies(store: Store, data: Path) -> dict[int, bytes]:
    """The bytes of every snapshot that still has some; raises where a row points at nothing."""
    found = {}
    for number in range(1, int(store.stats()["snapshots"]) + 1):
        snapshot = store.snapshots.get(number)
        if snapshot is not None and snapshot.pointer.file:
            found[number] = read_body(data / "archive", snapshot.pointer)
            assert len(found[number]) == snapshot.body_bytes
    return found


@pytest.mark.parametrize("what", ["https://ledger.example/secret", "https://LEDGER.example/secret?utm_source=x"])
def test_a_url_that_is_taken_down_is_nowhere_any_more(what: str, store: Store, database: str, data: Path) -> None:
    make_desk(store, data)
    before = bodies(store, data)
    assert {"articles.body_text", "revisions.body_text", "entries.title"} <= set(where(database, data, SECRET))
    plan = store.removals.plan(what)
    assert (plan.articles, plan.snapshots, plan.entries) == (1, 3, 1)

    store.removals.remove(what, now=NOON)
    assert store.removals.finish(archive=data / "archive", now=NOON) == 0

    assert where(database, data, SECRET) == []
    assert {number: body for number, body in before.items() if number not in (5, 6, 7)} == bodies(store, data)
    assert store.stats()["articles"] == 8
    assert store.articles.get("https://ledger.example/secret") is None
    if is_postgres(database):
        return
    with connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")


def test_a_domain_is_taken_down_with_all_below_it_and_no_other(store: Store, database: str, data: Path) -> None:
    make_desk(store, data)

    plan = store.removals.remove("ledger.example", now=NOON)
    store.removals.finish(archive=data / "archive", now=NOON)

    assert plan.articles == 5
    assert where(database, data, "copper") == where(database, data, SECRET) == []
    assert store.stats()["articles"] == 4
    assert len(bodies(store, data)) == 4


def test_what_was_taken_down_is_not_stored_again_however_it_comes(store: Store, database: str, data: Path) -> None:
    make_desk(store, data)
    for what in ("https://ledger.example/secret", "courier.example"):
        store.removals.remove(what, now=NOON)
    store.removals.finish(archive=data / "archive", now=NOON)
    crawl_id = begin(store)
    endpoint = store.endpoints.of(["ledger"])[0]
    urls = ("https://ledger.example/secret", "https://www.courier.example/new")
    seen = tuple(SeenEntry(entry=Entry(url=url, title=SECRET), key=url, wanted=True) for url in urls)
    poll = PollRecord(endpoint_id=endpoint.id, crawl_id=crawl_id, at=NOON, outcome=PollOutcome.READ, entries=seen)

    assert store.polls.record(poll, now=NOON) == []
    assert store.entries.due(["ledger", "courier"], now=NOON + timedelta(days=9)) == []
    assert store.entries.add("ledger", urls, crawl_id=crawl_id, now=NOON) == []
    assert where(database, data, SECRET) == []
    assert store.removals.removed_at(urls[0]) is not None
    assert store.removals.removed_at("https://ledger.example/a1") is None
    assert store.why(urls[0])[-1]["why"] == "it was taken down (copydesk takedown)"


def test_a_page_that_a_crawl_was_at_leaves_no_bytes(store: Store, database: str, data: Path) -> None:
    crawl_id = begin(store)
    archive = data / "archive"
    with ArchiveWriter(archive, crawl_id=crawl_id) as writer:
        take_in(store, writer, crawl_id, "a", "copper")
        (row,) = store.entries.add("ledger", ["https://ledger.example/secret"], crawl_id=crawl_id, now=NOON)
        store.removals.remove("https://ledger.example/secret", now=NOON)
        page = Page(url="https://ledger.example/secret", body=SECRET.encode())
        late = fetch_of(page, crawl_id=crawl_id, entry_id=row.id, writer=writer)
        writer.sync()
        assert store.fetches.record([late]) == [None]
        assert store.removals.finish(archive=archive, now=NOON) == 1  # the crawl still writes this file
    assert [row["done_at"] for row in store.removals.rows()] == [None]

    assert store.removals.finish(archive=archive, now=NOON) == 0
    assert where(database, data, SECRET) == []
    assert len(bodies(store, data)) == 1
    assert store.removals.rows()[0]["done_at"] is not None


def test_an_article_that_names_a_removed_url_as_its_own_is_not_stored(store: Store, database: str, data: Path) -> None:
    crawl_id = begin(store)
    store.removals.remove("https://ledger.example/secret", now=NOON)
    with ArchiveWriter(data / "archive", crawl_id=crawl_id) as writer:
        kept = take_in(store, writer, crawl_id, "amp", "tin")
        again = take_in(store, writer, crawl_id, "amp2", "zinc")
        store.quarantine.release([])
    with connect(database) as connection:
        connection.execute("UPDATE snapshots SET state = 'pending' WHERE id = ?", (again.id,))
    extraction = make_extraction(again, word=SECRET)
    assert extraction.article is not None
    article = replace(extraction.article, canonical_url="https://ledger.example/secret")
    (stored,) = store.articles.store([replace(extraction, article=article)], now=NOON)

    assert kept.id != again.id
    assert where(database, data, SECRET) == []
    assert store.articles.get("https://ledger.example/secret") is None
    assert stored.snapshot_id == again.id


def test_a_backfill_brings_nothing_back(store: Store, database: str, data: Path) -> None:
    make_desk(store, data)
    store.removals.remove("https://ledger.example/secret", now=NOON)
    store.removals.remove("courier.example", now=NOON)
    store.removals.finish(archive=data / "archive", now=NOON)
    crawl_id = begin(store)
    urls = ("https://ledger.example/secret", "https://courier.example/old", "https://ledger.example/old")
    with ArchiveWriter(data / "archive", crawl_id=crawl_id) as writer:
        pages = [Page(url=url, body=(SECRET if "old" not in url else "copper").encode()) for url in urls]
        fetches = [fetch_of(page, crawl_id=crawl_id, writer=writer) for page in pages]
        writer.sync()

    taken = store.backfills.record("k", file="old.warc", position=1, is_done=True, fetches=fetches, now=NOON)
    asked = store.backfills.discover("ledger", [Entry(url=url, title=SECRET) for url in urls[:2]], now=NOON)

    assert (taken, asked) == (1, [])
    with connect(database) as connection:
        connection.execute("UPDATE snapshots SET state = 'stored' WHERE state = 'pending'")
    store.removals.finish(archive=data / "archive", now=NOON)
    assert where(database, data, SECRET) == []


def test_a_removal_can_be_lifted(store: Store, database: str, data: Path) -> None:
    make_desk(store, data)
    store.removals.remove("https://ledger.example/secret", now=NOON)

    assert store.removals.lift("https://ledger.example/secret")
    assert not store.removals.lift("https://ledger.example/secret")
    assert len(store.entries.add("ledger", ["https://ledger.example/secret"], crawl_id=1, now=NOON)) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.sqlite_file("rows put into every table of an SQLite file")
def test_no_table_with_text_is_forgotten(store: Store, database: str, data: Path) -> None:
    """Every table has a row about the page, with the secret in every column that could hold text of it. Whoever adds a
    table or a column makes it part of `storage.removals.ERASE`, or says here why it may keep what it says."""
    url = "https://ledger.example/secret"

    def text(table: str, column: str, number: int) -> str:
        if column in LISTS:
            return json.dumps([[1, SECRET]] if column == "counter_examples" else [1, SECRET])
        if (table, column) in HARMLESS or (table, column) == ("articles", "canonical_url"):
            return url
        if column.endswith(("_at", "_until", "_utc")) or column == "at":
            return NOON.isoformat(timespec="milliseconds")
        fixed = {"state": "stored", "relation": "near", "body_hash": body_hash(SECRET), "source": "ledger"}
        fixed |= {"name": "ledger", "content_hash": content_hash(SECRET, SECRET), "cause": "publisher"}
        return fixed.get(column, SECRET)

    about_pages = {"entries", "snapshots", "fetches", "articles", "revisions", "duplicates", "undone", "quarantine"}
    about_pages |= {"fingerprints", "postings", "listings", "learned_lines", "story_texts"}
    others = {"sources", "endpoints", "crawls", "leases", "polls", "sightings", "lessons", "health", "alerts", "gaps"}
    others |= {"removals", "rewrites", "archive_files", "backfills", "stories", "story_postings", "story_terms"}
    others |= {"host_rests", "site_files"}  # robots.txt: what a site tells everybody
    assert set(tables(database)) == about_pages | others, "does a takedown know this table? storage/removals.py"
    with connect_file(Path(database)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        fill(connection, lambda t, c, n: text(t, c, n) if t in about_pages else f"{t}{c}{n}", rows=1, nulls=False)
        connection.execute("UPDATE fingerprints SET version = 0, keys = x'', signature = x''")
        connection.execute("DELETE FROM removals")
        connection.execute("DELETE FROM rewrites")
        connection.execute("UPDATE stories SET vector = NULL, merged_into = NULL")
        connection.execute("UPDATE story_texts SET vector = x''")
        connection.execute("UPDATE duplicates SET of_id = 1, article_id = 1")
        connection.execute("DELETE FROM undone")

    store.removals.remove(url, now=NOON)

    assert [
        place for place in where(database, data, SECRET) if "." in place and not place.startswith("copydesk.db")
    ] == []


# Crashes.

LOOP = """
import sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from storage.upkeep_records import RetentionRule
from storage.store import open_store
data = Path(sys.argv[1])
now = datetime(2026, 11, 2, 12, tzinfo=UTC)
with open_store(sys.argv[2]) as store:
    print("ready", flush=True)
    for number in range(40):
        store.retention.apply(RetentionRule(age=timedelta(hours=60 - number)), archive=data / "archive", now=now)
    store.removals.remove("https://ledger.example/a39", now=now)
    store.removals.finish(archive=data / "archive", now=now)
"""


@pytest.mark.faults
def test_killed_at_any_moment_no_row_points_at_bytes_that_are_gone(store: Store, database: str, data: Path) -> None:
    crawl_id = begin(store)
    archive = data / "archive"
    for part in range(3):
        with ArchiveWriter(archive, crawl_id=crawl_id) as writer:
            for number in range(part, 60, 3):
                take_in(store, writer, crawl_id, f"a{number}", f"copper{number}", at_h=number - 60)
    before, random_s = bodies(store, data), random.Random(7)
    kills = 0
    for _ in range(12):
        process = subprocess.Popen([sys.executable, "-c", LOOP, str(data), database], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random_s.uniform(0, 0.12))
        kills += process.poll() is None
        process.kill()
        process.wait()
        process.stdout.close()
        left = bodies(store, data)
        assert left.items() <= before.items()
    assert kills >= 3

    subprocess.run([sys.executable, "-c", LOOP, str(data), database], check=True, stdout=subprocess.DEVNULL)
    left = bodies(store, data)
    assert sorted(left) == [number for number in sorted(left) if number in before]
    assert len(left) == 20
    with connect(database) as connection:
        files = {row[0] for row in connection.execute("SELECT DISTINCT file FROM snapshots WHERE file != ''")}
    assert {path.name for path in archive.glob("*.warc.gz*")} == files
    assert where(database, data, "copper39 ") == []


# Retention.


def test_what_is_older_goes_and_nothing_comes_back(store: Store, database: str, data: Path) -> None:
    crawl_id = begin(store)
    with ArchiveWriter(data / "archive", crawl_id=crawl_id) as writer:
        for day in range(10):
            take_in(store, writer, crawl_id, f"a{day}", f"copper{day}", at_h=24 * day)
    now = NOON + timedelta(days=10)
    rule = RetentionRule(age=timedelta(days=4))
    before = bodies(store, data)

    plan = store.retention.plan(rule, now=now)
    assert (plan.snapshots, plan.files) == (6, 1)
    assert bodies(store, data) == before, "a plan changes nothing"
    store.retention.apply(rule, archive=data / "archive", now=now)

    assert bodies(store, data) == {number: body for number, body in before.items() if number > 6}
    assert store.stats()["articles"] == 10
    assert store.retention.plan(rule, now=now).snapshots == 0
    assert store.entries.due(["ledger"], now=NOON - timedelta(days=1)) == []
    assert [text.article_id for text in store.reextraction.texts(limit=99)] == [7, 8, 9, 10]


def test_the_oldest_go_until_the_archive_is_small_enough(store: Store, database: str, data: Path) -> None:
    crawl_id = begin(store)
    with ArchiveWriter(data / "archive", crawl_id=crawl_id) as writer:
        kept = [take_in(store, writer, crawl_id, f"a{day}", f"copper{day}", at_h=24 * day) for day in range(10)]
    most = sum(each.pointer.length for each in kept[7:])

    store.retention.apply(RetentionRule(most_bytes=most), archive=data / "archive", now=NOON)

    assert sorted(bodies(store, data)) == [8, 9, 10]
    (path,) = (data / "archive").glob("*.warc.gz")
    assert path.stat().st_size < most + 1_000


def test_what_waits_for_extraction_is_kept_however_old(store: Store, database: str, data: Path) -> None:
    crawl_id = begin(store)
    with ArchiveWriter(data / "archive", crawl_id=crawl_id) as writer:
        for day in range(3):
            take_in(store, writer, crawl_id, f"a{day}", f"copper{day}")
    with connect(database) as connection:
        connection.execute("UPDATE snapshots SET state = 'pending' WHERE id = 2")

    store.retention.apply(RetentionRule(age=timedelta(0)), archive=data / "archive", now=NOON + timedelta(days=900))

    assert sorted(bodies(store, data)) == [2]
