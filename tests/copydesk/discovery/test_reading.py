from __future__ import annotations

import pytest

from copydesk.discovery.reading import Reading, read_endpoint
from copydesk.errors import ParseError
from copydesk.model import EndpointKind, Entry
from tests.copydesk.discovery.feeds import RSS_10, RSS_20, rss

URL = "https://ledger.example/x"
INDEX = b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
PAGE = b"<html><body><h2><a href='/2026/11/02/rates'>Rates rise again in November</a></h2></body></html>"


def test_a_feed_is_told_with_its_format_and_count() -> None:
    reading = read_endpoint(EndpointKind.FEED, RSS_20.encode(), url=URL)
    assert reading.what == "RSS 2.0, 3 entries"
    assert [entry.title for entry in reading.entries] == ["Rates rise again", "Steel & coal", "Züge fahren später"]
    assert (reading.child_urls, reading.ttl_s) == ((), 900.0)
    assert read_endpoint(EndpointKind.FEED, RSS_10.encode(), url=URL).ttl_s == 1800.0
    assert read_endpoint(EndpointKind.FEED, rss("<link>/a</link>"), url=URL).what == "RSS 2.0, 1 entry"


def test_the_header_reaches_the_parser() -> None:
    body = rss("<link>/a</link><title>Ставки</title>").decode().encode("windows-1251")
    for kind in (EndpointKind.FEED, EndpointKind.SITEMAP):
        reading = read_endpoint(kind, body, url=URL, content_type="text/xml; charset=windows-1251")
        assert reading.entries == (Entry(url="https://ledger.example/a", title="Ставки"),)


def test_a_sitemap_index_is_told_with_its_sitemaps() -> None:
    assert read_endpoint(EndpointKind.SITEMAP, INDEX, url=URL) == Reading(
        what="sitemap index, 2 sitemaps",
        child_urls=("https://ledger.example/news.xml", "https://ledger.example/a.xml"),
    )
    assert read_endpoint(EndpointKind.SITEMAP, b"<urlset/>", url=URL) == Reading(what="sitemap, 0 entries")


def test_a_section_page_is_told_with_its_count() -> None:
    reading = read_endpoint(EndpointKind.SECTION, PAGE, url=URL)
    assert reading == Reading(
        what="section page, 1 entry",
        entries=(Entry(url="https://ledger.example/2026/11/02/rates", title="Rates rise again in November"),),
    )


@pytest.mark.parametrize("kind", EndpointKind)
def test_what_is_not_what_its_kind_says_is_refused(kind: EndpointKind) -> None:
    with pytest.raises(ParseError):
        read_endpoint(kind, b"<html><body><p>Down for maintenance</p></body></html>", url=URL)
