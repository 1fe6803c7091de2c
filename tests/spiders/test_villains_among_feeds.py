"""Feeds and sitemaps that attack who reads them, or are only broken: each is read as far as it goes, and no further."""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from copydesk.model import Source
from spiders.plan import CrawlPlan
from spiders.process import CrawlProcess
from storage.store import open_store
from tests.servers import Server, make_feed
from tests.spiders.crawls import Desk

RSS, XML = "application/rss+xml", "application/xml"


@dataclass(frozen=True)
class Web:
    """A publication, and the neighbour whose secrets a feed may be after."""

    desk: Desk
    server: Server
    neighbour: Server

    def source(self, name: str, **endpoints: tuple[str, ...]) -> Source:
        return Source(name=name, **endpoints)  # type: ignore[arg-type]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Server() as server, Server() as neighbour:
        server.serve("/a", "<p>report")
        neighbour.serve("/secret", "passwords")
        yield Web(Desk(tmp_path), server, neighbour)


def rss(items: str, doctype: str = "") -> bytes:
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def test_entities_of_feeds_and_sitemaps_neither_grow_nor_ask_for_anything(web: Web, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    files = f'<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY w SYSTEM "{web.neighbour.url("/secret")}">'
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{lines}{files}<!ENTITY % p SYSTEM "{web.neighbour.url("/dtd")}"> %p;]>'
    item = f"<item><title>&l9; &f; &w;</title><link>{web.server.url('/a')}</link></item>"
    feed = web.server.serve("/feed.xml", rss(item, doctype), content_type=RSS)
    urlset = f"<urlset><url><loc>{web.server.url('/b')}</loc></url><url><loc>&l9;&f;&w;</loc></url></urlset>"
    sitemap = web.server.serve("/sitemap.xml", doctype.replace("rss", "urlset", 1) + urlset, content_type=XML)
    web.server.serve("/b", "<p>report")

    ran = web.desk.crawl(web.source("a", feeds=(feed,), sitemaps=(sitemap,)))

    assert {str(row["outcome"]) for row in ran.polls} == {"read"}
    assert not web.neighbour.asked
    with open_store(web.desk.database) as store:
        titles = [row.entry.title for row in store.snapshots.pending(limit=9)]
    assert not any("hunter2" in (title or "") or "lollol" in (title or "") for title in titles)
    assert ran.outcomes()["/a"] == "kept"


def test_a_sitemap_index_that_contains_itself_is_asked_for_once(web: Web) -> None:
    index, other = web.server.url("/index.xml"), web.server.url("/other.xml")
    for path, child in (("/index.xml", other), ("/other.xml", index)):
        locs = f"<sitemap><loc>{index}</loc></sitemap><sitemap><loc>{child}</loc></sitemap>"
        web.server.serve(path, f"<sitemapindex>{locs}</sitemapindex>", content_type=XML)

    ran = web.desk.crawl(web.source("a", sitemaps=(index,)))

    assert ran.end.finish_reason == "finished"
    assert (web.server.paths().count("/index.xml"), web.server.paths().count("/other.xml")) == (1, 1)


def largest_memory(plan: CrawlPlan) -> int:
    """Of the process of a crawl, from its beginning to its end."""
    largest = 0
    with CrawlProcess(plan) as process:
        crawler = psutil.Process(process.pid)
        while process.finish_reason is None:
            process.poll_event(0.1)
            with contextlib.suppress(psutil.Error):  # it has just ended
                largest = max(largest, crawler.memory_info().rss)
    return largest


@pytest.mark.timeout(120)
def test_a_feed_of_50_000_entries_is_read_in_bounded_memory(web: Web) -> None:
    feed = web.server.serve("/feed.xml", make_feed([web.server.url(f"/{n}") for n in range(50_000)]), content_type=RSS)
    web.server.serve("/0", "<p>report")
    web.desk.settings["max_pages_per_source"] = 1

    largest = largest_memory(web.desk.plan([web.source("a", feeds=(feed,))]))

    with open_store(web.desk.database) as store:
        found = store.entries.due(["a"], now=datetime.now(UTC) + timedelta(minutes=1))
    assert len(found) == 50_000 - 1
    assert largest < 400_000_000


def packed_sitemap(urls: int) -> bytes:
    packer, lines = zlib.compressobj(1, zlib.DEFLATED, 31), 10_000
    parts = [packer.compress(b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')]
    for first in range(0, urls, lines):
        numbers = range(first, first + lines)
        parts.append(packer.compress(b"".join(b"<url><loc>https://a.example/news/%d</loc></url>" % n for n in numbers)))
    return b"".join((*parts, packer.compress(b"</urlset>"), packer.flush()))


@pytest.mark.timeout(120)
def test_a_sitemap_of_five_million_urls_is_given_up_in_bounded_memory(web: Web) -> None:
    sitemap = web.server.serve("/sitemap.xml.gz", packed_sitemap(5_000_000), content_type="application/gzip")
    web.desk.settings.update(max_body_bytes=100_000_000, timeout_s=30)
    plan = web.desk.plan([web.source("a", sitemaps=(sitemap,))])

    largest = largest_memory(plan)

    (poll,) = web.desk.ran(plan.crawl_id, []).polls
    assert (poll["outcome"], poll["detail"]) == ("not_a_feed", "larger than 100000000 bytes when unpacked")
    assert largest < 500_000_000


LINKS = {
    "relative": ("<link>/a</link>", True),
    "empty": ("<link></link>", False),
    "missing": ("", False),
    "a script": ("<link>javascript:alert(1)</link>", False),
    "data": ("<link>data:text/html,hello</link>", False),
    "a file": ("<link>file:///etc/passwd</link>", False),
    "no URL": ("<link>http://[</link>", False),
}


def test_links_that_lead_nowhere_are_left_out_and_relative_ones_followed(web: Web) -> None:
    items = "".join(f"<item><title>{name}</title>{link}</item>" for name, (link, _) in LINKS.items())
    feed = web.server.serve("/feed.xml", rss(items), content_type=RSS)

    ran = web.desk.crawl(web.source("a", feeds=(feed,)))

    assert [row["entries"] for row in ran.polls] == [sum(is_link for _, is_link in LINKS.values())]
    assert ran.outcomes() == {"/a": "kept"}


def test_ids_that_change_at_every_look_bring_no_page_twice(web: Web) -> None:
    source = web.source("a", feeds=(web.server.url("/feed.xml"),))
    for look in range(3):
        items = f"<item><guid>{look % 2}-{look}</guid><link>{web.server.url('/a')}</link></item>"
        web.server.serve("/feed.xml", rss(items), content_type=RSS)
        web.desk.crawl(source)

    assert web.server.paths().count("/a") == 1


CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
DATES = ("yesterday", "0000-00-00", "Mon, 31 Feb 2026 99:99:99 +9999", "2026-13-45T25:61:00Z", "-1", "9" * 40, "\u0661")


def test_dates_and_titles_in_every_broken_form_lose_no_entry(web: Web) -> None:
    titles = ("\x00\x07\x1b[31mred", "\u202egnp.exe", "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"), "")
    paths = []
    items = ""
    for number, date in enumerate((*DATES, *titles)):
        paths.append(web.server.serve(f"/{number}", f"<p>report {number}"))
        title = date if date in titles else "Report"
        items += f"<item><title>{title}</title><link>{paths[-1]}</link><pubDate>{date}</pubDate></item>"
    feed = web.server.serve("/feed.xml", rss(items), content_type=RSS)

    ran = web.desk.crawl(web.source("a", feeds=(feed,)))

    assert ran.outcomes() == {f"/{number}": "kept" for number in range(len(paths))}
    with open_store(web.desk.database) as store:
        stored = [row.entry for row in store.snapshots.pending(limit=99)]
    assert not [entry.title for entry in stored if CONTROL.search(entry.title or "")]
    assert all(entry.published_at is None or entry.published_at.year > 1990 for entry in stored)
