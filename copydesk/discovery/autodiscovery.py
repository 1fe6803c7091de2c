"""Where a publication may list its articles: what its pages and its robots.txt say, and paths that are common.

Leads only: whether something stands there, and what it is worth, `copydesk.discovery.proposal` judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from copydesk.discovery.sections import is_article_like, menu_urls, read_html
from copydesk.extraction.hosts import site_of
from copydesk.model import EndpointKind
from copydesk.urls import canonical_url, resolve_url

FEED_TYPES = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"),
        *("application/xml", "text/xml"),
    }
)
"""Of link tags that lead to feeds (WHATWG HTML, section 4.6.7.1; jsonfeed.org). `application/json` alone is WordPress'
interface for programs."""
FEED_PATH = re.compile(r"(?:^|[/.])(?:rss\d?|feeds?|atom|rdf)(?:$|[./])|\.(?:rss|atom|rdf)$", re.IGNORECASE)
"""Of links that most likely lead to a feed."""
FEED_PATHS = ("feed/", "rss", "rss.xml", "feed.xml", "index.xml", "atom.xml")
"""Below a section or the root: WordPress, newspapers' own systems, static sites."""
FEED_ENDINGS = (".rss", "/index.rss")
"""After a section's path: Arc and others."""
SITEMAP_PATHS = (
    *("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_news.xml", "/sitemaps/news.xml", "/googlenews.xml"),
    *("/sitemap.xml", "/sitemap_index.xml"),
)
MOST_SECTIONS = 6
"""Pages of a site's menu that are looked at for feeds of their own."""
MOST_FEED_LINKS = 8
"""Links of a page, beside its link tags, that are tried as feeds: some pages list hundreds."""
HOUSE = re.compile(
    r"/(?:about|account|advert|career|contact|cookie|donat|faq|help|imprint|impressum|jobs?$|kontakt|legal|log-?in|"
    r"my-?|newsletter|polic|privacy|register|search|shop|sign-?in|sign-?up|subscri|terms|account|user)",
    re.IGNORECASE,
)
"""Menus lead there too, and no article is listed."""

_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """An address that may be an endpoint."""

    url: str
    kind: EndpointKind
    origin: str
    """Who says so: `link tag`, `link on the page`, `common path`, `robots.txt`, `sitemap index`, `the page itself`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLeads:
    """What a page says of where articles are listed."""

    title: str = ""
    language: str = ""
    """As its root element states it; empty where it does not."""
    feeds: tuple[Lead, ...] = ()
    """Link tags first."""
    section_urls: tuple[str, ...] = ()
    """Pages of its menus that most likely list articles, too."""


def read_page(body: bytes, *, page_url: str, content_type: str = "") -> PageLeads:
    """Return the leads on a page.

    Raises:
        ParseError: it is no web page.
    """
    root = read_html(body, url=page_url, content_type=content_type)
    title = next((" ".join("".join(each.itertext()).split()) for each in root.iter("title")), "")
    tags = [_lead(url, "link tag") for url in _link_tags(root, page_url)]
    links = [_lead(url, "link on the page") for url in _feed_links(root, page_url)]
    return PageLeads(
        title=title[:200],
        language=(root.get("lang") or "").strip(),
        feeds=distinct([*tags, *links]),
        section_urls=tuple(_sections(root, page_url)),
    )


def common_feeds(page_url: str) -> tuple[Lead, ...]:
    """Return where feeds of a page's section, and of its whole site, usually stand."""
    parts = urlsplit(page_url)
    root, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    urls = [f"{root}{path}/{name}" for name in FEED_PATHS]
    if path:
        urls = (
            [f"{root}{path}{ending}" for ending in FEED_ENDINGS] + urls[:3] + [f"{root}/{name}" for name in FEED_PATHS]
        )
    return distinct(_lead(url, "common path") for url in urls)


def common_sitemaps(page_url: str) -> tuple[Lead, ...]:
    """Return where sitemaps of a site usually stand, those for news first."""
    parts = urlsplit(page_url)
    urls = [f"{parts.scheme}://{parts.netloc}{path}" for path in SITEMAP_PATHS]
    return tuple(Lead(url=url, kind=EndpointKind.SITEMAP, origin="common path") for url in urls)


def sitemaps_in_robots(body: bytes, *, robots_url: str) -> tuple[Lead, ...]:
    """Return the sitemaps that a robots.txt names, those for news first (sitemaps.org, "Submitting your Sitemap").

    >>> [lead.url for lead in sitemaps_in_robots(b"Sitemap: /map.xml", robots_url="https://a.example/robots.txt")]
    ['https://a.example/map.xml']
    """
    text = body.decode("utf-8", "replace")
    urls = [url for match in _SITEMAP_LINE.finditer(text) if (url := resolve_url(robots_url, match[1]))]
    urls.sort(key=lambda url: not is_for_news(url))
    return distinct(Lead(url=url, kind=EndpointKind.SITEMAP, origin="robots.txt") for url in urls)


def is_for_news(sitemap_url: str) -> bool:
    """Whether a sitemap's name says that it lists news."""
    return "news" in urlsplit(sitemap_url).path.lower()


def distinct(leads: Iterable[Lead]) -> tuple[Lead, ...]:
    """Leads to each address once; who said it first counts."""
    found: dict[str, Lead] = {}
    for lead in leads:
        found.setdefault(canonical_url(lead.url), lead)
    return tuple(found.values())


def _lead(url: str, origin: str) -> Lead:
    return Lead(url=url, kind=EndpointKind.FEED, origin=origin)


def _link_tags(root: HtmlElement, page_url: str) -> Iterable[str]:
    for element in root.iter("link"):
        rels = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").lower().partition(";")[0].strip()
        if ("alternate" in rels and kind in FEED_TYPES) or "feed" in rels:
            url = resolve_url(page_url, element.get("href") or "")
            if url is not None:
                yield url


def _feed_links(root: HtmlElement, page_url: str) -> list[str]:
    urls = (resolve_url(page_url, element.get("href") or "") for element in root.iter("a"))
    found = [url for url in urls if url and FEED_PATH.search(urlsplit(url).path)]
    return list(dict.fromkeys(found))[:MOST_FEED_LINKS]


def _sections(root: HtmlElement, page_url: str) -> list[str]:
    """Menu pages below the page, or of the first level where the page is a front page."""
    here = urlsplit(page_url)
    path = here.path.rstrip("/")
    found = []
    for url in menu_urls(root, page_url=page_url):
        parts = urlsplit(url)
        below = parts.path.rstrip("/").removeprefix(path) if parts.path.startswith(f"{path}/") else ""
        if not below or below.count("/") > 1 or parts.query or is_article_like(url) or FEED_PATH.search(parts.path):
            continue
        if site_of(url) == site_of(page_url) and parts.netloc == here.netloc and not HOUSE.search(parts.path):
            found.append(url)
    return found[:MOST_SECTIONS]
