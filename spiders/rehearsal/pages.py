"""Articles and lists of articles as each publication's pages, from templates/NAME.html.

A template file is parted by lines `%%%% PART`. `chrome` surrounds everything; `article`, `paragraph`, `list`, `item`,
`standfirst`, `byline`, `figure`, `modified`, `interlude` (between the paragraphs), `update` (of a live blog) and
`credit` make an article; `card` is one link of a list, `list_page` the list. Placeholders: `string.Template`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from spiders.rehearsal.publications import Publication
from spiders.rehearsal.texts import is_list

TEMPLATES = Path(__file__).parent / "templates"
INTERLUDE_AFTER = 2
"""Paragraphs before the advertisement, the box of related links and the like that stand within the text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link to an article, as lists and boxes show it."""

    url: str
    headline: str
    standfirst: str = ""
    published_at: datetime | None = None
    section: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One update of a live blog."""

    posted_at: datetime
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlePage:
    """What a template needs to know of an article."""

    url: str
    canonical_url: str
    amp_url: str
    headline: str
    paragraphs: tuple[str, ...]
    standfirst: str
    authors: tuple[str, ...]
    section: str
    language: str
    published_at: datetime
    modified_at: datetime | None
    image_url: str
    caption: str
    credit: Link | None
    """The original that a republished article names at its end."""
    posts: tuple[Post, ...] = ()
    """Newest first."""


@cache
def parts_of(template: str) -> dict[str, Template]:
    """The parts of a template by name."""
    text = (TEMPLATES / f"{template}.html").read_text(encoding="utf-8")
    named = (block.partition("\n") for block in text.split("%%%% ")[1:])
    return {name.strip(): Template(body.rstrip("\n")) for name, _, body in named}


def fill(parts: dict[str, Template], part: str, **values: str) -> str:
    """A part with values put in; empty where the template has no such part."""
    return parts[part].substitute(values) if part in parts else ""


def article_page(
    press: Publication, home: str, page: ArticlePage, related: Sequence[Link], popular: Sequence[Link], *, amp: bool
) -> str:
    """The HTML of an article's page. `related` never changes, `popular` does from day to day."""
    parts = parts_of(f"{press.name}-amp" if amp else press.name)
    words = _words(press, page)
    words["credit"] = _credit(parts, page)
    words["standfirst_block"] = fill(parts, "standfirst", **words) if page.standfirst else ""
    words["byline"] = fill(parts, "byline", **words) if page.authors else ""
    words["modified"] = fill(parts, "modified", **words) if page.modified_at else ""
    words["figure"] = fill(parts, "figure", **words) if page.image_url else ""
    words["body"] = _body(press, parts, page)
    words["related"] = "\n".join(_card(press, parts, "related", link) for link in related)
    words["popular"] = "\n".join(_card(press, parts, "popular", link) for link in popular)
    return _surround(press, parts, home, page.headline, fill(parts, "head", **words), fill(parts, "article", **words))


def list_page(press: Publication, home: str, title: str, links: Sequence[Link]) -> str:
    """The HTML of a section's page, or of the front page."""
    parts = parts_of(press.name)
    cards = "\n".join(_card(press, parts, "card", link) for link in links)
    main = fill(parts, "list_page", title=escape(title), cards=cards)
    return _surround(press, parts, home, title, "", main)


def plain_page(press: Publication, home: str, title: str, main: str) -> str:
    """Any other page of the publication; `main` is HTML."""
    return _surround(press, parts_of(press.name), home, title, "", main)


def shown_time(press: Publication, at: datetime) -> str:
    """An instant as the publication's pages write it."""
    return _local(press, at).strftime(press.date_format)


def _local(press: Publication, at: datetime) -> datetime:
    return at.astimezone(timezone(timedelta(hours=press.utc_offset_h)))


def _words(press: Publication, page: ArticlePage) -> dict[str, str]:
    modified_at = page.modified_at or page.published_at
    plain = {
        "url": page.url,
        "canonical": page.canonical_url,
        "amp_url": page.amp_url,
        "headline": page.headline,
        "standfirst": page.standfirst,
        "authors": ", ".join(page.authors),
        "section": page.section,
        "section_slug": page.section.lower(),
        "published_iso": _local(press, page.published_at).isoformat(),
        "published_text": shown_time(press, page.published_at),
        "modified_iso": _local(press, modified_at).isoformat(),
        "modified_text": shown_time(press, modified_at),
        "image": page.image_url,
        "caption": page.caption,
        "title": press.title,
        "language": page.language,
    }
    return {key: escape(value) for key, value in plain.items()} | {"json_ld": _json_ld(press, page)}


def _body(press: Publication, parts: dict[str, Template], page: ArticlePage) -> str:
    blocks = [_paragraph(parts, text) for text in page.paragraphs]
    if len(blocks) > INTERLUDE_AFTER:
        blocks.insert(INTERLUDE_AFTER, fill(parts, "interlude"))
    for post in page.posts:
        text = "\n".join(_paragraph(parts, paragraph) for paragraph in post.paragraphs)
        iso, shown = _local(press, post.posted_at).isoformat(), _local(press, post.posted_at).strftime("%H.%M GMT")
        blocks.append(fill(parts, "update", posted_iso=iso, posted_text=shown, text=text))
    return "\n".join(blocks)


def _paragraph(parts: dict[str, Template], text: str) -> str:
    if not is_list(text):
        return fill(parts, "paragraph", text=escape(text, quote=False))
    lines = (line.removeprefix("- ") for line in text.split("\n"))
    return fill(parts, "list", items="".join(fill(parts, "item", text=escape(line, quote=False)) for line in lines))


def _credit(parts: dict[str, Template], page: ArticlePage) -> str:
    if page.credit is None:
        return ""
    return fill(parts, "credit", url=escape(page.credit.url), headline=escape(page.credit.headline))


def _card(press: Publication, parts: dict[str, Template], part: str, link: Link) -> str:
    shown = shown_time(press, link.published_at) if link.published_at else ""
    plain = {
        "url": link.url,
        "headline": link.headline,
        "standfirst": link.standfirst,
        "published_text": shown,
        "section": link.section,
    }
    return fill(parts, part, **{key: escape(value) for key, value in plain.items()})


def _surround(press: Publication, parts: dict[str, Template], home: str, title: str, head: str, main: str) -> str:
    return fill(
        parts,
        "chrome",
        page_title=escape(title),
        title=escape(press.title),
        home=home,
        head=head,
        main=main,
        encoding=press.encoding,
        language=press.language,
    )


def _json_ld(press: Publication, page: ArticlePage) -> str:
    """NewsArticle as search engines ask for it, in a string that may stand in a script element."""
    told = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if page.posts else "NewsArticle",
        "mainEntityOfPage": page.canonical_url,
        "headline": page.headline,
        "description": page.standfirst,
        "datePublished": _local(press, page.published_at).isoformat(),
        "dateModified": _local(press, page.modified_at or page.published_at).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in page.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": press.title},
        "articleSection": page.section,
        "image": [page.image_url] if page.image_url else [],
        "inLanguage": page.language,
        "isAccessibleForFree": True,
    }
    return json.dumps({key: value for key, value in told.items() if value not in ("", [])}).replace("<", "\\u003c")
