"""Sources that bring more than anybody can read: each has its budget, and the others get their crawl."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.model import Source
from storage.store import open_store
from tests.servers import Server, hang
from tests.spiders.crawls import Desk, source_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_a_source_that_floods_gets_its_budget_and_the_rest_waits(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"max_pages_per_source": 5})
    with Server() as flood, Server() as calm:
        flooding = source_of(flood, [f"/{number}" for number in range(12)])
        first = desk.crawl(flooding, source_of(calm, ["/a", "/b"]))
        second = desk.crawl(flooding)
        third = desk.crawl(flooding)

    assert (first.end.fetched, second.end.fetched, third.end.fetched) == (7, 5, 2)
    assert [line for line in first.troubles if "5 pages in one crawl are enough" in line]
    assert not third.troubles


def test_what_waits_from_a_flood_leaves_room_for_the_others(tmp_path: Path) -> None:
    """The flood's entries are due for longer than those of anybody else."""
    later = NOON + timedelta(hours=1)
    with open_store(tmp_path / "copydesk.db") as store:
        store.sources.sync([Source(name="flood"), Source(name="calm")], now=NOON)
        crawl_id = store.crawls.begin(trigger="test", sources=["flood", "calm"], at=NOON)
        store.entries.add("flood", [f"https://flood.example/{n}" for n in range(50)], crawl_id=crawl_id, now=NOON)
        store.entries.add("calm", [f"https://calm.example/{n}" for n in range(3)], crawl_id=crawl_id, now=later)

        due = store.entries.due(["flood", "calm"], now=later, limit=6, most_of_one=10)

    assert [row.source for row in due] == ["flood", "calm"] * 3


def test_a_feed_that_names_new_addresses_at_every_look_is_bounded(tmp_path: Path) -> None:
    """A calendar, or sessions in paths: each look brings pages that were never seen."""
    desk = Desk(tmp_path, {"max_pages_per_source": 4})
    with Server() as trap:
        for look in range(3):
            source = source_of(trap, [f"/session-{look}-{number}" for number in range(50)])
            ran = desk.crawl(source, clock_offset_s=look * 86_400.0)
            assert ran.end.fetched == 4


def test_pages_that_a_person_names_have_no_budget(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"max_pages_per_source": 1})
    with Server() as web:
        urls = tuple(web.serve(f"/{number}", f"<p>report {number}") for number in range(3))
        ran = desk.crawl(urls=urls)

    assert ran.end.fetched == 3


def test_a_host_that_hangs_delays_nobody_else(tmp_path: Path) -> None:
    """The nineteen are done while the first page of the twentieth is still waited for."""
    desk = Desk(tmp_path, {"timeout_s": 4.0, "concurrency": 8})
    servers = [Server() for _ in range(19)]
    with Server() as slow:
        for server in servers:
            server.__enter__()
        try:
            healthy = [source_of(server, ["/a", "/b"]) for server in servers]
            hanging = source_of(slow, [f"/{number}" for number in range(20)])
            for number in range(20):
                slow.script(f"/{number}", hang)
            ran = desk.crawl(hanging, *healthy)
            last = max(asked.at for server in servers for asked in server.asked)
            first_hung = min(asked.at for asked in slow.asked if asked.path in {f"/{n}" for n in range(20)})
        finally:
            for server in servers:
                server.__exit__(None, None, None)

    assert sum(outcome == "kept" for outcome in ran.outcomes().values()) >= 2
    assert all({"/a", "/b"} <= set(server.paths()) for server in servers)
    assert last < first_hung + 4.0
