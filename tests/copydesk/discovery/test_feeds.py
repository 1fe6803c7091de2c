from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.discovery.feeds import clean_title, parse_feed
from copydesk.errors import ParseError
from copydesk.model import Entry
from tests.copydesk.discovery.feeds import JSON_FEEDS, RSS_20, XML_FEEDS, atom, rss

URL = "https://ledger.example/feeds/news"
ALL_FEEDS = {**XML_FEEDS, **JSON_FEEDS}
LINK = "<link>https://ledger.example/rates</link>"


def read(body: bytes, content_type: str = "") -> tuple[Entry, ...]:
    return parse_feed(body, feed_url=URL, content_type=content_type).entries


def only(body: bytes, content_type: str = "") -> Entry:
    (entry,) = read(body, content_type)
    return entry


@pytest.mark.parametrize("name", ALL_FEEDS)
def test_feeds_of_every_format_name_their_entries_in_document_order(name: str) -> None:
    entries = read(ALL_FEEDS[name])
    assert [entry.url for entry in entries] == [
        "https://ledger.example/rates",
        "https://ledger.example/steel",
        "https://ledger.example/trains",
    ]
    assert [entry.title for entry in entries] == ["Rates rise again", "Steel & coal", "Züge fahren später"]


@pytest.mark.parametrize("name", ["RSS 2.0", "Atom 0.3", "Atom 1.0", "JSON Feed 1.0"])
def test_dates_are_read_and_keep_their_offset(name: str) -> None:
    first, second, third = (entry.published_at for entry in read(ALL_FEEDS[name]))
    assert first is not None
    assert first.isoformat() == "2026-11-02T07:30:00+01:00"
    assert second == datetime(2026, 11, 1, 18, tzinfo=UTC)
    assert third == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_a_feed_without_dates_of_its_entries_gives_none_even_where_the_channel_has_one() -> None:
    assert {entry.published_at for entry in read(XML_FEEDS["RSS 0.92"])} == {None}
    assert {entry.modified_at for entry in read(XML_FEEDS["RSS 0.92"])} == {None}


@pytest.mark.parametrize("name", ["Atom 0.3", "JSON Feed 1.0"])
def test_the_last_change_of_an_entry_is_kept_apart(name: str) -> None:
    assert read(ALL_FEEDS[name])[0].modified_at == datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RSS 0.90", [None, None, None]),
        ("RSS 0.91", ["en-gb", "en-gb", "en-gb"]),
        ("RSS 1.0", ["de", "de", "de"]),
        ("Atom 1.0", ["en-GB", "en-GB", "de"]),
        ("JSON Feed 1.0", [None, None, None]),
        ("JSON Feed 1.1", ["en-GB", "en-GB", "de"]),
    ],
)
def test_an_entry_has_its_own_language_or_its_feeds(name: str, expected: list[str | None]) -> None:
    assert [entry.language for entry in read(ALL_FEEDS[name])] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RSS 0.91", "RSS 0.91"),
        ("RSS 1.0", "RSS 1.0"),
        ("RSS 2.0", "RSS 2.0"),
        ("Atom 0.3", "Atom"),
        ("JSON Feed 1.1", "JSON Feed"),
    ],
)
def test_a_feed_tells_its_format(name: str, expected: str) -> None:
    assert parse_feed(ALL_FEEDS[name], feed_url=URL).format == expected


TTLS = [
    ("<ttl>60</ttl>", 3600.0),
    ("<ttl> 5 </ttl>", 300.0),
    ("<ttl>0</ttl>", None),
    ("<ttl>soon</ttl>", None),
    ("<ttl>-5</ttl>", None),
    ("<ttl>" + "9" * 5000 + "</ttl>", None),
    ("<sy:updatePeriod> hourly </sy:updatePeriod>", 3600.0),
    ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600.0),
    ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
    ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
    ("<ttl>10</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 600.0),
    ("", None),
]


@pytest.mark.parametrize(("head", "expected"), TTLS)
def test_a_feed_says_how_long_it_wants_to_be_left_alone(head: str, expected: float | None) -> None:
    assert parse_feed(rss(f"<title>A</title>{LINK}", head=head), feed_url=URL).ttl_s == expected


def test_the_period_of_an_rss_10_feed_stands_in_its_channel() -> None:
    assert parse_feed(XML_FEEDS["RSS 1.0"], feed_url=URL).ttl_s == 1800.0


LINKS = [
    # (elements of an RSS item, the URL it points at)
    ("<link>/a</link>", "https://ledger.example/a"),
    ("<link>a?b=1&amp;c=2#d</link>", "https://ledger.example/feeds/a?b=1&c=2"),
    ("<link>//other.example/a</link>", "https://other.example/a"),
    ("<link><![CDATA[ https://ledger.example/a ]]></link>", "https://ledger.example/a"),
    ("<link/><guid>https://ledger.example/a</guid>", "https://ledger.example/a"),
    ('<guid isPermaLink="true">https://ledger.example/a</guid>', "https://ledger.example/a"),
    ('<guid ispermalink="FALSE">https://ledger.example/a</guid>', None),
    ("<guid>a-1</guid>", None),
    ("<link>https://ledger.example/a</link><guid>https://ledger.example/?p=1</guid>", "https://ledger.example/a"),
    ("<link>mailto:desk@ledger.example</link><guid>https://ledger.example/a</guid>", "https://ledger.example/a"),
    ("<title>no link</title>", None),
    ('<link href="https://ledger.example/a"/>', "https://ledger.example/a"),
    (
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://ledger.example/a</f:origLink>'
        "<link>https://feeds.example/~r/1</link>",
        "https://ledger.example/a",
    ),
    (
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://ledger.example/x"/>'
        "<link>https://ledger.example/a</link>",
        "https://ledger.example/a",
    ),
    ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://ledger.example/x"/>', None),
]


@pytest.mark.parametrize(("item", "expected"), LINKS)
def test_the_link_of_an_item(item: str, expected: str | None) -> None:
    assert [entry.url for entry in read(rss(item))] == ([] if expected is None else [expected])


ATOM_LINKS = [
    ('<link href="/a"/>', "https://ledger.example/a"),
    ('<link rel="ALTERNATE" href="/a"/>', "https://ledger.example/a"),
    ('<link rel="http://www.iana.org/assignments/relation/alternate" href="/a"/>', "https://ledger.example/a"),
    ('<link rel="self" href="/x"/><link rel="edit" href="/y"/><link rel="alternate" href="/a"/>', URL[:22] + "/a"),
    ('<link rel="via" href="/x"/>', None),
    ('<link rel="self" href="/x"/><id>https://ledger.example/a</id>', "https://ledger.example/a"),
    ("<id>urn:uuid:1</id>", None),
    ('<link xml:base="https://other.example/b/" href="a"/>', "https://other.example/b/a"),
    ("<link>https://ledger.example/a</link>", "https://ledger.example/a"),
]


@pytest.mark.parametrize(("entry", "expected"), ATOM_LINKS)
def test_the_link_of_an_atom_entry(entry: str, expected: str | None) -> None:
    assert [found.url for found in read(atom(f"<title>A</title>{entry}"))] == ([] if expected is None else [expected])


def test_bases_stand_in_each_other() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/news/">
      <entry xml:base="2026/"><link href="a"/></entry><entry xml:base="http://["><link href="b"/></entry></feed>"""
    assert [entry.url for entry in read(body)] == [
        "https://ledger.example/news/2026/a",
        "https://ledger.example/news/b",
    ]


TITLES = [
    ("<title>Rates &lt;b&gt;rise&lt;/b&gt;</title>", "Rates rise"),
    ("<title>Rates <b>rise</b></title>", "Rates rise"),
    ("<title>Q&amp;amp;A</title>", "Q&A"),
    ("<title>Q&amp;A</title>", "Q&A"),
    ("<title>&amp;#8220;Rates&amp;#8221; &amp;mdash; again</title>", "“Rates” — again"),
    ("<title>5 &lt; 6 and 7 > 3</title>", "5 < 6 and 7 > 3"),
    ("<title>Tax&lt;br/&gt;rise</title>", "Tax rise"),
    ("<title>CO&lt;sub&gt;2&lt;/sub&gt; price</title>", "CO2 price"),
    ("<title><![CDATA[<p>Rates</p> rise &amp; fall]]></title>", "Rates rise & fall"),
    ("<title>\n  Rates\n  rise\n</title>", "Rates rise"),
    ("<title>It&#146;s \x91up\x92</title>", "It’s ‘up’"),
    ("<title/>", None),
    ("<title></title><media:title xmlns:media='http://search.yahoo.com/mrss/'>Rates</media:title>", "Rates"),
    ("", None),
    ("<title>" + "a" * 5000 + "</title>", "a" * 1000),
]


@pytest.mark.parametrize(("item", "expected"), TITLES)
def test_the_title_of_an_item_is_plain_text(item: str, expected: str | None) -> None:
    assert only(rss(LINK + item)).title == expected


ATOM_TITLES = [
    ("<title>5 &lt; 6</title>", "5 < 6"),
    ("<title>Use &lt;b&gt; for bold</title>", "Use <b> for bold"),
    ('<title type="text">AT&amp;amp;T</title>', "AT&amp;T"),
    ('<title type="html">AT&amp;amp;T &lt;i&gt;rises&lt;/i&gt;</title>', "AT&T rises"),
    ('<title type="HTML">AT&amp;amp;T</title>', "AT&T"),
    ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">5 &lt; <b>6</b></div></title>', "5 < 6"),
]


@pytest.mark.parametrize(("title", "expected"), ATOM_TITLES)
def test_the_title_of_an_atom_entry_is_read_as_its_type_says(title: str, expected: str) -> None:
    assert only(atom(f'<link href="/a"/>{title}')).title == expected


def test_titles_of_json_feeds_are_plain_text() -> None:
    assert clean_title("5 < 6 &amp; <b>", is_html=False) == "5 < 6 &amp; <b>"


ENCODINGS = [
    # (name, bytes, Content-Type), of a feed whose title is "Züge – später"
    ("UTF-8 without a word", "{}", "utf-8", ""),
    ("UTF-8 with a byte order mark", "\ufeff{}", "utf-8", ""),
    ("a byte order mark, then white space", "\ufeff\n {}", "utf-8", ""),
    ("says UTF-8, is Windows-1252", '<?xml version="1.0" encoding="utf-8"?>{}', "cp1252", ""),
    ("says nothing, is Windows-1252", "{}", "cp1252", ""),
    ("says ISO 8859-1, is Windows-1252", '<?xml version="1.0" encoding="ISO-8859-1"?>{}', "cp1252", ""),
    ("says ISO 8859-1, is UTF-8", '<?xml version="1.0" encoding="ISO-8859-1"?>{}', "utf-8", ""),
    ("says US-ASCII, is UTF-8", '<?xml version="1.0" encoding="us-ascii"?>{}', "utf-8", ""),
    ("header says ISO 8859-1, is UTF-8", "{}", "utf-8", "text/xml; charset=iso-8859-1"),
    ("says UTF-16, is UTF-8", '<?xml version="1.0" encoding="utf-16"?>{}', "utf-8", ""),
    ("UTF-16 with a byte order mark", '<?xml version="1.0" encoding="utf-16"?>{}', "utf-16", ""),
    ("UTF-16 big-endian", '\ufeff<?xml version="1.0" encoding="utf-16"?>{}', "utf-16-be", ""),
    ("UTF-16 that says UTF-8", '<?xml version="1.0" encoding="utf-8"?>{}', "utf-16", ""),
    ("unknown name", '<?xml version="1.0" encoding="utf8mb4"?>{}', "utf-8", ""),
    ("a codec of Python that is none of text", '<?xml version="1.0" encoding="rot13"?>{}', "utf-8", ""),
    ("a codec of Python for hosts", '<?xml version="1.0" encoding="idna"?>{}', "utf-8", ""),
]


@pytest.mark.parametrize(
    ("text", "codec", "content_type"), [row[1:] for row in ENCODINGS], ids=[r[0] for r in ENCODINGS]
)
def test_wrong_and_missing_encodings_are_seen_through(text: str, codec: str, content_type: str) -> None:
    feed = f"<rss><channel><item>{LINK}<title>Züge – später</title></item></channel></rss>"
    assert only(text.format(feed).encode(codec), content_type).title == "Züge – später"


def test_the_header_tells_the_encoding_where_the_document_does_not() -> None:
    body = rss(f"{LINK}<title>Ставки растут</title>").decode().encode("windows-1251")
    assert only(body, "application/rss+xml; charset=windows-1251").title == "Ставки растут"


@pytest.mark.parametrize("codec", ["windows-1251", "shift_jis", "gb18030", "euc-jp", "iso-8859-2", "koi8-r"])
def test_a_declared_encoding_is_taken(codec: str) -> None:
    titles = {"windows-1251": "Ставки", "koi8-r": "Ставки", "iso-8859-2": "Stopy rosną"}
    title = titles.get(codec, "日本銀行")
    xml = f'<?xml version="1.0" encoding="{codec}"?>' + rss(f"{LINK}<title>{title}</title>").decode()
    assert only(xml.encode(codec)).title == title
    broken = xml.replace("<channel>", "<channel><description>a & b</description>")
    assert only(broken.encode(codec)).title == title


ITEM = f"<item>{LINK}<title>Rates &amp; coal</title></item>"
FEED = f"<rss><channel>{ITEM}</channel></rss>"
BROKEN = {
    # faults that feeds have had in the wild; each still names its one entry, "Rates & coal"
    "a bare ampersand": FEED.replace("&amp;", "&"),
    "an ampersand in another link": FEED.replace("</item>", "<guid>https://ledger.example/?a=1&b=2</guid></item>"),
    "entities of HTML": FEED.replace(" &amp; ", "&nbsp;&amp;&nbsp;"),
    "entities without an end": FEED.replace(" &amp; ", "&nbsp &amp "),
    "control characters": FEED.replace(" &amp; ", "\x08 & \x1f\x00"),
    "forbidden references": FEED.replace(" &amp; ", "&#8; &amp; &#x0;"),
    "half a character": FEED.replace("coal", "coal&#xD800;"),
    "white space before the prolog": "\n\n  <?xml version='1.0'?>" + FEED,
    "text before the prolog": "Notice: x <?xml version='1.0'?>" + FEED,
    "text before the feed": "Notice: x " + FEED,
    "HTML before the prolog": "<br />\n<b>Warning</b>: x in <b>a.php</b> on line <b>7</b><br />\n<?xml version='1.0'?>"
    + FEED,
    "HTML after the end": FEED + "<script>var a = 1 && 2;</script>",
    "a comment with dashes": "<!-- a -- b -->" + FEED,
    "HTML in the title": FEED.replace(" &amp; ", " <br> & "),
    "HTML that is never closed": FEED.replace(
        "<item>", "<item><description><p>A<p>B <img src=a.png><br></description>"
    ),
    "upper case": FEED.replace("item", "ITEM")
    .replace("link>", "LINK>")
    .replace("title", "TITLE")
    .replace("rss", "RSS"),
    "a namespace of its own": FEED.replace("<rss", "<rss xmlns='https://ledger.example/ns'"),
    "no channel": f"<rss>{ITEM}</rss>",
    "no end": f"<rss><channel>{ITEM}",
    "attributes without quotes": FEED.replace("<rss", "<rss version=2.0 a='b=c d' e=f"),
    "CDATA, and a bare ampersand elsewhere": FEED.replace("<item>", "a & b<item>").replace(
        "Rates &amp; coal", "<![CDATA[Rates & coal]]>"
    ),
    "CDATA without an end after the last entry": FEED.replace("</channel>", "<x><![CDATA[ a </x></channel>"),
    "a feed in a web page": f"<html><body>{FEED}</body></html>",
    "a style sheet, a document type, entities": "<?xml version='1.0'?><?xml-stylesheet href='a'?>"
    "<!DOCTYPE rss [<!ENTITY % a 'b'>]>" + FEED.replace(" &amp; ", "&nbsp;&amp;&nbsp;"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_broken_feeds_are_read_as_feed_readers_do(body: str) -> None:
    entry = only(body.encode())
    assert (entry.url, entry.title) == ("https://ledger.example/rates", "Rates & coal")


def test_prefixes_that_are_declared_nowhere_mean_what_they_usually_do() -> None:
    body = rss(f"{LINK}<dc:date>2026-11-02T07:30:00Z</dc:date><dc:language>de</dc:language><x:y>z</x:y>")
    entry = only(body)
    assert entry.published_at == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
    assert entry.language == "de"


def test_prefixes_are_the_documents_choice() -> None:
    body = b"""<a:feed xmlns:a="https://www.w3.org/2005/Atom/"><a:entry><a:link href="/a"/><a:title>A</a:title>
      <a:updated>2026-11-02T07:30:00Z</a:updated></a:entry></a:feed>"""
    entry = only(body)
    assert (entry.url, entry.title) == ("https://ledger.example/a", "A")
    assert entry.modified_at == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)


def test_names_of_other_namespaces_are_not_taken_for_rss() -> None:
    item = "<p:title xmlns:p='https://podcast.example/'>Episode</p:title><title>Rates</title>"
    assert only(rss(LINK + item)).title == "Rates"


@pytest.mark.parametrize("name", XML_FEEDS)
def test_entries_before_the_cut_are_kept_and_the_torn_one_is_left_out(name: str) -> None:
    body = XML_FEEDS[name]
    whole = read(body)
    begins = body.index(b"<item" if b"<item" in body.replace(b"<items", b"<.....") else b"<entry")
    counts = set()
    for cut in range(begins + 5, len(body)):
        entries = read(body[:cut])
        assert entries == whole[: len(entries)]
        counts.add(len(entries))
    assert counts == {0, 1, 2, 3}


def test_a_torn_gzip_file_gives_what_came() -> None:
    noise = "".join(f"<item><link>https://ledger.example/{hash((7, n))}</link></item>" for n in range(2000))
    packed = gzip.compress(rss().replace(b"</channel>", noise.encode() + b"</channel>"))
    entries = read(packed[: len(packed) // 2])
    assert 100 < len(entries) < 2000
    assert all(entry.url.removeprefix("https://ledger.example/").removeprefix("-").isdigit() for entry in entries)


@pytest.mark.parametrize("name", ALL_FEEDS)
def test_packed_feeds_are_unpacked(name: str) -> None:
    assert read(gzip.compress(ALL_FEEDS[name])) == read(ALL_FEEDS[name])


def test_members_of_a_gzip_file_may_follow_each_other() -> None:
    body = XML_FEEDS["RSS 2.0"]
    assert len(read(gzip.compress(body[:700]) + gzip.compress(body[700:]))) == 3


NO_FEEDS = [
    (b"", "the document is empty"),
    (b" \r\n ", "the document is empty"),
    (b"\xef\xbb\xbf", "no XML in it"),
    (b"Forbidden", "no XML in it"),
    (b"\x00\x01\x02", "no XML in it"),
    (b"<", "no XML in it"),
    (b"<?xml version='1.0'?>", "no XML in it"),
    (b"[1, 2]", "no XML in it"),
    (b"<!DOCTYPE html><html><head><title>A</title></head><body><p>B & C<br></body></html>", "a web page (HTML)"),
    (b"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>A</p></body></html>", "a web page (HTML)"),
    (b"<div>down for maintenance</div>", "a web page (HTML)"),
    (b"<urlset><url><loc>https://a.example/</loc></url></urlset>", "an XML document <urlset>"),
    (b"<Error><Code>AccessDenied</Code></Error>", "an XML document <error>"),
    (b'{"error": "not found"}', "no JSON Feed"),
    (b'{"items": 7}', "no JSON Feed"),
    (b'{"items": [', "broken JSON"),
    (b"{" * 100_000, "broken JSON"),
    (b'{"a":' * 100_000, "broken JSON"),
    (b"\x1f\x8b\x08\x00" + b"garbage" * 9, "the gzip file is damaged"),
    (b"\x1f\x8b", "the document is empty"),
]


@pytest.mark.parametrize(("body", "message"), NO_FEEDS)
def test_what_is_no_feed_is_told_in_one_line(body: bytes, message: str) -> None:
    with pytest.raises(ParseError) as raised:
        read(body)
    assert message in str(raised.value)
    assert str(raised.value).startswith(URL + ": ")
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()) == ()
    assert read(atom()) == ()
    assert read(b'{"items": []}') == ()


def test_entities_are_not_expanded() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{lines}]>' + FEED.replace("&amp; coal", "&l9;")
    assert only(body.encode()).title == "Rates &l9;"
    in_attribute = body.replace("<title>", '<title a="&l9;">').encode()
    assert only(in_attribute).url == "https://ledger.example/rates"


def test_nothing_outside_is_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    body = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss><channel><item>{LINK}<title>Rates &x;</title>'
    for end in ("</item></channel></rss>", "<description>a & b</description></item></channel></rss>"):
        assert only((body + end).encode()).title == "Rates &x;"
    external = f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}"><rss><channel><item>{LINK}</item></channel></rss>'
    assert only(external.encode()).url == "https://ledger.example/rates"


def test_json_items_that_are_odd_are_left_out_or_mended() -> None:
    items = [
        None,
        "a",
        {},
        {"url": 7},
        {"url": "mailto:desk@ledger.example"},
        {"url": "/a", "title": 7, "date_published": 1762068600},
        {"url": "/b", "title": "half a \ud83d character\u0000", "language": "no language"},
    ]
    entries = read(json.dumps({"items": items}).encode())
    assert entries == (
        Entry(url="https://ledger.example/a"),
        Entry(url="https://ledger.example/b", title="half a character"),
    )


def test_dates_that_cannot_be_read_are_passed_over() -> None:
    item = f"{LINK}<pubDate>yesterday</pubDate><dc:date>2026-11-02</dc:date>"
    assert only(rss(item)).published_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert only(rss(f"{LINK}<pubDate>Mon, 02 Nov</pubDate>")).published_at is None


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.data())
def test_damaged_feeds_are_read_or_refused_never_a_crash(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(list(ALL_FEEDS.values()))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--"]))
        )
        body[at : at + data.draw(st.integers(0, 30))] = piece
    try:
        entries = read(bytes(body))
    except ParseError:
        return
    for entry in entries:
        assert entry.url.startswith(("http://", "https://"))
        (entry.title or "").encode("utf-8")


def test_a_feed_wrapped_in_junk_is_still_the_same_feed() -> None:
    assert read(("junk " * 1000 + RSS_20).encode()) == read(RSS_20.encode())
