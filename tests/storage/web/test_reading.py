"""What the pages read from the store: the day, searches, stored pages, sources."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from copydesk.errors import StorageError
from storage.archive import ArchiveWriter
from storage.engines.sqlite import SqliteDatabase
from storage.records import ArticleQuery
from storage.store import Store, open_store
from storage.web.article import read_article
from storage.web.beside import cut_passages, read_beside, share_passages
from storage.web.find import Search, as_csv, read_saved, search
from storage.web.reader import Reader
from storage.web.show import marked, plain, web_url
from storage.web.snapshot import ACTIVE, read_snapshot
from storage.web.sources import read_sources
from storage.web.today import read_day
from tests.storage.kept import NOON, begin, keep, make_extraction

WORDS = ["slate", "granite", "marble", "gypsum", "chalk", "basalt", "sandstone", "limestone", "gravel", "clay"]
LATER = NOON + timedelta(hours=3)


def put(store: Store, page: str, headline: str, **more: object) -> int:
    """Store one article and return its id."""
    source = str(more.pop("source", "ledger"))
    fields = {name: more.pop(name) for name in ("language", "section") if name in more}
    snapshot = keep(store, begin(store), page, source=source)
    extraction = make_extraction(snapshot, headline=headline, word=page, **more)  # type: ignore[arg-type]
    assert extraction.article is not None
    extraction = replace(extraction, article=replace(extraction.article, **fields))  # type: ignore[arg-type]
    (stored,) = store.articles.store([extraction], now=NOON)
    assert stored.article_id is not None
    return stored.article_id


def found(database: SqliteDatabase, **asked: str) -> list[int]:
    return [hit["id"] for hit in search(database, Search(**asked)).hits]


def test_copies_stand_under_their_original_and_count_to_the_story(store: Store, database: SqliteDatabase) -> None:
    body = "\n\n".join(f"The mill of day {day} ground {day} tonnes." for day in range(12))
    original = put(store, "a", "Mill grinds", body_text=body)
    copy = put(store, "b", "Mill grinds", body_text=body, source="courier", published_at=NOON + timedelta(hours=1))
    other = put(store, "c", "Copper falls", published_at=NOON + timedelta(hours=2))

    day = read_day(database, day="", now=LATER)

    first, second = day.clusters
    assert (day.all_clusters, day.all_articles) == (2, 3)
    assert (first.lead["id"], [each["id"] for each in first.lead["copies"]]) == (original, [copy])
    assert (first.articles, first.sources, first.others) == (2, 2, [])
    assert second.lead["id"] == other


def test_a_day_holds_what_was_published_on_it(store: Store, database: SqliteDatabase) -> None:
    here = put(store, "a", "Now")
    put(store, "b", "The day before", published_at=NOON - timedelta(days=1))

    day = read_day(database, day=f"{NOON:%Y-%m-%d}", now=LATER + timedelta(days=3))

    assert [cluster.lead["id"] for cluster in day.clusters] == [here]
    assert (day.before, day.after) == ("2026-11-01", "2026-11-03")


def test_where_nothing_came_since_the_last_articles_are_shown(store: Store, database: SqliteDatabase) -> None:
    here = put(store, "a", "Long ago")

    day = read_day(database, day="", now=NOON + timedelta(days=400))

    assert [cluster.lead["id"] for cluster in day.clusters] == [here]


def test_an_empty_store_has_an_empty_day(store: Store, database: SqliteDatabase) -> None:
    assert read_day(database, day="", now=NOON).clusters == []
    assert search(database, Search(q="copper")).hits == []
    assert read_sources(database, now=NOON) == []


def test_lists_follow_an_article_that_changes(store: Store, database: SqliteDatabase) -> None:
    number = put(store, "a", "Copper rises", section="Metals")
    assert found(database, section="Metals") == [number]

    snapshot = keep(store, begin(store), "a", at=NOON + timedelta(hours=1), digest="sha1:2")
    extraction = make_extraction(snapshot, headline="Copper falls", published_at=NOON + timedelta(days=1))
    store.articles.store([extraction], now=LATER)

    assert found(database, section="Metals") == []
    assert found(database, day="2026-11-03") == [number]


def test_words_without_spaces_are_found_by_any_part(store: Store, database: SqliteDatabase) -> None:
    number = put(store, "a", "日本銀行が利上げを決定", body_text="日本銀行は火曜日に政策金利を引き上げた。" * 8)
    put(store, "b", "Copper rises")

    for words in ("日本銀行", "利上", "銀", "金利を引"):
        assert found(database, q=words) == [number], words
        assert [row["id"] for row in store.articles.find(ArticleQuery(search=words))] == [number], words
    assert found(database, q="日本銀行 copper") == []

    snapshot = keep(store, begin(store), "a", at=NOON + timedelta(hours=1), digest="sha1:2")
    store.articles.store([make_extraction(snapshot, headline="Bank of Japan", word="bank")], now=LATER)
    assert found(database, q="日本銀行") == []
    assert found(database, q="Japan") == [number]


@pytest.mark.parametrize("words", ['"', "* OR", "NEAR(", "a AND", "'); --", '日 "', "-", "^x", "()"])
def test_no_search_is_a_syntax_error(store: Store, database: SqliteDatabase, words: str) -> None:
    put(store, "a", "Copper rises")

    assert search(database, Search(q=words)).hits == []


def test_the_best_come_first_where_they_are_asked_for(store: Store, database: SqliteDatabase) -> None:
    best = put(store, "a", "Zinc and more zinc", body_text="Zinc. " * 40)
    newest = put(store, "b", "Copper rises", body_text="A word on zinc. " + "Copper rose again. " * 40)

    assert found(database, q="zinc") == [newest, best]
    assert found(database, q="zinc", order="best") == [best, newest]


def test_facets_count_what_was_found(store: Store, database: SqliteDatabase) -> None:
    put(store, "a", "Copper rises", section="Metals", language="en")
    put(store, "b", "Copper falls", section="Metals", language="de", source="courier")
    put(store, "c", "Zinc falls")

    facets = search(database, Search(q="copper")).facets

    assert facets["section"] == [("Metals", 2)]
    assert sorted(facets["source"]) == [("courier", 1), ("ledger", 1)]
    assert sorted(facets["language"]) == [("de", 1), ("en", 1)]
    assert facets["day"] == [("2026-11-02", 2)]


def test_a_saved_search_is_no_formula(store: Store, database: SqliteDatabase) -> None:
    put(store, "a", "=HYPERLINK(1)")

    (row,) = csv.DictReader(io.StringIO(as_csv(read_saved(database, Search()))))

    assert row["headline"] == "'=HYPERLINK(1)"


def test_a_snippet_holds_what_was_found_and_nothing_that_runs(store: Store, database: SqliteDatabase) -> None:
    put(store, "a", "Tin", body_text="Long before. " * 60 + "Then <script>x</script> tin\u202e rose. " + "After. " * 60)

    (hit,) = search(database, Search(q="tin")).hits
    shown = str(marked(hit["snippet"]))

    assert "<mark>tin</mark>" in shown
    assert "<script" not in shown
    assert "\u202e" not in shown


def test_provenance_and_cut_lines_stand_beside_the_text(store: Store, database: SqliteDatabase) -> None:
    page = read_article(database, put(store, "a", "Copper rises"))

    assert page is not None
    assert page.headline_fact.value == "Copper rises"
    assert {fact.key for fact in page.facts} >= {"published_at", "canonical_url", "word_count"}
    assert read_article(database, 99) is None


def test_a_stored_page_is_text_of_its_charset_without_what_opens_connections(
    store: Store, database: SqliteDatabase, tmp_path: Path
) -> None:
    body = "<html><link rel=preconnect href=//a><META http-equiv=refresh><base href=/><iframe src=x></iframe>Zürich"
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        pointer = writer.write_response(
            url="https://ledger.example/a", at=NOON, status=200, reason="OK", headers=[], digest="sha1:a",
            body=body.encode("utf-16"),
        )  # fmt: skip
    snapshot = keep(store, begin(store), "a")
    with store._database.transaction() as connection:  # type: ignore[attr-defined]
        connection.execute(
            "UPDATE snapshots SET file = ?, offset = ?, length = ?", (pointer.file, pointer.offset, pointer.length)
        )

    shown = read_snapshot(database, tmp_path, snapshot.id, as_source=False)
    source = read_snapshot(database, tmp_path, snapshot.id, as_source=True)

    assert shown is not None
    assert source is not None
    assert "Zürich" in shown.body.decode()
    assert not ACTIVE.search(shown.body.decode())
    assert (source.body.decode(), source.content_type) == (body, "text/plain; charset=utf-8")


def test_a_page_that_left_the_archive_is_told_in_words(store: Store, database: SqliteDatabase, tmp_path: Path) -> None:
    snapshot = keep(store, begin(store), "a")

    with pytest.raises(StorageError, match="no whole record"):
        read_snapshot(database, tmp_path, snapshot.id, as_source=False)


def test_shared_passages_are_cut_at_their_words() -> None:
    left, right, words = share_passages("Yes: the ore of the north is red.", "But the ore of the north is blue.")

    assert [piece.text for piece in left if piece.is_shared] == ["the ore of the north is"]
    assert "".join(piece.text for piece in right) == "But the ore of the north is blue."
    assert words == 6
    marked_left, _, _ = cut_passages("one two three four", "five one two", [(0, 2, 1, 3)])
    assert [(piece.text, piece.is_shared) for piece in marked_left] == [("one two", True), (" three four", False)]


def test_passages_stand_on_their_own_side_whatever_the_order_of_arrival(store: Store, database: SqliteDatabase) -> None:
    lines = [f"The {word} of the northern quarry rose by {at} per cent in May." for at, word in enumerate(WORDS)]
    more = [f"Nobody at the {word} desk would say what {word} costs." for word in WORDS[:3]]
    short, long = " ".join(lines), " ".join([*more, *lines])
    early = put(store, "a", "Prices of the quarry", body_text=long, published_at=NOON + timedelta(hours=1))
    late = put(store, "b", "Quarry prices", body_text=short, source="courier", published_at=NOON)

    for one, other in ((early, late), (late, early)):
        beside = read_beside(database, one, other)
        assert beside is not None
        assert beside.is_matched
        left, right = ("".join(p.text for p in side if p.is_shared) for side in (beside.first_text, beside.second_text))
        shared = (right, left) if one == early else (left, right)
        assert shared[0].split()[0] == "The"
        assert abs(len(shared[0]) - len(shared[1])) < len(short) / 5
        assert "Nobody" not in shared[1][len(shared[1]) // 4 :]


def test_a_source_is_shown_with_its_figures_and_the_state_of_its_health(store: Store, database: SqliteDatabase) -> None:
    put(store, "a", "Copper rises", published_at=NOON - timedelta(hours=2))
    with store._database.transaction() as connection:  # type: ignore[attr-defined]
        connection.execute(
            """
            INSERT INTO health (source, state, cause, since, evidence, checked_at, told)
            VALUES ('ledger', 'sick', 'feed_gone', '2026-11-01', 'it answered 410', '2026-11-02', '')
            """
        )

    ledger, courier = read_sources(database, now=NOON)

    assert (ledger["health"]["state"], ledger["health"]["evidence"]) == ("sick", "it answered 410")
    assert (ledger["delay_s"], ledger["junk_share"], ledger["days"][-1]) == (7_200, 0, ("2026-11-02", 1))
    assert (courier["health"], courier["delay_s"], courier["gaps"]) == (None, None, 0)


def test_a_slow_question_is_given_up_and_the_next_one_answered(store: Store, path: Path) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    reader = Reader(path, limit_s=0.2)

    with pytest.raises(StorageError, match="took too long"):
        asyncio.run(reader.ask(lambda database: database.rows(endless)))
    assert reader.ask_here(lambda database: database.number("SELECT 7")) == 7


def test_a_store_that_was_replaced_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    with open_store(path) as store:
        put(store, "a", "Old")
    reader = Reader(path)
    count = "SELECT COUNT(*) FROM articles"
    assert reader.ask_here(lambda database: database.number(count)) == 1

    for each in tmp_path.glob("copydesk.db*"):
        each.unlink()
    open_store(path).close()

    assert reader.ask_here(lambda database: database.number(count)) == 0


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//a.example", "http://", "https://[", None]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str | None) -> None:
    assert web_url(url) == ""


def test_marks_that_turn_a_line_around_are_not_shown() -> None:
    assert plain("a\u202eb\u2066c\u200fd\u0000e") == "abcde"
