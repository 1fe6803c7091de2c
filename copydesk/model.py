"""The nouns of the desk, as frozen data. Field docstrings say unit, format and what absence means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EndpointKind(StrEnum):
    """What a polled URL holds."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"


class Change(StrEnum):
    """What a fresh extraction is to the stored article."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


class Relation(StrEnum):
    """What one article is to an earlier one. `contains` and `related` never make a duplicate."""

    EXACT = "exact"
    NEAR = "near"
    DERIVED = "derived"
    CONTAINS = "contains"
    RELATED = "related"


class Reason(StrEnum):
    """Why a snapshot gave no article."""

    CONSENT_WALL = "consent_wall"
    BOT_CHECK = "bot_check"
    PAYWALL = "paywall"
    SOFT_404 = "soft_404"
    ERROR_PAGE = "error_page"
    SECTION_PAGE = "section_page"
    SEARCH_PAGE = "search_page"
    MEDIA_PAGE = "media_page"
    NOT_AN_ARTICLE = "not_an_article"
    TOO_SHORT = "too_short"
    NOT_HTML = "not_html"
    TOO_LARGE = "too_large"
    EXTRACT_TIMEOUT = "extract_timeout"
    EXTRACT_CRASH = "extract_crash"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"  # its bytes cannot be had just now: never stored, the page stays pending


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One publication we follow, as a table of sources.toml says it."""

    name: str
    """Unique, [a-z0-9-]."""
    homepage: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    schedule: str = ""
    """`every 15 minutes` and the like; empty: the default of news.toml, unless `cron` is set."""
    cron: str = ""
    include: tuple[str, ...] = ()
    """URL patterns, of which an entry must match one; empty: every URL. See `copydesk.urls.matches_pattern`."""
    exclude: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    """BCP 47, a hint for pages that do not say; empty where unknown."""
    delay_s: float | None = None
    """Between requests to one host; None: the default of news.toml."""
    concurrency_per_host: int | None = None
    render: str = ""
    """`browser` for pages that need one; empty: plain HTTP."""
    enabled: bool = True
    prune: tuple[str, ...] = ()
    """CSS selectors (or XPath, where it begins with `/` or `.//`) that are cut from this source's pages."""
    spider: str = ""
    """A spider of the user's own, `sites/x.py`; empty: the news spider."""

    def endpoints(self) -> list[tuple[EndpointKind, str]]:
        """The URLs to poll, feeds first; for a spider of the user's own the homepage, where nothing else is named."""
        named = [
            *((EndpointKind.FEED, url) for url in self.feeds),
            *((EndpointKind.SITEMAP, url) for url in self.sitemaps),
            *((EndpointKind.SECTION, url) for url in self.sections),
        ]
        if not named and self.spider and self.homepage:
            return [(EndpointKind.SECTION, self.homepage)]
        return named


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An endpoint's pointer to one page, with hints."""

    url: str
    """Absolute, http or https."""
    title: str | None = None
    published_at: datetime | None = None
    """Aware; None where not stated or not readable."""
    modified_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The bytes of one response, ready to extract."""

    url: str
    """The final URL, after redirects."""
    body: bytes
    content_type: str = ""
    """The Content-Type header as sent, empty where none was."""
    fetched_at: datetime | None = None
    """Aware UTC; used to refuse dates from the future."""
    entry: Entry | None = None
    """The hints that led here; None for a page asked for by hand."""
    language_hint: str = ""
    prune: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One value that a page offers for a field, and where it stood."""

    field: str
    value: str
    origin: str
    """`json-ld:NewsArticle.headline`, `meta:og:title`, `html:h1`, `entry:title` …"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One piece of journalism as extracted from one snapshot."""

    canonical_url: str
    url: str
    """The final URL that the text was fetched from."""
    headline: str
    body_text: str
    """Paragraphs separated by a blank line; lists one item a line; no headline, no byline, no captions."""
    publisher: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    """Persons or desks, without "By"."""
    published_at: datetime | None = None
    """Aware, in the page's own offset where it states one; UTC otherwise."""
    modified_at: datetime | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    language: str | None = None
    """BCP 47, of the body."""
    lead_image_url: str | None = None
    based_on_url: str | None = None
    """The original that a republished article credits (schema.org isBasedOn)."""
    paywalled: bool | None = None
    """None where the page does not say."""
    word_count: int = 0
    content_hash: str = ""
    """Over headline and body (NFKC, case kept): decides revisions."""
    body_hash: str = ""
    """Over the body (case-folded; quotes, dashes, white space unified): decides `exact`."""
    extractor: str = ""
    """Name and version of extractor and rules, `trafilatura 2.3.1; copydesk 1`."""
    candidates: tuple[Candidate, ...] = ()
    """Every value seen for headline, authors, dates, canonical URL; the chosen one of each field first."""
    notes: tuple[str, ...] = ()
    """What the extractor did and why, a line each: `dropped headline repeated as first line`. For `why`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a page is no article."""

    reason: Reason
    detail: str
    """One line: what was seen that says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What to do, and why."""

    change: Change
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """One article's relation to an earlier one, with the evidence."""

    of_id: int
    relation: Relation
    score: float
    """0..1"""
    rule: str
    evidence: Mapping[str, object] = field(default_factory=dict)
