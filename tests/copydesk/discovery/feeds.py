"""Feeds of every format, written for these tests. Each names the same three entries where its format can."""

from __future__ import annotations

RSS_090 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
<channel><title>Ledger</title><link>https://ledger.example/</link><description>Business</description></channel>
<image><title>Ledger</title><url>https://ledger.example/logo.png</url><link>https://ledger.example/</link></image>
<item><title>Rates rise again</title><link>https://ledger.example/rates</link></item>
<item><title>Steel &amp; coal</title><link>https://ledger.example/steel</link></item>
<item><title>Züge fahren später</title><link>https://ledger.example/trains</link></item>
<textinput><title>Search</title><name>q</name><link>https://ledger.example/search</link></textinput>
</rdf:RDF>"""

RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel>
<title>Ledger</title><link>https://ledger.example/</link><description>Business</description><language>en-gb</language>
<image><title>Ledger</title><url>https://ledger.example/logo.png</url><link>https://ledger.example/</link></image>
<item><title>Rates rise again</title><link>https://ledger.example/rates</link><description>By half.</description></item>
<item><title>Steel &amp; coal</title><link>https://ledger.example/steel</link></item>
<item><title>Z&uuml;ge fahren sp&auml;ter</title><link>https://ledger.example/trains</link></item>
</channel></rss>"""

RSS_092 = """<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="0.92"><channel>
<title>Ledger</title><link>https://ledger.example/</link><description>Business</description>
<lastBuildDate>Mon, 02 Nov 2026 12:00:00 GMT</lastBuildDate>
<item><title>Rates rise again</title><link>https://ledger.example/rates</link>
  <source url="https://wire.example/rss">Wire</source>
  <enclosure url="https://ledger.example/rates.mp3" length="1" type="audio/mpeg"/></item>
<item><title>Steel &amp; coal</title><link>https://ledger.example/steel</link></item>
<item><title>Z\xfcge fahren sp\xe4ter</title><link>https://ledger.example/trains</link></item>
</channel></rss>"""

RSS_10 = """<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://ledger.example/rss">
  <title>Ledger</title><link>https://ledger.example/</link><description>Business</description>
  <dc:language>de</dc:language><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
  <items><rdf:Seq><rdf:li rdf:resource="https://ledger.example/rates"/></rdf:Seq></items>
</channel>
<item rdf:about="https://ledger.example/rates"><title>Rates rise again</title><link>https://ledger.example/rates</link>
  <dc:date>2026-11-02T07:30:00+01:00</dc:date></item>
<item rdf:about="https://ledger.example/steel"><title>Steel &amp; coal</title><link>https://ledger.example/steel</link>
  <dc:date>2026-11-01</dc:date></item>
<item rdf:about="https://ledger.example/trains"><title>Züge fahren später</title><link>https://ledger.example/trains</link>
  <dc:date>2026-10-31T23:00Z</dc:date></item>
</rdf:RDF>"""

RSS_20 = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/rss.xsl"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Ledger</title><link>https://ledger.example/</link><description>Business</description>
<language>en-us</language><ttl>15</ttl>
<atom:link href="https://ledger.example/rss" rel="self" type="application/rss+xml"/>
<image><title>Ledger</title><url>https://ledger.example/logo.png</url><link>https://ledger.example/</link></image>
<item>
  <title>Rates rise again</title><link>https://ledger.example/rates</link><guid isPermaLink="false">tag:1</guid>
  <pubDate>Mon, 02 Nov 2026 07:30:00 +0100</pubDate><dc:creator>A. Writer</dc:creator>
  <description><![CDATA[<p>By half. <a href="https://ledger.example/old">More</a></p>]]></description>
  <content:encoded><![CDATA[<p>A text with & and <title>no title</title></p>]]></content:encoded>
  <media:content url="https://ledger.example/rates.jpg"><media:title>A photograph</media:title></media:content>
</item>
<item>
  <title><![CDATA[Steel & coal]]></title><link>
    https://ledger.example/steel
  </link><pubDate>Sun, 01 Nov 2026 18:00:00 GMT</pubDate>
</item>
<item>
  <title>Züge fahren später</title><guid isPermaLink="true">https://ledger.example/trains</guid>
  <pubDate>Sat, 31 Oct 2026 19:00:00 EDT</pubDate>
</item>
</channel></rss>"""

ATOM_03 = """<?xml version="1.0" encoding="utf-8"?>
<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en">
<title>Ledger</title><link rel="alternate" type="text/html" href="https://ledger.example/"/>
<modified>2026-11-02T12:00:00Z</modified>
<entry><title>Rates rise again</title><link rel="alternate" type="text/html" href="https://ledger.example/rates"/>
  <id>tag:ledger.example,2026:1</id><issued>2026-11-02T07:30:00+01:00</issued><modified>2026-11-02T08:00:00Z</modified>
</entry>
<entry><title type="text/html" mode="escaped">Steel &amp;amp; coal</title>
  <link rel="alternate" type="text/html" href="https://ledger.example/steel"/><id>tag:ledger.example,2026:2</id>
  <issued>2026-11-01T18:00:00Z</issued><modified>2026-11-01T18:00:00Z</modified></entry>
<entry><title>Züge fahren später</title><link rel="alternate" type="text/html" href="https://ledger.example/trains"/>
  <id>tag:ledger.example,2026:3</id><issued>2026-10-31T23:00:00Z</issued><modified>2026-10-31T23:00:00Z</modified></entry>
</feed>"""

ATOM_10 = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="https://ledger.example/news/">
<title>Ledger</title><id>https://ledger.example/</id><updated>2026-11-02T12:00:00Z</updated>
<link rel="self" href="/atom"/><link href="https://ledger.example/"/>
<entry><title>Rates rise again</title><id>tag:ledger.example,2026:1</id>
  <link rel="enclosure" type="audio/mpeg" href="https://ledger.example/rates.mp3"/>
  <link rel="replies" href="https://ledger.example/rates/comments"/>
  <link rel="alternate" href="/rates"/>
  <published>2026-11-02T07:30:00+01:00</published><updated>2026-11-02T08:00:00.123456789Z</updated></entry>
<entry><title type="html">&lt;b&gt;Steel&lt;/b&gt; &amp;amp; coal</title><id>tag:ledger.example,2026:2</id>
  <link href="../steel"/><published>2026-11-01T18:00:00Z</published><updated>2026-11-01T18:00:00Z</updated></entry>
<entry xml:lang="de">
  <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Züge <em>fahren</em> später</div></title>
  <id>tag:ledger.example,2026:3</id><link rel="alternate" type="text/html" href="https://ledger.example/trains"/>
  <published>2026-10-31T23:00:00Z</published><updated>2026-10-31T23:00:00Z</updated>
  <source><title>Wire</title><id>https://wire.example/</id><link href="https://wire.example/"/></source></entry>
</feed>"""

JSON_10 = """{"version": "https://jsonfeed.org/version/1", "title": "Ledger", "home_page_url": "https://ledger.example/",
"items": [
 {"id": "1", "url": "https://ledger.example/rates", "title": "Rates rise again", "content_text": "By half.",
  "date_published": "2026-11-02T07:30:00+01:00", "date_modified": "2026-11-02T08:00:00Z"},
 {"id": "2", "url": "https://ledger.example/steel", "title": "Steel & coal", "date_published": "2026-11-01T18:00:00Z"},
 {"id": "https://ledger.example/trains", "title": "Züge fahren später", "date_published": "2026-10-31T23:00:00Z"}
]}"""

JSON_11 = """{"version": "https://jsonfeed.org/version/1.1", "title": "Ledger", "language": "en-GB", "items": [
 {"id": "1", "url": "/rates", "title": "Rates rise again", "date_published": "2026-11-02T07:30:00+01:00"},
 {"id": "2", "external_url": "https://ledger.example/steel", "title": "Steel & coal"},
 {"id": 3, "url": "https://ledger.example/trains", "title": "Züge fahren später", "language": "de"}
]}"""

XML_FEEDS = {
    "RSS 0.90": RSS_090.encode(),
    "RSS 0.91": RSS_091.encode(),
    "RSS 0.92": RSS_092.encode("iso-8859-1"),
    "RSS 1.0": RSS_10.encode(),
    "RSS 2.0": RSS_20.encode(),
    "Atom 0.3": ATOM_03.encode(),
    "Atom 1.0": ATOM_10.encode(),
}
JSON_FEEDS = {"JSON Feed 1.0": JSON_10.encode(), "JSON Feed 1.1": JSON_11.encode()}
"""By the name of the format, as served."""


def rss(*items: str, head: str = "") -> bytes:
    """An RSS 2.0 feed of items, given as the elements in them."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Ledger</title>{head}{inner}</channel></rss>'.encode()


def atom(*entries: str) -> bytes:
    """An Atom feed of entries, given as the elements in them."""
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Ledger</title>{inner}</feed>'.encode()
