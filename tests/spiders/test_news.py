"""The news spider against real servers: what is asked for, what is kept, and what is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from copydesk.model import Source
from spiders.graves import mark_path
from storage.archive import read_body
from storage.store import open_store
from tests.servers import Reply, Server
from tests.spiders.crawls import Desk, source_of

DAY_S = 86_400.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_second_crawl_polls_conditionally_and_fetches_nothing(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/a", "/b"])
        web.feed("/feed.xml", ["/a", "/b"], etag='"1"')
        first = desk.crawl(source)
        web.forget()
        second = desk.crawl(source)

    assert first.outcomes() == {"/a": "kept", "/b": "kept"}
    assert first.end.finish_reason == second.end.finish_reason == "finished"
    assert (first.end.kept, first.end.fetched, first.end.polled, first.end.waiting) == (2, 2, 1, 0)
    assert (first.end.unseen, second.end.unseen) == (2, 0)
    assert web.paths() == ["/feed.xml"]  # robots.txt is known for a day
    assert web.requests("/feed.xml")[0].headers["if-none-match"] == '"1"'
    assert [row["outcome"] for row in second.polls] == ["unchanged"]
    assert not second.fetches


def test_a_day_later_pages_are_looked_at_conditionally_and_only_new_bytes_are_kept(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/etag", "/dated", "/liar", "/changed"])
        web.serve("/dated", "x", last_modified="Mon, 02 Nov 2026 10:00:00 GMT")
        web.serve("/liar", "the same bytes, and no validators")
        desk.crawl(source)
        web.serve("/changed", "other words", etag='"2"')
        web.forget()
        later = desk.crawl(source, clock_offset_s=DAY_S)

    assert later.outcomes() == {"/etag": "revisit", "/dated": "revisit", "/liar": "revisit", "/changed": "kept"}
    assert later.end.unseen == 0
    assert {path: later.detail(path) for path in ("/etag", "/liar")} == {
        "/etag": "not modified",
        "/liar": "same bytes as before",
    }
    assert web.requests("/dated")[0].headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    assert web.requests("/changed")[0].headers["if-none-match"] == '"/changed"'


def test_the_bytes_are_kept_as_they_came_whatever_they_claim_to_be(desk: Desk) -> None:
    mislabelled = "<p>Übernahme für 5 €".encode("cp1252")
    with Server() as web:
        source = source_of(web, ["/page", "/picture"])
        web.serve("/page", mislabelled, content_type="text/html; charset=utf-8", Set_Cookie="id=1")
        web.serve("/picture", b"\x89PNG\r\n\x1a\n\x00", content_type="text/html")
        desk.crawl(source)

    with open_store(desk.database) as store:
        rows = {row.url.rpartition("/")[2]: row for row in store.snapshots.pending(limit=10)}
    assert read_body(desk.home / "archive", rows["page"].pointer) == mislabelled
    assert read_body(desk.home / "archive", rows["picture"].pointer) == b"\x89PNG\r\n\x1a\n\x00"
    assert rows["page"].content_type == "text/html; charset=utf-8"


def test_robots_txt_is_obeyed_as_rfc_9309_says(desk: Desk) -> None:
    with Server() as open_web, Server() as broken, Server() as ours:
        open_web.serve("/robots.txt", "User-agent: copydesk\nDisallow: /private", content_type="text/plain")
        broken.serve("/robots.txt", "oops", status=503)
        ours.serve("/robots.txt", "User-agent: *\nDisallow: /", status=404)  # a 404 is no rule, whatever its body says
        sources = [source_of(web, ["/private/a", "/b"]) for web in (open_web, broken, ours)]
        ran = desk.crawl(*sources)

    assert open_web.paths().count("/robots.txt") == 1
    assert "/private/a" not in open_web.paths()
    assert broken.paths() == ["/robots.txt"]
    assert sorted(ours.paths()) == ["/.well-known/tdmrep.json", "/b", "/feed.xml", "/private/a", "/robots.txt"]
    outcomes = {str(row["url"]): (row["outcome"], row["detail"]) for row in ran.fetches}
    assert outcomes[open_web.url("/private/a")] == ("refused", "robots.txt disallows it for Copydesk")
    assert outcomes[open_web.url("/b")][0] == "kept"
    poll = next(row for row in ran.polls if row["outcome"] == "failed")
    assert poll["detail"] == "robots.txt answers HTTP 503, so nothing may be fetched (RFC 9309)"


def test_a_host_is_never_asked_faster_than_its_source_or_its_robots_txt_allow(desk: Desk) -> None:
    with Server() as by_source, Server() as by_robots:
        sources = [source_of(by_source, ["/a", "/b", "/c"], delay_s=0.3, concurrency_per_host=4)]
        by_robots.serve("/robots.txt", "User-agent: *\nCrawl-delay: 0.4", content_type="text/plain")
        sources.append(source_of(by_robots, ["/a", "/b"]))
        desk.crawl(*sources)

    assert len(by_source.asked) == 6  # two files of the site, a feed, three pages
    for web, delay_s, rules_known_after in ((by_source, 0.3, 0), (by_robots, 0.4, 1)):
        times = [asked.at for asked in web.asked][rules_known_after:]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert min(gaps) > delay_s - 0.05  # the server notes a request a little after it was sent


def test_an_index_of_sitemaps_is_followed_and_may_contain_itself(desk: Desk) -> None:
    with Server() as web:
        web.serve("/a", "a"), web.serve("/b", "b")
        urls = [web.url("/news.xml"), web.url("/index.xml"), web.url("/gone.xml")]
        locs = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
        ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        web.serve("/index.xml", f"<sitemapindex {ns}>{locs}</sitemapindex>", content_type="application/xml")
        today = datetime.now(UTC).isoformat()
        pages = "".join(f"<url><loc>{web.url(path)}</loc><lastmod>{today}</lastmod></url>" for path in ("/a", "/b"))
        web.serve("/news.xml", f"<urlset {ns}>{pages}</urlset>", content_type="application/xml")
        ran = desk.crawl(Source(name="mapped", sitemaps=(web.url("/index.xml"),)))

    assert web.paths().count("/index.xml") == 1
    assert ran.outcomes() == {"/a": "kept", "/b": "kept"}
    assert (ran.end.polled, ran.end.endpoints, ran.end.failed) == (1, 1, 0)
    assert ran.troubles == ["HTTP 404 Not Found"]


def test_a_host_that_asks_for_less_is_left_alone_and_asked_again_when_it_said(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/busy", "/b", "/c"], concurrency_per_host=1)
        web.serve("/busy", "slow down", status=429, Retry_After="7200")
        ran = desk.crawl(source)
        web.forget()
        soon = desk.crawl(source)

        assert ran.outcomes() == {"/busy": "failed"}
        assert ran.troubles == [
            f"{web.address}: asked for less (HTTP 429); 2 of its pages wait for the next crawl",
            "HTTP 429 Too Many Requests, retry after 7200 s",
        ]
        assert web.paths() == []
        assert "asked for less (HTTP 429); left alone until" in soon.troubles[0]

        desk.crawl(source, clock_offset_s=7300.0)
        assert {"/busy", "/b", "/c"} <= set(web.paths())


def test_a_host_that_wants_to_be_left_alone_until_a_distant_day_is_asked_again_after_one_day(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/b"])
        at = format_datetime(datetime.now(UTC) + timedelta(days=365), usegmt=True)
        web.serve("/feed.xml", "slow down", status=429, Retry_After=at)
        desk.crawl(source)
        web.forget()
        desk.crawl(source, clock_offset_s=23 * 3600.0)
        assert web.paths() == []
        desk.crawl(source, clock_offset_s=24.5 * 3600.0)

    assert "/feed.xml" in web.paths()


def test_a_server_that_fails_is_asked_half_as_often_each_time(desk: Desk) -> None:
    with Server() as web:
        pages = [f"/{number}" for number in range(5)]
        source = source_of(web, pages, concurrency_per_host=1)
        for page in pages:
            web.serve(page, "overloaded", status=500)
        desk.crawl(source)
        at = [asked.at for asked in web.asked if asked.path in pages]

    # Seconds between them, at least. Were the server asked at once each time, all would be there within one.
    assert all(
        later - earlier >= wait_s * 0.9
        for (earlier, later), wait_s in zip(pairwise(at), (0.25, 0.5, 1, 2), strict=True)
    )


def test_a_503_is_waited_for_at_its_own_url_and_the_rest_of_the_host_goes_on(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/busy", "/b"])
        web.serve("/busy", "later", status=503, Retry_After="7200")
        ran = desk.crawl(source)
        web.forget()
        desk.crawl(source, clock_offset_s=3600.0)
        assert "/busy" not in web.paths()
        desk.crawl(source, clock_offset_s=7300.0)
        assert "/busy" in web.paths()

    assert ran.outcomes() == {"/busy": "failed", "/b": "kept"}


def test_a_feed_that_could_not_be_had_is_told_and_the_others_go_on(desk: Desk) -> None:
    with Server() as good, Server() as bad:
        bad.serve("/feed.xml", "<html><p>Welcome", status=200)
        bad.serve("/moved.xml", status=301, Location=good.url("/feed.xml"))
        sources = (
            source_of(good, ["/a"]),
            Source(name="bad", feeds=(bad.url("/feed.xml"), bad.url("/none.xml"), bad.url("/moved.xml"))),
        )
        ran = desk.crawl(*sources)

    outcomes = {str(row["url"]): row["outcome"] for row in ran.polls}
    assert outcomes == {
        good.url("/feed.xml"): "read",
        bad.url("/feed.xml"): "not_a_feed",
        bad.url("/none.xml"): "failed",
        bad.url("/moved.xml"): "read",
    }
    assert (ran.end.failed, ran.end.polled, ran.end.kept) == (2, 4, 1)
    assert good.paths().count("/a") == 1


def test_a_limit_ends_the_crawl_and_the_rest_is_taken_by_the_next(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, [f"/{number}" for number in range(12)])
        first = desk.crawl(source, limit=5)
        second = desk.crawl(source)

    assert (first.end.finish_reason, first.end.fetched, len(first.fetches)) == ("limit", 5, 5)
    assert second.end.kept == 7
    assert sorted(path for path in web.paths() if path[1:].isdigit()) == sorted(f"/{number}" for number in range(12))


def test_pages_asked_for_by_hand_are_fetched_and_nothing_is_polled(desk: Desk) -> None:
    with Server() as web:
        web.serve("/new", "moved here")
        web.script("/old", Reply(status=302, headers={"Location": "/new"}))
        ran = desk.crawl(urls=(web.url("/old"), web.url("/gone")), urls_source="by-hand")

    assert ran.outcomes() == {"/old": "kept", "/gone": "gone"}
    assert desk.pending() == [web.url("/new")]
    assert ran.end.endpoints == 0


def test_a_host_held_by_another_crawl_is_skipped_and_its_entries_stay_due(desk: Desk) -> None:
    with Server() as held, Server() as free:
        sources = (source_of(held, ["/a"]), source_of(free, ["/b"]))
        now = datetime.now(UTC)
        with open_store(desk.database) as store:
            other = store.crawls.begin(trigger="test", sources=[], at=now)
            assert store.leases.acquire(held.address, crawl_id=other, now=now)
        ran = desk.crawl(*sources)
        asked = held.paths()
        with open_store(desk.database) as store:
            store.leases.release(other)
            assert [row.last_polled_at for row in store.endpoints.of([sources[0].name])] == [None]
        desk.crawl(*sources)

    assert not asked
    assert ran.troubles == [f"{held.address}: host is being crawled by another crawl (lease); skipped"]
    assert ran.outcomes() == {"/b": "kept"}
    assert "/a" in held.paths()


def test_the_hosts_of_a_crawl_that_died_are_free_at_once(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/a"])
        dead = desk.plan([source])
        with open_store(desk.database) as store:
            store.leases.acquire(web.address, crawl_id=dead.crawl_id, now=datetime.now(UTC))
        mark_path(dead, dead.crawl_id).touch()  # as kill -9 leaves it: there, and locked by nobody
        ran = desk.crawl(source)

    assert ran.outcomes() == {"/a": "kept"}
    assert not mark_path(dead, dead.crawl_id).exists()


def test_a_crawl_with_nothing_to_do_says_so(desk: Desk) -> None:
    assert desk.crawl(Source(name="empty")).end.finish_reason == "nothing_to_do"


def test_endpoints_that_need_no_look_yet_are_left_out_when_only_due_ones_are_asked_for(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/a"])
        feed = web.replies["/feed.xml"]
        assert isinstance(feed, Reply)
        web.serve("/feed.xml", feed.body, content_type="application/rss+xml", Cache_Control="max-age=600")
        pace = {source.name: 60.0}
        desk.crawl(source, fastest_s=pace)
        web.forget()
        soon = desk.crawl(source, due_only=True, clock_offset_s=300.0, fastest_s=pace)
        assert (soon.end.finish_reason, web.paths()) == ("nothing_to_do", [])
        later = desk.crawl(source, due_only=True, clock_offset_s=timedelta(minutes=11).total_seconds())
        assert later.end.polled == 1
