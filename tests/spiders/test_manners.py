"""What a publisher would thank us for, against real servers: who we are, when we come back, when we stay away."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.model import Source
from storage.store import Row, open_store
from tests.servers import Reply, Server
from tests.spiders.crawls import Desk, source_of

HOUR_S = 3600.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def endpoint(desk: Desk) -> Row:
    with open_store(desk.database, read_only=True) as store:
        (row,) = store.sources.endpoints()
        return row


def test_a_feed_that_moved_for_good_is_asked_for_at_its_new_place_after_three_sightings(desk: Desk) -> None:
    with Server() as web:
        web.feed("/new.xml", ["/a"])
        web.serve("/a", "a")
        web.script("/old.xml", Reply(status=301, headers={"Location": "/new.xml"}))
        source = Source(name="moved", feeds=(web.url("/old.xml"),))
        asked = []
        for hour in range(5):
            web.forget()
            desk.crawl(source, clock_offset_s=hour * HOUR_S)
            asked.append([path for path in web.paths() if path.endswith(".xml")])
        assert asked == [["/old.xml", "/new.xml"]] * 3 + [["/new.xml"]] * 2
        assert (endpoint(desk)["moved_to"], endpoint(desk)["moved_times"]) == (web.url("/new.xml"), 3)

        web.serve("/new.xml", "broken", status=500)
        web.feed("/old.xml", ["/a"])  # it is back where it was
        for hour in (5, 6):
            web.forget()
            desk.crawl(source, clock_offset_s=hour * HOUR_S)

    assert [path for path in web.paths() if path.endswith(".xml")] == ["/old.xml"]
    assert endpoint(desk)["moved_to"] is None
    assert endpoint(desk)["failures"] == 0


def test_a_redirect_for_the_moment_is_followed_and_never_remembered(desk: Desk) -> None:
    with Server() as web:
        web.feed("/new.xml", [])
        web.script("/old.xml", Reply(status=302, headers={"Location": "/new.xml"}))
        source = Source(name="moving", feeds=(web.url("/old.xml"),))
        for hour in range(4):
            desk.crawl(source, clock_offset_s=hour * HOUR_S)

    assert web.paths().count("/old.xml") == 4
    assert endpoint(desk)["moved_to"] is None


def test_a_410_ends_a_feed_until_a_person_names_it_anew(desk: Desk) -> None:
    with Server() as web:
        web.serve("/feed.xml", "closed", status=410)
        source = Source(name="closed", feeds=(web.url("/feed.xml"),))
        first = desk.crawl(source)
        second = desk.crawl(source, clock_offset_s=30 * 24 * HOUR_S)
        assert [row["outcome"] for row in first.polls] == ["gone"]
        assert second.end.finish_reason == "nothing_to_do"
        assert web.paths().count("/feed.xml") == 1
        with open_store(desk.database, read_only=True) as store:
            (row,) = store.sources.rows()
        assert (row["state"], row["next_look_at"], row["next_look_why"]) == (
            "failing",
            None,
            "gone for good (HTTP 410)",
        )

        desk.crawl(Source(name="closed"))
        desk.crawl(source)
        assert web.paths().count("/feed.xml") == 2


def test_a_410_ends_a_page_while_one_that_is_not_there_yet_is_looked_at_again(desk: Desk) -> None:
    with Server() as web:
        web.serve("/withdrawn", "", status=410)
        web.script("/early", Reply(b"not on this node yet", 404), Reply(b"<p>here"))
        source = Source(name="early", feeds=(web.feed("/feed.xml", ["/withdrawn", "/early"]),))
        first = desk.crawl(source)
        desk.crawl(source, clock_offset_s=2 * HOUR_S)
        desk.crawl(source, clock_offset_s=100 * HOUR_S)

    assert first.outcomes() == {"/withdrawn": "gone", "/early": "gone"}
    assert web.paths().count("/withdrawn") == 1
    assert desk.pending() == [web.url("/early")]


def test_a_failing_feed_is_left_alone_for_as_long_as_its_failure_asks_and_it_is_told_why(desk: Desk) -> None:
    with Server() as web:
        web.serve("/feed.xml", "no", status=403)
        source = Source(name="shut", feeds=(web.url("/feed.xml"),))
        desk.crawl(source)
        soon = desk.crawl(source, due_only=True, clock_offset_s=0.5 * HOUR_S)
        assert soon.end.finish_reason == "nothing_to_do"
        assert endpoint(desk)["next_look_why"] == "1 failure in a row (forbidden)"
        web.feed("/feed.xml", [])
        later = desk.crawl(source, due_only=True, clock_offset_s=1.01 * HOUR_S)

    assert later.end.polled == 1
    assert (endpoint(desk)["failures"], endpoint(desk)["trouble"]) == (0, None)


def test_a_feed_learns_its_rhythm_from_what_it_published(desk: Desk) -> None:
    with Server() as web:
        dated = "".join(
            f"<item><link>{web.url(f'/{day}')}</link><pubDate>{day:02} Jan 2020 09:00:00 GMT</pubDate></item>"
            for day in range(1, 9)
        )
        web.serve(
            "/feed.xml", f"<rss version='2.0'><channel>{dated}</channel></rss>", content_type="text/xml", etag="1"
        )
        source = Source(name="old", feeds=(web.url("/feed.xml"),))
        desk.crawl(source)
        assert endpoint(desk)["next_look_why"].endswith("but never less often than 3 h")
        desk.crawl(source)  # unchanged: what was learned is still there

    assert endpoint(desk)["next_look_why"].endswith("but never less often than 3 h")


def test_a_server_whose_cache_is_stuck_is_asked_for_the_whole_body_after_days(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/a"])
        web.feed("/feed.xml", ["/a"], etag='"stuck"')
        desk.crawl(source)
        web.serve("/b", "b")
        stuck = web.feed("/feed.xml", ["/a", "/b"], etag='"stuck"')
        two_days = desk.crawl(source, clock_offset_s=48 * HOUR_S)
        four_days = desk.crawl(source, clock_offset_s=96 * HOUR_S)

    assert stuck
    assert [row["outcome"] for row in two_days.polls] == ["unchanged"]
    assert four_days.outcomes()["/b"] == "kept"


def test_every_request_says_who_asks_and_how_to_reach_them(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settings={"contact": "desk@example.org"})
    with Server() as web:
        desk.crawl(source_of(web, ["/a"]))

    agents = {asked.headers["user-agent"] for asked in web.asked}
    assert agents == {"Copydesk/0.1 (+desk@example.org)"}
