"""The one door: a page -> its article, or why it holds none. Pure and bounded: any bytes give one of the two."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import trafilatura
from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.meta import reset_caches as reset_trafilatura

from copydesk.extraction.attribution import collect_credits, find_address, last_words
from copydesk.extraction.body import (
    SHORT_CHARS,
    Block,
    clean_tree,
    complete_blocks,
    find_blocks,
    join_blocks,
    mark_links,
    prose_chars,
)
from copydesk.extraction.crowds import loosen
from copydesk.extraction.decoding import Decoded, decode_page
from copydesk.extraction.hosts import host_of
from copydesk.extraction.junk import MIN_KEPT_SHARE, Context, clean_blocks
from copydesk.extraction.language import choose_language
from copydesk.extraction.layout import find_places
from copydesk.extraction.metadata import Metadata, read_metadata
from copydesk.extraction.phrases import OWN_CORRECTION
from copydesk.extraction.quality import ARTICLE_KINDS, LIST_KINDS, judge
from copydesk.extraction.rescue import filter_by_json, rescue_body
from copydesk.extraction.scorecard import find_unlikely
from copydesk.extraction.standfirst import find_standfirst
from copydesk.extraction.tags import Lines, Tags, read_tags
from copydesk.extraction.views import PageView, Surface, look_at
from copydesk.extraction.walls import CONSENT
from copydesk.model import Article, Candidate, Page, Reason, Refusal
from copydesk.text import body_hash, content_hash, count_words

RULES = 1
"""Raised with every change of rules that changes texts: revisions say which made them."""
EXTRACTOR = f"trafilatura {trafilatura.__version__}; copydesk {RULES}"

MAX_ELEMENTS = 40_000
"""A page with more is no article, and takes seconds."""
MAX_DEPTH = 220
"""Deeper trees are refused: several libraries below go down by recursion."""
COUNT: Any = etree.XPath("count(//*)")
IS_DEEP: Any = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
LEAST_PROSE_CHARS = 150
"""Below, what the fallback extractors give is the page's labels, not a text."""
SURE_WORDS = 120
"""A text of so many words, on a page that says it is an article, is one: the gate is not asked."""
SURE_UNTOLD_WORDS = 220
"""The same on a page that only states when it was published."""

PLAIN_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""One class for every tag: lxml.html would ask Python for the class of each element, some thousand times a page."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def extract_article(page: Page) -> Article | Refusal:
    """Return the article that a page holds, or why it holds none. Touches nothing; takes milliseconds.

    What the parsers below cannot take (nesting, memory limits of libxml2) is a refusal too: `UNREADABLE`.
    """
    decoded = decode_page(page.body, page.content_type)
    if isinstance(decoded, Refusal):
        return decoded
    if not host_of(page.url):
        page = replace(page, url="")
    try:
        root = parse(decoded.utf8)
        if isinstance(root, Refusal):
            return root
        return _extract(root, page, decoded)
    except (RecursionError, etree.LxmlError, UnicodeError) as error:
        return Refusal(reason=Reason.UNREADABLE, detail=f"{type(error).__name__}: {error}"[:300])


def reset_caches() -> None:
    """Forget what trafilatura, htmldate and courlan remember between pages; for a process that lives long."""
    reset_trafilatura()


def parse(utf8: bytes) -> HtmlElement | Refusal:
    """Return the tree of a page; a refusal where it is empty or larger than any article."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(PLAIN_ELEMENTS)
    try:
        root = document_fromstring(utf8, parser=parser)
    except etree.ParserError as error:
        return Refusal(reason=Reason.NOT_HTML, detail=f"no markup: {error}"[:200])
    if utf8.count(b"<") > MAX_ELEMENTS and COUNT(root) > MAX_ELEMENTS:
        return Refusal(reason=Reason.TOO_LARGE, detail=f"more than {MAX_ELEMENTS:,} elements")
    if IS_DEEP(root):
        return Refusal(reason=Reason.UNREADABLE, detail=f"elements nested more than {MAX_DEPTH} deep")
    return root


def _extract(root: HtmlElement, page: Page, decoded: Decoded) -> Article | Refusal:
    tags = read_tags(root, url=page.url)
    meta = read_metadata(root, tags, page)
    credits = collect_credits(root, url=page.url)
    surface = None if _is_told(meta) else look_at(root)
    notes = [*filter(None, [decoded.note]), *meta.notes, *loosen(root, decoded.utf8)]
    published = meta.published_at or _searched_date(root, page)
    notes += clean_tree(root, page.prune)
    found = _find_body(root, decoded.utf8, tags, meta, page)
    body_text = join_blocks(found.blocks)
    words = count_words(body_text)
    if not _is_sure(meta, found, words):
        refusal = judge(_view(surface or _look_again(decoded.utf8), page, tags, meta, found))
        if refusal:
            return refusal
    address = find_address(tags, credits, url=page.url, last_lines=last_words(block.text for block in found.blocks))
    headline = meta.headline or found.standfirst[:200]
    return Article(
        canonical_url=address.canonical_url,
        url=page.url,
        headline=headline,
        body_text=body_text,
        publisher=meta.publisher or None,
        standfirst=found.standfirst or None,
        authors=meta.authors,
        published_at=published,
        modified_at=meta.modified_at,
        section=meta.section or None,
        keywords=meta.keywords,
        language=choose_language(
            body_text, declared=tags.html_language or tags.first("og:locale")[1], hint=page.language_hint
        ),
        lead_image_url=meta.lead_image_url or None,
        based_on_url=address.based_on_url,
        paywalled=meta.paywalled,
        word_count=words,
        content_hash=content_hash(headline, body_text),
        body_hash=body_hash(body_text),
        extractor=EXTRACTOR,
        candidates=(*meta.candidates, *_canonical_candidates(tags)),
        notes=(*notes, *address.notes, *found.notes),
    )


def _is_sure(meta: Metadata, found: _Found, words: int) -> bool:
    """Whether the gate need not be asked: the page says that it is an article, and is neither stub nor banner."""
    if not _is_told(meta) or words < (SURE_WORDS if meta.kinds & ARTICLE_KINDS else SURE_UNTOLD_WORDS):
        return False
    return not any(CONSENT.search(block.text[:300]) for block in found.blocks[:2])


def _is_told(meta: Metadata) -> bool:
    """Whether tags say that the page is an article, and not that it is a list: else the gate is asked anyway."""
    return not meta.kinds & LIST_KINDS and (bool(meta.kinds & ARTICLE_KINDS) or _is_dated(meta))


def _is_dated(meta: Metadata) -> bool:
    """Whether a tag of the article states when it was published: days in addresses and lists do not count."""
    return any(
        candidate.field == "published_at" and candidate.origin.startswith(("meta:", "json-ld:"))
        for candidate in meta.candidates
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """The text of a page, with what was done to it."""

    blocks: list[Block]
    standfirst: str
    notes: tuple[str, ...]
    is_from_json: bool
    """It does not stand in the markup."""


def _find_body(root: HtmlElement, utf8: bytes, tags: Tags, meta: Metadata, page: Page) -> _Found:
    """Fast first; with the fallback extractors only where the result is doubtful. Then what JSON knows, then junk."""
    lines = Lines()
    blocks, tree, notes = _find_raw(root, utf8, page, lines)
    blocks, missed = complete_blocks(blocks, root, lines)
    notes += [f"{missed} paragraphs added from further containers of the same kind"] if missed else []
    blocks, note = rescue_body(blocks, meta.json_body, tags.json_scripts)
    notes += [note] if note else []
    is_from_json = bool(note)
    filtered = filter_by_json(blocks, meta.json_body)
    if len(filtered) < len(blocks):
        notes.append(f"{len(blocks) - len(filtered)} lines dropped that JSON-LD's articleBody does not know")
    context = Context(
        titles=meta.titles,
        section=meta.section,
        publisher=meta.publisher,
        authors=meta.authors,
        alts=frozenset(alt for image in root.iter("img", "amp-img") if (alt := image.get("alt"))),
    )
    cleaned = clean_blocks(filtered, context)
    standfirst, kept = find_standfirst(root, cleaned.blocks, meta.descriptions)
    unlikely = {
        id(filtered[index]): share
        for index, share in find_unlikely(filtered, find_places(filtered, tree, lines)).items()
        if not OWN_CORRECTION.match(filtered[index].text)
    }
    likely, dropped = _drop_unlikely(kept, unlikely)
    return _Found(
        blocks=likely,
        standfirst=standfirst,
        notes=(*notes, *cleaned.notes, *dropped),
        is_from_json=is_from_json,
    )


def _find_raw(root: HtmlElement, utf8: bytes, page: Page, lines: Lines) -> tuple[list[Block], HtmlElement, list[str]]:
    """(blocks, the tree they come from, notes): fast first, with the fallback extractors where that gives little."""
    blocks = find_blocks(root, url=page.url)
    mark_links(blocks, root, lines)
    if prose_chars(blocks) >= SHORT_CHARS:
        return blocks, root, []
    whole = parse(utf8)
    if isinstance(whole, Refusal):
        return blocks, root, []
    loosen(whole, utf8)
    fuller = find_blocks(whole, url=page.url, full=True)
    mark_links(fuller, whole, lines)
    if prose_chars(fuller) <= max(LEAST_PROSE_CHARS, 1.1 * prose_chars(blocks)):
        return blocks, root, []
    return fuller, whole, ["little prose: taken from the fallback extractors, from the uncut page"]


def _drop_unlikely(blocks: list[Block], unlikely: dict[int, float]) -> tuple[list[Block], list[str]]:
    """The blocks without those that the scorecard finds unlikely, unless little would be left, and notes."""
    kept = [block for block in blocks if id(block) not in unlikely]
    if sum(len(block.text) for block in kept) < MIN_KEPT_SHARE * sum(len(block.text) for block in blocks):
        return blocks, ["the scorecard would have left too little"]
    dropped = [block for block in blocks if id(block) in unlikely]
    return kept, [f"scorecard {unlikely[id(block)]:.2f}: {block.text[:80]}" for block in dropped[:20]]


def _searched_date(root: HtmlElement, page: Page) -> datetime | None:
    """The day that htmldate finds in URL and text, where no tag gives one. Costs some milliseconds."""
    latest = page.fetched_at.strftime("%Y-%m-%d") if page.fetched_at else None
    found = find_date(
        root,
        original_date=True,
        extensive_search=False,
        url=page.url or None,
        max_date=latest,
        deferred_url_extractor=False,
    )
    if not found:
        return None
    return datetime.strptime(found, "%Y-%m-%d").replace(tzinfo=UTC)


def _canonical_candidates(tags: Tags) -> list[Candidate]:
    hrefs = tags.links.get("canonical", [])[:3]
    return [Candidate(field="canonical_url", value=href[:500], origin="html:link[rel=canonical]") for href in hrefs]


def _look_again(utf8: bytes) -> Surface:
    """The uncut page, parsed once more: few need it, and to look at it first would cost all."""
    root = parse(utf8)
    return Surface() if isinstance(root, Refusal) else look_at(root)


def _view(surface: Surface, page: Page, tags: Tags, meta: Metadata, found: _Found) -> PageView:
    """What the gate wants to know."""
    return PageView(
        url=page.url,
        titles=tuple(title for title in (tags.title, *tags.h1[:2]) if title),
        headline=meta.headline or found.standfirst,
        lines=tuple(block.text for block in found.blocks),
        is_from_json=found.is_from_json,
        kinds=meta.kinds,
        published=_is_dated(meta),
        paywalled=meta.paywalled,
        pieces=surface.pieces,
        scripts=surface.scripts,
        videos=surface.videos,
        passwords=surface.passwords,
    )
