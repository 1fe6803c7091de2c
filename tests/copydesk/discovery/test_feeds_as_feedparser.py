"""Our entries beside feedparser's, the reference of the field, on sound feeds and on the same feeds damaged."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from copydesk.discovery.feeds import clean_title, parse_feed
from copydesk.model import Entry
from tests.copydesk.discovery.feeds import XML_FEEDS
from tests.copydesk.discovery.test_feeds import BROKEN

URL = "https://ledger.example/feeds/news"
Damage = Callable[[bytes], bytes]
Row = tuple[str, str | None, datetime | None]


def swap(old: str, new: str) -> Damage:
    return lambda body: body.replace(old.encode(), new.encode())


DAMAGES: dict[str, Damage] = {
    "sound": lambda body: body,
    "white space before": lambda body: b"\n\n \t" + body,
    "byte order mark before": lambda body: body if b"iso-8859-1" in body else b"\xef\xbb\xbf" + body,
    "a bare ampersand": swap("&amp;", "&"),
    "an entity of HTML": swap("rise again", "rise&nbsp;again &hellip; twice"),
    "control characters": swap("Rates rise", "Rates\x0b rise\x01"),
    "Windows-1252 in UTF-8": lambda body: body.replace("ü".encode(), b"\xfc").replace("ä".encode(), b"\xe4"),
    "no declaration of Dublin Core": lambda body: re.sub(rb'\s+xmlns:dc="[^"]*"', b"", body),
    "no end": lambda body: re.sub(rb"</(channel|rss|feed|rdf:RDF)>", b"", body),
    "HTML after the end": lambda body: body + b"\n<!-- cached --><script>a && b</script>",
    "a comment in the title": swap("Rates rise", "Rates <!-- up -->rise"),
    "escaped HTML in the title": swap("Rates rise", "Rates &lt;em&gt;rise&lt;/em&gt;"),
    "a relative link": swap("https://ledger.example/rates<", "/rates<"),
    "no zone": swap("T07:30:00+01:00", "T07:30:00"),
    "a date without a time": swap("T07:30:00+01:00", ""),
    "a day too many": swap("Mon, 02 Nov", "Fri, 02 Nov"),
    "no white space": lambda body: re.sub(rb">\s+<", b"><", body),
    "lines of Windows": lambda body: body.replace(b"\n", b"\r\n"),
}

ON_PURPOSE = {
    # (feed, damage) -> why we differ
    **{(name, "control characters"): "feedparser leaves them in the title" for name in XML_FEEDS},
    ("RSS 0.91", "no white space"): "feedparser loses the entities of HTML after a document type on the same line",
}


def ours(body: bytes) -> list[Row]:
    entries = parse_feed(body, feed_url=URL).entries
    return [(entry.url, entry.title, date_of(entry)) for entry in entries]


def date_of(entry: Entry) -> datetime | None:
    instant = entry.published_at or entry.modified_at
    return instant.astimezone(UTC).replace(microsecond=0) if instant else None


def theirs(body: bytes) -> list[Row]:
    headers = {"content-location": URL, "content-type": "application/xml"}
    try:
        parsed = feedparser.parse(body, response_headers=headers)
    except UnicodeEncodeError:  # half a character
        return []
    return [row for entry in parsed.entries if (row := row_of(entry)) is not None]


def row_of(entry: Any) -> Row | None:
    link = entry.get("link")
    if not link:
        return None
    detail = entry.get("title_detail", {})
    title = clean_title(entry.get("title", ""), is_html=detail.get("type") != "text/plain")
    stamp: struct_time | None = entry.get("published_parsed") or entry.get("updated_parsed")
    instant = datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else None
    return urljoin(URL, link), title, instant


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # feedparser's own
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", XML_FEEDS)
def test_we_read_what_feedparser_reads(name: str, damage: str) -> None:
    body = DAMAGES[damage](XML_FEEDS[name])
    if (name, damage) in ON_PURPOSE:
        assert ours(body) != theirs(body), "we agree again: take the row out of ON_PURPOSE"
        return
    assert ours(body) == theirs(body)


MORE_THAN_FEEDPARSER = {
    # broken feeds that we read as they were meant, and what feedparser makes of them
    "control characters": "left in the title",
    "forbidden references": "characters that no XML may hold, left in the title",
    "half a character": "UnicodeEncodeError",
    "a feed in a web page": "no entries",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", BROKEN)
def test_broken_feeds_are_read_as_feedparser_reads_them_or_better(name: str) -> None:
    body = BROKEN[name].encode()
    if name in MORE_THAN_FEEDPARSER:
        assert ours(body) != theirs(body), "feedparser reads it, too: take it out of MORE_THAN_FEEDPARSER"
        return
    assert ours(body) == theirs(body)
