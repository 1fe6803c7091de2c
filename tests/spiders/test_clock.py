"""The clock is set back, within a crawl or between two: nothing is lost, nothing twice, nothing waits for next year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.model import Source
from spiders.process import CrawlProcess
from storage.store import open_store
from tests.servers import Reply, Server
from tests.spiders.crawls import Desk, source_of

YEAR_S = 365 * 86_400.0


class Jumping(CrawlProcess):
    """Its clock is set back by two hours on the way."""

    MODULE = "tests.spiders.jumping"


def pages(web: Server) -> list[str]:
    return [path for path in web.paths() if path not in ("/robots.txt", "/feed.xml", "/.well-known/tdmrep.json")]


def test_a_crawl_whose_clock_is_set_back_fetches_everything_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    paths = [f"/{number}" for number in range(20)]
    with Server() as web:
        source = source_of(web, paths)
        plan = desk.plan([source])
        with Jumping(plan) as process:
            ran = desk.ran(plan.crawl_id, list(process.events()))
        again = desk.crawl(source)

    times = [datetime.fromisoformat(str(row["at"])) for row in ran.fetches]
    assert max(times) - min(times) > timedelta(hours=1)
    assert ran.outcomes() == dict.fromkeys(paths, "kept")
    assert again.fetches == []
    assert sorted(pages(web)) == sorted(paths)
    with open_store(desk.database) as store:
        assert store.leases.acquire(web.address, crawl_id=again.crawl_id, now=datetime.now(UTC))


def test_what_a_clock_that_ran_ahead_put_off_is_due_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with Server() as web, Server() as resting:
        web.script("/b", Reply(b"oops", 503))
        resting.script("/c", Reply(b"later", 429, headers={"Retry-After": "3600"}))
        sources = (source_of(web, ["/a", "/b"]), source_of(resting, ["/c"]))
        ahead = desk.crawl(*sources, clock_offset_s=YEAR_S)
        assert ahead.outcomes() == {"/a": "kept", "/b": "failed", "/c": "failed"}
        web.forget()

        for server, path in ((web, "/b"), (resting, "/c")):
            server.serve(path, "<p>here")
        web.serve("/new", "<p>new")
        feed = web.feed("/feed.xml", ["/a", "/b", "/new"])
        mended = desk.crawl(*sources, due_only=True)
        after = desk.crawl(*sources, due_only=True)

    assert feed in {str(row["url"]) for row in mended.polls}
    assert {path: outcome for path, outcome in mended.outcomes().items() if outcome == "kept"} == dict.fromkeys(
        ("/b", "/c", "/new"), "kept"
    )
    assert (after.polls, after.fetches) == ([], [])
    with open_store(desk.database) as store:
        assert store.gaps.rows(state="open", now=datetime.now(UTC)) == []


def test_a_lease_of_a_crawl_that_died_elsewhere_runs_out_whatever_its_clock_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with Server() as web:
        source = source_of(web, ["/a"])
        dead = desk.plan([source], clock_offset_s=YEAR_S)
        with open_store(desk.database) as store:
            store.leases.acquire(web.address, crawl_id=dead.crawl_id, now=datetime.now(UTC) + timedelta(days=365))
        held = desk.crawl(source)
        free = desk.crawl(source, clock_offset_s=61.0)

    assert (held.polls, free.outcomes()) == ([], {"/a": "kept"})


def test_a_clock_that_goes_as_it_should_changes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with Server() as web:
        source: Source = source_of(web, ["/a"])
        desk.crawl(source)
        assert desk.crawl(source, due_only=True).polls == []
