"""Leads on pages and in robots.txt, by the shapes that real publications have."""

from __future__ import annotations

import pytest

from copydesk.discovery.autodiscovery import common_feeds, common_sitemaps, read_page, sitemaps_in_robots
from copydesk.errors import ParseError

URL = "https://news.example/business"


def page(head: str = "", body: str = "") -> bytes:
    head = f"<head><title>Business</title>{head}</head>"
    return f'<!doctype html><html lang="en-GB">{head}<body>{body}</body></html>'.encode()


TAGS = {
    '<link rel="alternate" type="application/rss+xml" href="/business/rss">': ["https://news.example/business/rss"],
    '<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="a.atom">': ["https://news.example/a.atom"],
    '<link rel="feed" href="//feeds.example/b">': ["https://feeds.example/b"],
    '<link rel="alternate" type="application/feed+json" href="/feed.json">': ["https://news.example/feed.json"],
    '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">': [],
    '<link rel="alternate" type="application/json+oembed" href="/oembed">': [],
    '<link rel="alternate" hreflang="de" href="/de/business">': [],
    '<link rel="alternate" type="application/rss+xml" href="javascript:void(0)">': [],
    '<link rel="alternate" type="application/rss+xml">': ["https://news.example/business"],
}
"""SPEC: WHATWG HTML, section 4.6.7.1; SEEN_IN_THE_WILD: WordPress' API links, hreflang."""


@pytest.mark.parametrize("tag", TAGS)
def test_feeds_are_read_from_link_tags(tag: str) -> None:
    found = read_page(page(tag), page_url=URL)

    assert [lead.url for lead in found.feeds] == TAGS[tag]


def test_links_that_look_like_feeds_follow_the_link_tags_each_once() -> None:
    tag = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    links = '<a href="/rss#top">RSS</a> <a href="/markets/rss.xml">Markets</a> <a href="/feedback">Write to us</a>'
    found = read_page(page(tag, links), page_url=URL)

    assert [(lead.url, lead.origin) for lead in found.feeds] == [
        ("https://news.example/rss", "link tag"),
        ("https://news.example/markets/rss.xml", "link on the page"),
    ]
    assert (found.title, found.language) == ("Business", "en-GB")


def test_sections_are_the_menu_pages_below_the_page_without_those_of_the_house() -> None:
    menu = "".join(
        f'<a href="{path}">x</a>'
        for path in (
            "/business/markets",
            "/business/markets/",
            "/business/energy",
            "/sport",
            "/business/about-us",
            "/business/rates-rise-again-in-november",
            "https://other.example/business/x",
        )
    )
    found = read_page(page(body=f"<nav>{menu}</nav><a href='/business/tech'>outside of the menu</a>"), page_url=URL)

    assert found.section_urls == ("https://news.example/business/markets", "https://news.example/business/energy")


def test_of_a_front_page_sections_are_the_first_level() -> None:
    menu = "<nav><a href='/business'>Business</a><a href='/business/markets/fx'>FX</a><a href='/login'>Log in</a></nav>"

    assert read_page(page(body=menu), page_url="https://news.example/").section_urls == (
        "https://news.example/business",
    )


def test_what_is_no_page_is_an_error() -> None:
    with pytest.raises(ParseError):
        read_page(b"\x89PNG\r\n\x1a\n\x00", page_url=URL)


def test_robots_txt_names_sitemaps_in_any_case_news_first() -> None:
    text = (
        b"User-agent: *\r\nDisallow: /private\r\nsitemap: https://news.example/all.xml\n"
        b"SITEMAP : /sitemaps/news.xml # daily\nSitemap:\nSitemap: ftp://news.example/x.xml\n# Sitemap: /no.xml"
    )
    found = sitemaps_in_robots(text, robots_url="https://news.example/robots.txt")

    assert [lead.url for lead in found] == ["https://news.example/sitemaps/news.xml", "https://news.example/all.xml"]


def test_common_places_are_few_and_the_sections_own_come_first() -> None:
    feeds = [lead.url for lead in common_feeds("https://news.example/uk/business/")]

    assert feeds[0] == "https://news.example/uk/business.rss"
    assert "https://news.example/uk/business/feed/" in feeds
    assert "https://news.example/rss.xml" in feeds
    assert len(feeds) <= 12
    assert len(common_feeds("https://news.example/")) <= 6
    assert common_sitemaps(URL)[0].url == "https://news.example/sitemap-news.xml"
