"""Feeds and sitemaps as the publications write them, with the mistakes that real ones make."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from spiders.rehearsal.publications import Publication

NEWS_SITEMAP_DAYS = 2
"""News sitemaps hold the last two days (Google News)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One entry, as the publication lists it."""

    url: str
    headline: str
    published_at: datetime
    modified_at: datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    html: str = ""
    """The text, for feeds that carry it."""


Writer = Callable[[Publication, str, Sequence[Listed]], bytes]


def rss2(press: Publication, home: str, entries: Sequence[Listed]) -> bytes:
    """RSS 2.0 with Dublin Core authors and content:encoded."""
    items = "".join(
        f"<item><title>{escape(entry.headline)}</title><link>{escape(entry.url)}</link>"
        + "".join(f"<dc:creator><![CDATA[{name}]]></dc:creator>" for name in entry.authors)
        + f"<pubDate>{format_datetime(entry.published_at)}</pubDate>"
        f"<category><![CDATA[{entry.section}]]></category><guid isPermaLink='true'>{escape(entry.url)}</guid>"
        f"<description><![CDATA[<p>{entry.summary} [&#8230;]</p>]]></description>"
        f"<content:encoded><![CDATA[{entry.html}]]></content:encoded></item>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{escape(press.title)}</title><link>{home}/</link>"
        f"<description>{escape(press.title)}</description><language>{press.language}</language><ttl>15</ttl>\n"
        f"{items}</channel></rss>"
    ).encode()


def rss091(press: Publication, home: str, entries: Sequence[Listed]) -> bytes:
    """RSS 0.91: a title, a link and a description, no dates."""
    items = "".join(
        f"<item><title>{escape(entry.headline)}</title><link>{escape(entry.url)}</link>"
        f"<description>{escape(entry.summary)}</description></item>\n"
        for entry in entries
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="0.91"><channel><title>{escape(press.title)}</title>'
        f"<link>{home}/</link><description>Nachrichten</description><language>{press.language}</language>\n"
        f"{items}</channel></rss>"
    ).encode()


def rss1(press: Publication, home: str, entries: Sequence[Listed]) -> bytes:
    """RSS 1.0 in windows-1252 that is no XML: bare ampersands, an entity of HTML, and links without a host."""
    links = [_relative(entry.url) for entry in entries]
    sequence = "".join(f'<rdf:li rdf:resource="{link}"/>' for link in links)
    items = "".join(
        f'<item rdf:about="{link}"><title>{entry.headline}</title><link>{link}</link>'
        f"<description>{entry.summary}&nbsp;...</description><dc:date>{entry.published_at.isoformat()}</dc:date></item>\n"
        for link, entry in zip(links, entries, strict=True)
    )
    text = (
        '<?xml version="1.0" encoding="windows-1252"?>\n<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{home}/"><title>{press.title}</title><link>{home}/</link>'
        f"<description>Markets & movements</description><items><rdf:Seq>{sequence}</rdf:Seq></items></channel>\n"
        f"{items}</rdf:RDF>"
    )
    return text.encode("windows-1252", "xmlcharrefreplace")


def atom(press: Publication, home: str, entries: Sequence[Listed]) -> bytes:
    """Atom with an alternate and a comments link on each entry (RFC 4287)."""
    items = "".join(
        f'<entry><title type="text">{escape(entry.headline)}</title>'
        f"<id>tag:{press.name},2020:{urlsplit(entry.url).path}</id>"
        f'<link rel="replies" type="text/html" href="{escape(entry.url)}#comments"/>'
        f'<link rel="alternate" type="text/html" href="{escape(entry.url)}"/>'
        f"<published>{entry.published_at.isoformat()}</published><updated>{entry.modified_at.isoformat()}</updated>"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in entry.authors)
        + f'<summary type="html">{escape(escape(entry.summary))}</summary></entry>\n'
        for entry in entries
    )
    updated = max((entry.modified_at for entry in entries), default=None)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f'<title>{escape(press.title)}</title><id>{home}/</id><link rel="self" href="{home}{press.feed_path}"/>'
        f'<link href="{home}/"/>'
        + (f"<updated>{updated.isoformat()}</updated>\n" if updated else "")
        + f"{items}</feed>"
    ).encode()


def json_feed(press: Publication, home: str, entries: Sequence[Listed]) -> bytes:
    """JSON Feed 1.1."""
    items = [
        {
            "id": entry.url,
            "url": entry.url,
            "title": entry.headline,
            "summary": entry.summary,
            "content_text": entry.summary,
            "date_published": entry.published_at.isoformat(),
            "date_modified": entry.modified_at.isoformat(),
            "authors": [{"name": name} for name in entry.authors],
            "tags": [entry.section],
        }
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": press.title,
        "home_page_url": f"{home}/",
        "feed_url": f"{home}{press.feed_path}",
        "language": press.language,
        "items": items,
    }
    return json.dumps(feed, indent=1).encode()


WRITERS: dict[str, tuple[Writer, str]] = {
    "rss2": (rss2, "application/rss+xml; charset=UTF-8"),
    "rss1": (rss1, "text/xml"),
    "rss091": (rss091, "text/html; charset=utf-8"),
    "atom": (atom, "application/atom+xml"),
    "json": (json_feed, "application/feed+json"),
}
"""How each kind is written, and the Content-Type under which it is sent (one of them a wrong one)."""


def sitemap_index(home: str, changed_at: datetime) -> bytes:
    """A sitemap index that names the news sitemap and the whole one."""
    names = ("/sitemap-news.xml.gz", "/sitemap-articles.xml")
    entries = "".join(
        f"<sitemap><loc>{home}{name}</loc><lastmod>{changed_at.isoformat()}</lastmod></sitemap>" for name in names
    )
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>')


def sitemap(entries: Sequence[Listed]) -> bytes:
    """All articles, without titles."""
    urls = "".join(
        f"<url><loc>{escape(entry.url)}</loc><lastmod>{entry.modified_at.isoformat()}</lastmod></url>\n"
        for entry in entries
    )
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>')


def news_sitemap(press: Publication, entries: Sequence[Listed]) -> bytes:
    """The given articles with their titles, gzipped."""
    urls = "".join(
        f"<url><loc>{escape(entry.url)}</loc><news:news><news:publication><news:name>{escape(press.title)}</news:name>"
        f"<news:language>{press.language}</news:language></news:publication>"
        f"<news:publication_date>{entry.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(entry.headline)}</news:title></news:news></url>\n"
        for entry in entries
    )
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return gzip.compress(_xml(f"<urlset {names}>\n{urls}</urlset>"), mtime=0)


def _xml(text: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _relative(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
