"""An Atom feed of what a search or a tag finds (RFC 4287): whole texts, copies folded, the last to arrive first."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

from storage.articles import make_row
from storage.database import Database, StoredRow
from storage.store import Row
from storage.web.find import Search, find_arrivals
from storage.web.show import paragraphs, plain, read_instant, web_url

ENTRIES = 50
MOST_ENTRIES = 200
TEXT_CHARS = 200_000
"""Of one text; the rest is at our page."""
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""As BCP 47 has it."""
URL_CHARS = "/:?#[]@!$&'()*+,;=%~-._"
"""What stands for itself in a URL; all else is written as %XX."""
STRAY = re.compile("%(?![0-9A-Fa-f]{2})")

ROWS = """
SELECT articles.*, COALESCE((SELECT MAX(seen_at) FROM revisions WHERE article_id = articles.id AND cause = 'publisher'),
                            first_seen_at) AS changed_at
  FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What a feed is made of."""

    asked: Search
    entries: list[tuple[Row, str]]
    """Articles with the instant at which their publisher last changed them."""


def read_feed(database: Database, asked: Search, *, limit: int = ENTRIES) -> Feed:
    """The articles of a feed, the last to arrive first: a reader that looks now and then misses none."""
    ids = find_arrivals(database, asked, limit=min(max(1, limit), MOST_ENTRIES))
    rows: list[StoredRow] = database.rows(ROWS, (json.dumps(ids),))
    return Feed(asked=asked, entries=[(make_row(row), str(row["changed_at"])) for row in rows])


def feed_link(asked: Search) -> str:
    """The query of a feed, its values in one order: `?q=…`; empty where all is asked for."""
    query = urlencode(sorted((name, value) for name, value in asked.pairs() if value and name != "order"))
    return f"?{query}" if query else ""


def feed_title(asked: Search) -> str:
    """
    >>> feed_title(Search(q="rate cut", tag="uk"))
    'Copydesk: rate cut, tag uk'
    """
    named = [value if name == "q" else f"{name} {value}" for name, value in asked.pairs() if value and name != "order"]
    return f"Copydesk: {', '.join(named)}" if named else "Copydesk: all articles"


def render(feed: Feed, *, base_url: str, now: datetime) -> bytes:
    """The document. `base_url`: of our pages, without a slash at its end; the feed's id depends on it, those of its
    entries do not."""
    query = feed_link(feed.asked)
    self_url = f"{base_url}/feed{query}"
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "id", _urn(self_url))
    _add(root, "title", plain(feed_title(feed.asked)))
    _add(root, "updated", max((_instant(changed) for _, changed in feed.entries), default=_instant(now.isoformat())))
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=self_url)
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=f"{base_url}/search{query}")
    _add(root, "generator", "Copydesk")
    for article, changed in feed.entries:
        _add_entry(root, article, changed, base_url)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()


def _add_entry(root: ET.Element, article: Row, changed: str, base_url: str) -> None:
    entry = ET.SubElement(root, "entry")
    language = str(article["language"] or "")
    if LANGUAGE.fullmatch(language):
        entry.set("xml:lang", language)
    here = f"{base_url}/article/{article['id']}"
    original = _as_iri(web_url(article["url"]) or web_url(article["canonical_url"]))
    _add(entry, "id", _urn(str(article["canonical_url"])))
    _add(entry, "title", plain(article["headline"]) or "(no headline)")
    _add(entry, "updated", _instant(changed))
    if read_instant(article["published_at"]) is not None:
        _add(entry, "published", _instant(str(article["published_at"])))
    names = [plain(name).strip() for name in article["authors"]]
    for name in [name for name in names if name] or [plain(article["publisher"]).strip() or str(article["source"])]:
        _add(ET.SubElement(entry, "author"), "name", name)
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=original or here)
    ET.SubElement(entry, "link", rel="related", type="text/html", href=here, title="in Copydesk")
    for term in dict.fromkeys(plain(each).strip() for each in (article["section"], *article["keywords"]) if each):
        if term:
            ET.SubElement(entry, "category", term=term)
    if article["standfirst"]:
        _add(entry, "summary", plain(article["standfirst"]))
    _add(entry, "content", _as_html(str(article["body_text"])), type="html")


def _as_html(text: str) -> str:
    """The paragraphs of a text as HTML; what a publisher wrote is text here, whatever it pretends to be."""
    blocks = []
    for lines in paragraphs(text[:TEXT_CHARS]):
        if len(lines) > 1:
            blocks.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")
        elif lines:
            blocks.append(f"<p>{escape(lines[0])}</p>")
    if len(text) > TEXT_CHARS:
        blocks.append(f"<p>… ({len(text) - TEXT_CHARS:,} more characters)</p>")
    return "\n".join(blocks)


def _as_iri(url: str) -> str:
    return quote(STRAY.sub("%25", url), safe=URL_CHARS)


def _urn(url: str) -> str:
    """An id that is the same for ever, and for every desk (RFC 4122, section 4.3)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, url).urn


def _instant(text: str) -> str:
    """As RFC 3339 has it, in UTC."""
    found = read_instant(text)
    assert found is not None, text
    return found.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text
