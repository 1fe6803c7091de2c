"""OPML in and out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from copydesk.errors import ParseError
from copydesk.model import Source
from copydesk.opml import parse_opml, write_opml

NESTED = b"""<?xml version="1.0"?><opml version="2.0"><head><title>mine</title></head><body>
<outline text="US &amp; Markets"><outline text="Daily"><outline type="rss" text="The Ledger" title="Ledger"
 xmlUrl="https://ledger.example/rss" htmlUrl="https://ledger.example/" category="/shipping,ports"/></outline></outline>
<outline text="Courier" xmlurl="https://courier.example/feed"/>
<outline text="Odd" type="rss" xmlUrl="feed:nowhere"/>
<outline text="a note"/></body></opml>"""


def test_folders_and_categories_are_tags() -> None:
    found, broken = parse_opml(NESTED, path="x.opml")

    assert [(each.title, each.feed_url, each.tags) for each in found] == [
        ("Ledger", "https://ledger.example/rss", ("us-markets", "daily", "shipping", "ports")),
        ("Courier", "https://courier.example/feed", ()),
    ]
    assert found[0].homepage == "https://ledger.example/"
    assert broken == ["Odd: no address that can be followed: feed:nowhere"]


@pytest.mark.parametrize("body", [b"", b"<html><body>no</body></html>", b'{"feeds": []}', b"<rss version='2.0'/>"])
def test_what_is_no_opml_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_opml(body, path="x.opml")


def test_entities_are_not_expanded_and_no_file_is_read() -> None:
    bomb = b"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><opml version="1.0"><body><outline text="&c;" xmlUrl="https://a.example/&b;"/>
</body></opml>"""
    found, _ = parse_opml(bomb, path="x.opml")

    assert "root:" not in str(found)
    assert "aaaaaaaaaaaaaaaaaaaa" not in str(found)


def test_deep_folders_are_read_to_a_depth() -> None:
    deep = (
        b"<opml><body>" + b'<outline text="x">' * 200 + b'<outline xmlUrl="https://a.example/f"/>' + b"</outline>" * 200
    )
    parse_opml(deep + b"</body></opml>", path="x.opml")


def test_what_is_written_reads_as_what_it_was() -> None:
    sources = [
        Source(
            name="ledger",
            homepage="https://ledger.example/?a=1&b=2",
            feeds=("https://ledger.example/rss?x=1&y=2", "https://ledger.example/atom"),
            tags=("shipping", "uk"),
            language="en-GB",
        ),
        Source(name="sitemap-only", sitemaps=("https://s.example/news.xml",)),
        Source(name="untagged", feeds=("https://u.example/rss",)),
    ]
    body = write_opml(sources, at=datetime(2026, 11, 2, tzinfo=UTC))
    found, broken = parse_opml(body, path="x.opml")

    assert not broken
    assert [(each.title, each.feed_url, each.homepage, each.tags, each.language) for each in found] == [
        ("ledger", sources[0].feeds[0], sources[0].homepage, ("shipping", "uk"), "en-GB"),
        ("ledger", sources[0].feeds[1], sources[0].homepage, ("shipping", "uk"), "en-GB"),
        ("untagged", sources[2].feeds[0], "", (), ""),
    ]
