"""The completeness ledger, with real crawls: what overflowed while nobody looked is found, or told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from copydesk.model import Source
from storage.store import Row, open_store
from tests.servers import Server
from tests.spiders.crawls import Desk

DAY_S = 86_400.0
NOW = datetime.now(UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def gaps(desk: Desk, *, days: float = 0) -> list[Row]:
    with open_store(desk.database, read_only=True) as store:
        return store.gaps.rows(now=datetime.now(UTC) + timedelta(days=days))


def serve_feed(web: Server, days: list[float], path: str = "/feed.xml") -> str:
    """A feed of pages named by the day (from now on) on which they were published."""
    for day in days:
        web.serve(f"/{day}", f"<title>Day {day}</title><p>A report of day {day}.")
    dates = {day: format_datetime(NOW + timedelta(days=day)) for day in days}
    items = "".join(f"<item><link>{web.url(f'/{day}')}</link><pubDate>{dates[day]}</pubDate></item>" for day in days)
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>"
    return web.serve(path, feed, content_type="application/rss+xml")


def serve_sitemap(web: Server, days: list[float]) -> str:
    for day in days:
        web.serve(f"/{day}", f"<title>Day {day}</title><p>A report of day {day}.")
    pages = "".join(
        f"<url><loc>{web.url(f'/{day}')}</loc><lastmod>{(NOW + timedelta(days=day)).isoformat()}</lastmod></url>"
        for day in days
    )
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>'
    return web.serve("/map.xml", sitemap, content_type="application/xml", etag='"always the same"')


def test_polls_that_overlap_leave_no_gap_and_each_says_by_how_much(desk: Desk) -> None:
    with Server() as web:
        source = Source(name="steady", feeds=(serve_feed(web, [-3, -2, -1]),))
        desk.crawl(source)
        serve_feed(web, [-2, -1, 0.5])
        second = desk.crawl(source, clock_offset_s=DAY_S)

    assert [(row["entries"], row["entries_new"]) for row in second.polls] == [(3, 1)]
    assert not gaps(desk)


def test_what_left_the_feed_is_an_open_gap_that_says_how_much_may_be_missing(desk: Desk) -> None:
    with Server() as web:
        source = Source(name="burst", feeds=(serve_feed(web, [-3, -2, -1]),))
        desk.crawl(source)
        serve_feed(web, [7, 8, 9])
        desk.crawl(source, clock_offset_s=10 * DAY_S)

    (gap,) = gaps(desk)
    assert (gap["source"], gap["endpoint_url"], gap["state"]) == ("burst", source.feeds[0], "open")
    assert (gap["may_miss"], gap["closed_by"]) == (7, None)
    assert gap["from_at"] < gap["until_at"]
    assert "none of its 3 entries was listed at the look before, 10 days ago" in gap["reason"]


def test_a_sitemap_closes_a_gap_and_what_it_lists_is_fetched_though_it_said_nothing_new_before(desk: Desk) -> None:
    with Server() as web:
        feed, sitemap = serve_feed(web, [-3, -2, -1]), serve_sitemap(web, [-3, -2, -1])
        source = Source(name="mapped", feeds=(feed,), sitemaps=(sitemap,))
        desk.crawl(source)
        serve_feed(web, [7, 8, 9])
        serve_sitemap(web, [-3, -2, -1, 2, 3, 4, 5, 7, 8, 9])  # and its ETag says that nothing changed
        later = desk.crawl(source, clock_offset_s=10 * DAY_S)

    (gap,) = gaps(desk)
    assert (gap["state"], gap["closed_by"]) == ("closed", sitemap)
    kept = {path for path, outcome in later.outcomes().items() if outcome == "kept"}
    assert {"/2", "/3", "/4", "/5", "/7", "/8", "/9"} <= kept


def test_a_sitemap_that_does_not_reach_back_narrows_a_gap(desk: Desk) -> None:
    with Server() as web:
        feed, sitemap = serve_feed(web, [-3, -2, -1]), serve_sitemap(web, [-2, -1])
        source = Source(name="short", feeds=(feed,), sitemaps=(sitemap,))
        desk.crawl(source)
        serve_feed(web, [7, 8, 9])
        serve_sitemap(web, [6, 7, 8, 9])
        desk.crawl(source, clock_offset_s=10 * DAY_S)

    rows = [row for row in gaps(desk) if row["endpoint_url"] == feed]
    (gap,) = rows
    assert gap["state"] == "open"
    assert gap["until_at"][:16] == f"{NOW + timedelta(days=6):%Y-%m-%dT%H:%M}"
    assert f"{sitemap} lists what came since" in gap["reason"]


def test_the_homepage_closes_a_gap_where_it_still_links_what_was_known_before(desk: Desk) -> None:
    with Server() as web:
        feed = serve_feed(web, [-3, -2, -1])
        source = Source(name="front", homepage=web.url("/"), feeds=(feed,))
        desk.crawl(source)
        serve_feed(web, [7, 8, 9])
        for day in (2, 3):
            web.serve(f"/{day}", f"<title>Day {day}</title><p>A report of day {day}.")
        links = "".join(
            f'<h2><a href="/{day}">Report number {number}: what the markets did on that day</a></h2>'
            for number, day in enumerate([9, 8, 7, 3, 2, -1, -2, -3])
        )
        web.serve("/", f"<html><body><main>{links}</main></body></html>")
        later = desk.crawl(source, clock_offset_s=10 * DAY_S)

    (gap,) = gaps(desk)
    assert (gap["state"], gap["closed_by"]) == ("closed", web.url("/"))
    assert later.outcomes()["/2"] == later.outcomes()["/3"] == "kept"


def serve_robots(web: Server, text: str) -> None:
    web.serve("/robots.txt", text, content_type="text/plain")


def test_a_sitemap_that_only_robots_txt_names_closes_a_gap_and_brings_only_what_is_from_then(desk: Desk) -> None:
    with Server() as web:
        feed, sitemap = serve_feed(web, [-3, -2, -1]), serve_sitemap(web, [-6, -3, -2, -1, 2, 3, 7, 8, 9])
        index = f"<sitemapindex>{''.join(f'<sitemap><loc>/map.xml?{n}</loc></sitemap>' for n in range(9))}"
        web.serve("/index.xml", f"{index}<sitemap><loc>{sitemap}</loc></sitemap></sitemapindex>")
        serve_robots(web, "User-agent: *\nAllow: /\nSitemap: /index.xml\nSitemap: /map.xml")
        source = Source(name="robots", homepage=web.url("/"), feeds=(feed,))
        desk.crawl(source)
        assert "/map.xml" not in web.paths()
        serve_feed(web, [7, 8, 9])
        later = desk.crawl(source, clock_offset_s=10 * DAY_S)

    (gap,) = gaps(desk)
    assert (gap["state"], gap["closed_by"]) == ("closed", sitemap)
    assert {path for path, outcome in later.outcomes().items() if outcome == "kept"} >= {"/2", "/3"}
    assert "/-6" not in web.paths()
    assert len([path for path in web.paths() if path.startswith("/map.xml?")]) <= 3
    with open_store(desk.database, read_only=True) as store:
        assert [row["url"] for row in store.sources.endpoints()] == [feed], "nobody asked to follow it"


def test_a_source_that_is_a_part_of_its_site_is_not_searched_in_the_whole_sites_sitemap(desk: Desk) -> None:
    with Server() as web:
        feed = serve_feed(web, [-3, -2, -1])
        serve_sitemap(web, [-3, -2, -1, 2, 7, 8, 9])
        serve_robots(web, "Sitemap: /map.xml")
        source = Source(name="part", homepage=web.url("/business/"), feeds=(feed,))
        desk.crawl(source)
        serve_feed(web, [7, 8, 9])
        desk.crawl(source, clock_offset_s=10 * DAY_S)
        assert "/map.xml" not in web.paths()
        assert gaps(desk)[0]["state"] == "open"

        said = Source(name="part", homepage=web.url("/business/"), feeds=(feed,), include=(r"/",))
        desk.crawl(said, clock_offset_s=10 * DAY_S + 3700)

    assert gaps(desk)[0]["state"] == "closed"


def test_an_open_gap_is_searched_again_later_but_not_for_ever(desk: Desk) -> None:
    with Server() as web:
        feed, sitemap = serve_feed(web, [-3, -2, -1]), serve_sitemap(web, [])
        source = Source(name="late", feeds=(feed,), sitemaps=(sitemap,))
        desk.crawl(source)
        serve_feed(web, [7, 8, 9])
        desk.crawl(source, clock_offset_s=10 * DAY_S)
        assert [gap["state"] for gap in gaps(desk)] == ["open"]
        web.forget()
        soon = desk.crawl(source, due_only=True, clock_offset_s=10 * DAY_S + 600)
        assert soon.end.finish_reason == "nothing_to_do"
        serve_sitemap(web, [-3, -2, -1, 3, 7, 8, 9])
        later = desk.crawl(source, due_only=True, clock_offset_s=10 * DAY_S + 2 * 3600)

    assert [gap["closed_by"] for gap in gaps(desk)] == [sitemap]
    assert later.outcomes()["/3"] == "kept"


def test_a_gap_is_closed_by_hand_once(desk: Desk) -> None:
    with Server() as web:
        source = Source(name="hand", feeds=(serve_feed(web, [-2, -1]),))
        desk.crawl(source)
        serve_feed(web, [7, 8])
        desk.crawl(source, clock_offset_s=10 * DAY_S)
    with open_store(desk.database) as store:
        number = store.gaps.rows(now=NOW)[0]["id"]
        assert store.gaps.close(number, closed_by="by hand", now=NOW)
        assert not store.gaps.close(number, closed_by="again", now=NOW)
        assert store.gaps.rows(now=NOW)[0]["closed_by"] == "by hand"


def test_articles_that_only_a_sitemap_lists_count_as_missed(desk: Desk) -> None:
    with Server() as web:
        feed, sitemap = serve_feed(web, [-3, -2, -1]), serve_sitemap(web, [-3, -2, -1])
        source = Source(name="partial", feeds=(feed,), sitemaps=(sitemap,))
        desk.crawl(source)
        serve_feed(web, [-1, 0.5])
        serve_sitemap(web, [-1, 0.3, 0.4, 0.5])
        web.serve("/map.xml", web.replies["/map.xml"].body, content_type="application/xml")  # type: ignore[union-attr]
        later = desk.crawl(source, clock_offset_s=DAY_S)

    assert later.outcomes()["/0.3"] == "kept"
    (row,) = gaps(desk, days=2)
    assert (row["state"], row["endpoint_url"], row["closed_by"]) == ("missed", feed, sitemap)
    assert row["reason"] == "2 of 3 new articles of the sitemap were in no feed; they were fetched"
