"""The page of a story."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html

from storage.engines.sqlite import SqliteDatabase
from storage.store import Store
from storage.web import story as pages
from storage.web.options import WebOptions
from storage.web.story import read_story
from tests.storage.kept import NOON, begin, keep, make_body, make_extraction
from tests.storage.web.test_guard import visit


def put(store: Store, page: str, *, hours: float, text: str, source: str = "ledger") -> int:
    snapshot = keep(store, begin(store), page, source=source)
    made = make_extraction(snapshot, headline="Mill of Ubrobo grinds", body_text=text,
                           published_at=NOON + timedelta(hours=hours))  # fmt: skip
    (stored,) = store.articles.store([made], now=NOON)
    assert stored.article_id is not None
    return stored.article_id


def put_story(store: Store) -> tuple[int, int]:
    """An article and its copy of the next day: the id of the first, and that of their story."""
    text = make_body("mill")
    first = put(store, "a", hours=0, text=text)
    put(store, "b", hours=26, text=text, source="courier")
    row = store.articles.get(str(first))
    assert row is not None
    return first, int(row["story_id"])


def test_a_story_has_its_articles_in_time_with_copies_folded(store: Store, database: SqliteDatabase) -> None:
    first, number = put_story(store)

    page = read_story(database, number)

    assert page is not None
    (lead,) = page.articles
    assert (lead["id"], lead["after_s"], [copy["source"] for copy in lead["copies"]]) == (first, 0, ["courier"])
    assert page.sources == [("ledger", 1, 0), ("courier", 1, 26 * 3600)]
    assert page.days == [("2026-11-02", 1), ("2026-11-03", 1)]
    assert page.copies == 1


def test_a_long_story_has_several_pages(
    store: Store, path: Path, database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 1)
    first, number = put_story(store)
    later = put(store, "c", hours=3, text=make_body("quite another"))
    with contextlib.closing(SqliteDatabase(path, read_only=False)) as writer, writer.transaction() as connection:
        connection.execute("UPDATE articles SET story_id = ? WHERE id = ?", (number, later))

    shown = [read_story(database, number, page=page) for page in (1, 2, 3)]

    assert [page and page.pages for page in shown] == [2, 2, 2]
    assert [[each["id"] for each in page.articles] for page in shown if page] == [[first], [later], []]
    assert shown[1] is not None
    assert shown[1].articles[0]["after_s"] == 3 * 3600


def test_there_is_no_page_of_a_story_that_is_not_there(store: Store, database: SqliteDatabase) -> None:
    assert read_story(database, 99) is None


def test_the_day_and_the_article_lead_to_the_story(store: Store, path: Path) -> None:
    first, number = put_story(store)
    seen: dict[str, list[str]] = {}

    async def act(client: httpx.AsyncClient) -> None:
        for address in ("/day/2026-11-02", f"/article/{first}", f"/stories/{number}"):
            response = await client.get(address)
            assert response.status_code == 200
            seen[address] = html.fromstring(response.text).xpath("//main//a/@href")
        assert (await client.get("/stories/99")).status_code == 404

    visit(WebOptions(database=path, archive=path.parent), act)
    assert f"/stories/{number}" in seen["/day/2026-11-02"]
    assert f"/stories/{number}" in seen[f"/article/{first}"]
    assert f"/article/{first}" in seen[f"/stories/{number}"]


def test_what_became_part_of_another_story_leads_there(store: Store, path: Path) -> None:
    _, number = put_story(store)
    with contextlib.closing(SqliteDatabase(path, read_only=False)) as writer, writer.transaction() as connection:
        columns = [row["name"] for row in connection.execute("SELECT name FROM pragma_table_info('stories')")]
        others = ", ".join(name for name in columns if name not in ("id", "merged_into"))
        connection.execute(
            f"INSERT INTO stories (id, merged_into, {others}) SELECT 99, id, {others} FROM stories WHERE id = ?",
            (number,),
        )

    async def act(client: httpx.AsyncClient) -> None:
        assert (await client.get("/stories/99")).headers["location"] == f"/stories/{number}"

    visit(WebOptions(database=path, archive=path.parent), act)
