"""Sitemaps as large as anybody may send: read in bounded memory, the ends kept, where the news stand."""

from __future__ import annotations

import tracemalloc

import pytest

from copydesk.discovery import sitemaps
from copydesk.discovery.sitemaps import parse_sitemap
from copydesk.errors import ParseError

URL = "https://a.example/sitemap.xml"
HEAD = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def urlset(count: int, *, end: bytes = b"</urlset>") -> bytes:
    return HEAD + b"".join(b"<url><loc>https://a.example/%d</loc></url>" % number for number in range(count)) + end


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "LARGE_BYTES", 10_000)
    monkeypatch.setattr(sitemaps, "MOST_ENTRIES", 400)


def test_both_ends_of_a_sitemap_that_is_too_large_are_kept() -> None:
    read = parse_sitemap(urlset(5_000), sitemap_url=URL)

    numbers = [int(entry.url.rpartition("/")[2]) for entry in read.entries]
    assert numbers == [*range(200), *range(4_800, 5_000)]


def test_a_large_sitemap_says_the_same_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    news = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        b'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        + b"<url><loc>https://a.example/a?x=1&amp;y=2</loc><lastmod>2026-11-02</lastmod><n:news><n:publication>"
        b"<n:language>de</n:language></n:publication><n:publication_date>2026-11-02T09:00:00Z</n:publication_date>"
        b"<n:title>Rates &amp; rents</n:title></n:news></url>" * 100 + b"</urlset>"
    )
    large = parse_sitemap(news, sitemap_url=URL)
    monkeypatch.setattr(sitemaps, "LARGE_BYTES", 10_000_000)

    assert large == parse_sitemap(news, sitemap_url=URL)


def test_a_large_sitemap_that_breaks_off_gives_what_came() -> None:
    read = parse_sitemap(urlset(300, end=b"<url><loc>https://a.ex"), sitemap_url=URL)

    assert len(read.entries) == 300


def test_memory_does_not_grow_with_the_number_of_urls() -> None:
    peaks = []
    for count in (20_000, 200_000):
        body = urlset(count)
        tracemalloc.start()
        parse_sitemap(body, sitemap_url=URL)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + len(body) / 2


def test_entities_of_a_large_sitemap_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE urlset [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = urlset(500).replace(HEAD, bomb + HEAD.partition(b"?>")[2]).replace(b"/499<", b"/&b;&b;<")

    read = parse_sitemap(body, sitemap_url=URL)

    assert not any("xx" in entry.url for entry in read.entries)


def test_a_large_document_that_is_no_sitemap_is_refused_before_it_is_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.discovery.xml.MOST_TREE_BYTES", 20_000)

    with pytest.raises(ParseError, match="larger than 20000 bytes"):
        parse_sitemap(b"<rss>" + b"<channel/>" * 5_000 + b"</rss>", sitemap_url=URL)
