"""Which original a republished article credits, and under which URL an article is kept."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from copydesk.extraction.hosts import brand_of, site_of
from copydesk.extraction.jsonld import url_of
from copydesk.extraction.tags import Tags
from copydesk.text import collapse_space
from copydesk.urls import canonical_url

SYNDICATION_META = (
    "syndication-source",
    "original-source",
    "article:original_source",
    "og:original_source",
    "dc.source",
    "dcterms.source",
    "source_url",
)
SOCIAL = frozenset(
    [
        "facebook",
        "twitter",
        "x",
        "t",
        "linkedin",
        "pinterest",
        "reddit",
        "whatsapp",
        "wa",
        "telegram",
        "tumblr",
        "instagram",
        "youtube",
        "youtu",
        "tiktok",
        "flipboard",
        "google",
        "apple",
        "amazon",
        "amzn",
        "threads",
        "bsky",
        "mastodon",
        "vk",
        "ok",
        "line",
        "weibo",
        "getpocket",
        "instapaper",
        "messenger",
        "snapchat",
        "xing",
    ]
)
"""Brands whose links share or promote, never credit."""
SHARE_URL = re.compile(r"share|intent|sharer|submit\?|mailto:|javascript:|/send\?|text=", re.I)
CREDIT = re.compile(
    r"^\W*(?:(?:original\s+)?(?:source|article|story|post|report)(?:\s+(?:link|url|article|story))?|source\s+link|via|"
    r"(?:read|see|view)\s+the\s+(?:original|full)(?:\s+(?:article|story|post|report|version))?(?:\s+(?:here|on|at|from).{0,60})?|read\s+(?:it\s+)?(?:at|on)\s+the\s+source|credits?|"
    r"(?:quelle|originalartikel|zum\s+original|source\s+originale|article\s+original|lien\s+source|fuente(?:\s+original)?|enlace\s+original|artículo\s+original|"
    r"fonte(?:\s+originale)?|articolo\s+originale|artigo\s+original|bron|oorspronkelijk\s+artikel|källa|kilde|lähde|źródło|zdroj|источник|оригинал|出典|元記事|引用元|来源|原文链接|원문|출처))"
    r"(?:\s*(?:[:：|»>→\-–—]|$)|\s+(?=\w))",
    re.I,
)
"""A line at the end that is a credit."""
APPEARED = re.compile(
    r"\b(?:(?:originally|first)\s+(?:published|appeared|posted|ran|reported|written)|(?:re-?published|reprinted|reproduced|syndicated|reposted|cross-?posted)\s+(?:(?:here\s+)?with\s+(?:the\s+)?(?:kind\s+)?permission\s+)?(?:from|of|by)|"
    r"(?:article|story|post|column|piece|essay|report)\s+(?:\w+\s+){0,2}appeared\s+(?:first\s+)?(?:on|at|in)|this\s+(?:article|story|post|report)\s+(?:is|was)\s+(?:provided|supplied|syndicated|taken)|"
    r"(?:zuerst|ursprünglich)\s+(?:erschienen|veröffentlicht)|erschien\s+(?:zuerst|ursprünglich)|(?:publié|paru)\s+(?:initialement|à\s+l.origine|d.abord)|(?:initialement|d.abord)\s+(?:publié|paru)|"
    r"(?:publicado|apareció)\s+(?:originalmente|primero|por\s+primera)|originalmente\s+(?:publicado|en)|(?:pubblicato|apparso)\s+(?:originariamente|originalmente|per\s+la\s+prima)|oorspronkelijk\s+(?:gepubliceerd|verschenen))",
    re.I,
)
TAIL_LINES = 14
"""From the end of the page's text, among which a credit is looked for."""
MAX_CREDIT_CHARS = 260
LINE_CHARS = 80
"""Of a line, compared to find it again."""
REMEMBERED_LINES = 4
"""Before a credit, of which one must be at the end of the text."""
MAX_CREDITS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where an article is kept, and whom it credits."""

    canonical_url: str
    based_on_url: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """A line that may credit an original."""

    target: str
    line: str
    before: tuple[str, ...]
    """Beginnings of the paragraphs before it."""


def find_address(tags: Tags, credits: Sequence[Credit], *, url: str, last_lines: Sequence[str]) -> Address:
    """Return the canonical URL of a page and the URL of the original it credits, with reasons.

    `last_lines` are the last lines of the article's text, to know where a credit may stand.
    """
    kept, foreign, notes = choose_canonical(tags, url=url)
    stated = [
        (
            "isBasedOn",
            url_of((tags.article or {}).get("isBasedOn")) or url_of((tags.article or {}).get("isBasedOnUrl")),
        ),
        ("rel=canonical on another site", foreign or ""),
        *((f"meta {name}", value) for name in SYNDICATION_META for value in tags.all(name)),
    ]
    for origin, raw in stated:
        target = _foreign(raw, url)
        if target:
            return Address(canonical_url=kept, based_on_url=target, notes=(*notes, f"based on {target}: {origin}"))
    credit = choose_credit(credits, last_lines)
    if credit is None:
        return Address(canonical_url=kept, notes=notes)
    notes = (*notes, f"based on {credit.target}: credit line {credit.line[:80]!r}")
    return Address(canonical_url=kept, based_on_url=credit.target, notes=notes)


def choose_canonical(tags: Tags, *, url: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Return (URL to keep the article under, an original on another site, notes on what was not trusted).

    Reference: RFC 6596; the reasons are mistakes seen on publishers' pages.
    """
    own = canonical_url(url) if url else ""
    raw = next((href for href in tags.links.get("canonical", []) if href), "")
    if not raw:
        return own, None, ()
    target = _absolute(raw, tags.base_url or url)
    if not target:
        return own, None, (f"rel=canonical refused: no web address: {raw[:120]}",)
    if not url:
        return canonical_url(target), None, ()
    there, here = urlsplit(target), urlsplit(url)
    if len(there.path.strip("/")) <= 3 and not there.query and len(here.path.strip("/")) > 3:
        return own, None, (f"rel=canonical refused: it names a home page: {target}",)
    if site_of(target) != site_of(url) and brand_of(target) != brand_of(url):
        return own, target, (f"rel=canonical is on another site: {target}",)
    is_above = here.path.startswith(there.path.rstrip("/") + "/") and not there.query
    if (
        is_above
        and "amp" not in here.path[len(there.path) :].lower()
        and re.fullmatch(r"/[^/-]+(?:-[^/-]+)?/?", there.path)
    ):
        return own, None, (f"rel=canonical refused: it names a section: {target}",)
    return canonical_url(target), None, ()


def collect_credits(root: HtmlElement, *, url: str) -> list[Credit]:
    """Return the lines of a page that could be credits, in order; call it before the page is cut.

    A credit is a short line that says `Source`, `Via`, `originally appeared on`… and links to one page of another site.
    """
    credits: list[Credit] = []
    before: deque[HtmlElement] = deque(maxlen=REMEMBERED_LINES)
    own = f"{site_of(url)}/" if url else "\n"
    for element in root.iter("p", "li", "a"):
        if element.tag != "a":
            before.append(element)
            continue
        href = element.get("href") or ""
        if not href.startswith(("http:", "https:", "//")) or own in href[:60] or len(credits) >= MAX_CREDITS:
            continue  # most links of a page stay on its site: told without parsing them
        anchor = "".join(element.itertext())
        if len(anchor) > MAX_CREDIT_CHARS:
            continue
        line = _line_of(element)
        if not line or len(line) > MAX_CREDIT_CHARS or not _is_credit(line, collapse_space(anchor)):
            continue
        if target := _foreign(href, url):
            credits.append(
                Credit(
                    target=target,
                    line=line,
                    before=tuple(collapse_space("".join(e.itertext()))[:LINE_CHARS] for e in before),
                )
            )
    return credits


def choose_credit(credits: Sequence[Credit], last_lines: Sequence[str]) -> Credit | None:
    """Return the last credit that stands at the end of the text, of which `last_lines` are the last lines."""
    known = {line[:LINE_CHARS] for line in last_lines}
    for credit in reversed(credits):
        if credit.line[:LINE_CHARS] in known or any(line in known for line in credit.before):
            return credit
    return None


def _is_credit(line: str, anchor: str) -> bool:
    if APPEARED.search(line):
        return True
    match = CREDIT.match(line)
    if not match:
        return False
    rest = line[match.end() :].strip()
    return len(rest) <= max(len(anchor) + 25, 0) and len(line) <= 160


def _line_of(link: HtmlElement) -> str:
    """The text of the block that a link stands in."""
    for home in link.iterancestors(
        "p", "li", "div", "h4", "h5", "h6", "td", "section", "article", "footer", "aside", "cite"
    ):
        return collapse_space("".join(home.itertext()))[: MAX_CREDIT_CHARS + 1]
    return ""


def _absolute(raw: str, base: str) -> str:
    try:
        absolute = urljoin(base, raw.strip())
        parts = urlsplit(absolute)
        return absolute if parts.scheme in ("http", "https") and "." in (parts.hostname or "") else ""
    except ValueError:
        return ""


def _foreign(raw: str, url: str) -> str | None:
    """`raw` as an address of a page on another site that may be an original, else None."""
    target = _absolute(raw, url) if raw else ""
    if not target or SHARE_URL.search(raw):
        return None
    if site_of(target) == site_of(url) or brand_of(target) == brand_of(url) or brand_of(target) in SOCIAL:
        return None
    return target


def last_words(lines: Iterable[str]) -> list[str]:
    """The last lines of a text that are long enough to be found again."""
    return [line for line in lines if len(line) > 20][-TAIL_LINES:]
