from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.discovery import xml
from copydesk.discovery.sitemaps import Sitemap, parse_sitemap
from copydesk.errors import ParseError
from copydesk.model import Entry
from tests.copydesk.discovery.feeds import ATOM_10, RSS_20

URL = "https://ledger.example/sitemaps/news.xml"

URLSET = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc>https://ledger.example/rates?a=1&amp;b=2</loc><lastmod>2026-11-02</lastmod><changefreq>daily</changefreq>
  <image:image><image:loc>https://ledger.example/rates.jpg</image:loc>
  <image:title>A photograph</image:title></image:image>
  <xhtml:link rel="alternate" hreflang="de" href="https://ledger.example/de/rates"/></url>
<url><loc>
  https://ledger.example/steel
</loc><lastmod>2026-11-01T18:00:00+01:00</lastmod></url>
<url><lastmod>2026-11-01</lastmod></url>
<url><loc>mailto:desk@ledger.example</loc></url>
<url><loc>/trains</loc><lastmod>2026-11</lastmod></url>
</urlset>"""

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://ledger.example/rates</loc><lastmod>2026-11-02T08:00:00Z</lastmod>
  <news:news><news:publication><news:name>Ledger</news:name><news:language>en</news:language></news:publication>
    <news:publication_date>2026-11-02T07:30:00+01:00</news:publication_date>
    <news:title>Rates rise &amp;amp; fall</news:title></news:news></url>
<url><loc>https://ledger.example/steel</loc>
  <news:news><news:publication_date>2026-11-01</news:publication_date><news:title><![CDATA[Steel & coal]]></news:title>
  </news:news></url>
<url><loc>https://ledger.example/about</loc></url>
</urlset>"""


def read(body: str | bytes, content_type: str = "") -> Sitemap:
    raw = body.encode() if isinstance(body, str) else body
    return parse_sitemap(raw, sitemap_url=URL, content_type=content_type)


def index(*children: str) -> str:
    inner = "".join(f"<sitemap>{child}</sitemap>" for child in children)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>'


def test_a_sitemap_lists_pages_in_document_order_with_their_last_change() -> None:
    assert read(URLSET) == Sitemap(
        format="sitemap",
        entries=(
            Entry(url="https://ledger.example/rates?a=1&b=2", modified_at=datetime(2026, 11, 2, tzinfo=UTC)),
            Entry(url="https://ledger.example/steel", modified_at=datetime(2026, 11, 1, 17, tzinfo=UTC)),
            Entry(url="https://ledger.example/trains"),
        ),
    )


def test_a_news_sitemap_has_titles_dates_and_languages() -> None:
    assert read(NEWS) == Sitemap(
        format="news sitemap",
        entries=(
            Entry(
                url="https://ledger.example/rates",
                title="Rates rise & fall",
                published_at=datetime(2026, 11, 2, 6, 30, tzinfo=UTC),
                modified_at=datetime(2026, 11, 2, 8, tzinfo=UTC),
                language="en",
            ),
            Entry(
                url="https://ledger.example/steel",
                title="Steel & coal",
                published_at=datetime(2026, 11, 1, tzinfo=UTC),
            ),
            Entry(url="https://ledger.example/about"),
        ),
    )


SAME_SITEMAP = {
    "packed": gzip.compress(NEWS.encode(), mtime=0),
    "packed in two members": gzip.compress(NEWS[:300].encode(), mtime=0) + gzip.compress(NEWS[300:].encode(), mtime=0),
    "another namespace": NEWS.replace("http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.google.com/x/0.84"),
    "no namespace": NEWS.replace(' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', ""),
    "the namespace of news with https": NEWS.replace("http://www.google.com/", "https://www.google.com/"),
    "news is declared nowhere": NEWS.replace(' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
    "news under another prefix": NEWS.replace("news:", "n:").replace("xmlns:news", "xmlns:n"),
    "byte order mark": "\ufeff" + NEWS,
    "blank lines before": "\n\n" + NEWS,
    "text before": "Notice: undefined index\n" + NEWS,
    "UTF-16": NEWS.replace("UTF-8", "UTF-16").encode("utf-16"),
    "a bare ampersand": NEWS.replace("</urlset>", "<url><x>a & b</x></url></urlset>"),
    "no end": NEWS.replace("</urlset>", ""),
    "a stylesheet": NEWS.replace("<urlset", '<?xml-stylesheet type="text/xsl" href="/a.xsl"?><urlset'),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_SITEMAP)
def test_sitemaps_with_faults_say_the_same(name: str) -> None:
    assert read(SAME_SITEMAP[name]) == read(NEWS)


def test_a_torn_sitemap_gives_its_whole_entries() -> None:
    whole = read(NEWS).entries
    cuts = [read(NEWS[:cut]).entries for cut in range(NEWS.index("<url>"), len(NEWS))]
    assert all(entries == whole[: len(entries)] for entries in cuts)
    assert {len(entries) for entries in cuts} == {0, 1, 2, 3}


ORDERS = [
    # (children of an index, names in the order in which they are looked at)
    (["<loc>/a.xml</loc>", "<loc>/b.xml</loc>"], ["a", "b"]),
    (["<loc>/a.xml</loc>", "<loc>/news.xml</loc>"], ["news", "a"]),
    (
        ["<loc>/a.xml</loc><lastmod>2026-10-01</lastmod>", "<loc>/b.xml</loc><lastmod>2026-11-01</lastmod>"],
        ["b", "a"],
    ),
    (["<loc>/a.xml</loc>", "<loc>/b.xml</loc><lastmod>2026-11-01</lastmod>"], ["b", "a"]),
    (
        ["<loc>/a.xml</loc><lastmod>2026-11-02</lastmod>", "<loc>/News.xml</loc><lastmod>2020-01-01</lastmod>"],
        ["News", "a"],
    ),
    (["<loc>/2025-12.xml</loc>", "<loc>/2026-11.xml</loc>", "<loc>/2026-02.xml</loc>"],
     ["2026-11", "2026-02", "2025-12"]),
    (["<loc>/2026.xml</loc>", "<loc>/2027.xml</loc>"], ["2027", "2026"]),
    (["<loc>/posts-20261101.xml</loc>", "<loc>/posts-20261102.xml</loc>"], ["posts-20261102", "posts-20261101"]),
    (["<loc>/post.2026.10.xml</loc>", "<loc>/post.2026.11.xml</loc>"], ["post.2026.11", "post.2026.10"]),
    (
        ["<loc>/m.xml?yyyy=2026&amp;mm=11&amp;dd=01</loc>", "<loc>/m.xml?yyyy=2026&amp;mm=11&amp;dd=02</loc>"],
        ["m.xml?yyyy=2026&mm=11&dd=02", "m.xml?yyyy=2026&mm=11&dd=01"],
    ),
    (["<lastmod>2026-11-01</lastmod>", "<loc>javascript:a</loc>", "<loc>/a.xml</loc>"], ["a"]),
    ([], []),
]  # fmt: skip


@pytest.mark.parametrize(("children", "expected"), ORDERS)
def test_an_index_names_the_most_promising_sitemaps_first(children: list[str], expected: list[str]) -> None:
    found = read(index(*children))
    assert found.format == "sitemap index"
    assert found.entries == ()
    assert [url.removeprefix("https://ledger.example/").removesuffix(".xml") for url in found.child_urls] == expected


def test_a_list_of_urls_is_a_sitemap() -> None:
    body = "\ufeffhttps://ledger.example/rates\r\n\r\n  https://ledger.example/steel  \nhttp://[\n"
    for raw in (body.encode(), body.removeprefix("\ufeff").encode("utf-16")):
        assert read(raw) == Sitemap(
            format="list of URLs",
            entries=(Entry(url="https://ledger.example/rates"), Entry(url="https://ledger.example/steel")),
        )


@pytest.mark.parametrize(("body", "expected"), [(RSS_20, "RSS 2.0"), (ATOM_10, "Atom")])
def test_a_feed_is_a_sitemap(body: str, expected: str) -> None:
    found = read(body)
    assert (found.format, len(found.entries)) == (expected, 3)


def test_an_empty_urlset_is_a_sitemap_without_entries() -> None:
    assert read("<urlset/>") == Sitemap(format="sitemap")
    assert (
        read('<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n</urlset>').entries
        == ()
    )


def test_a_sitemap_may_be_as_large_as_the_protocol_allows() -> None:
    urls = "".join(
        f"<url><loc>https://ledger.example/a-{n}</loc><lastmod>2026-11-02</lastmod></url>" for n in range(50_000)
    )
    for end in ("</urlset>", "<url>&</url></urlset>"):  # read strictly, and after repair
        entries = read(f"<urlset>{urls}{end}").entries
        assert len(entries) == 50_000
        assert entries[-1].url == "https://ledger.example/a-49999"


NO_SITEMAPS = [
    (b"", "the document is empty"),
    (b"\n \n", "the document is empty"),
    (gzip.compress(b"", mtime=0), "the document is empty"),
    (b"not found", "neither a sitemap nor a list of URLs"),
    (b"see\nhttps://a.example/\nfor\nmore", "neither a sitemap nor a list of URLs"),
    (b"User-agent: *\nDisallow: /", "neither a sitemap nor a list of URLs"),
    (b'{"error": 404}', "neither a sitemap nor a list of URLs"),
    (b"<!DOCTYPE html><html><body>Not found</body></html>", "no sitemap, but a web page (HTML)"),
    (b"<Error><Code>AccessDenied</Code></Error>", "no sitemap, but an XML document <error>"),
    (b"<?xml version='1.0'?>", "no XML in it"),
    (b"\x1f\x8b\x08\x00" + b"x" * 100, "the gzip file is damaged"),
]


@pytest.mark.parametrize(("body", "message"), NO_SITEMAPS)
def test_what_is_no_sitemap_is_told_in_one_line(body: bytes, message: str) -> None:
    with pytest.raises(ParseError) as raised:
        read(body)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_BYTES", 10_000)
    with pytest.raises(ParseError, match="larger than 10000 bytes"):
        read(gzip.compress(b" " * 10_001))
    with pytest.raises(ParseError, match="larger than 10000 bytes"):
        read(gzip.compress(b" " * 6000) + gzip.compress(b" " * 6000))
    padded = b"<urlset/>".ljust(10_000)
    assert read(gzip.compress(padded)) == Sitemap(format="sitemap")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.integers(0, len(NEWS) - 1), st.integers(0, 40), st.one_of(st.binary(max_size=5), st.sampled_from([b"<", b"&"]))
)
def test_damaged_sitemaps_are_read_or_refused_never_a_crash(at: int, gone: int, piece: bytes) -> None:
    body = NEWS.encode()
    try:
        entries = read(body[:at] + piece + body[at + gone :]).entries
    except ParseError:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in entries)
