"""What the gate looks at: a page's pieces of text in order, each with where it stands and how much of it is links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from copydesk.extraction.hosts import site_of
from copydesk.extraction.titles import SEPARATOR
from copydesk.extraction.walls import address_share, is_banner, is_consent
from copydesk.text import collapse_space, count_words

BLOCKS = frozenset(
    [
        *("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "td", "th", "dd", "dt", "pre"),
        *("div", "section", "article", "ul", "ol", "dl", "table", "tbody", "tr", "figure", "main", "form", "hr", "br"),
        *("header", "footer", "nav", "aside", "center", "button", "label", "body", "dialog", "noscript", "time"),
    ]
)
"""Elements that end a piece of text before and after them."""
UNSEEN = frozenset(["script", "style", "template", "svg", "select", "textarea", "object", "iframe", "math", "head"])
EDGES = {"nav": "edge", "footer": "edge", "aside": "edge", "dialog": "box", "noscript": "noscript"}
EDGE_ROLES = {
    "navigation": "edge",
    "banner": "edge",
    "contentinfo": "edge",
    "complementary": "edge",
    "search": "edge",
    "dialog": "box",
    "alertdialog": "box",
}
MAX_PIECES = 4_000
PROSE_WORDS = 12
"""Of a piece that says something; shorter ones are labels."""
HEADLINE_WORDS = 4
"""Of a link that may be another article's headline."""
LINKED = 0.8
JUMBLE_LABELS = 3
"""Neighbours in menus that stand in one line of a text: no paragraph, but the page as a whole."""
JUMBLE_LINES = 20
"""A text of more lines is no jumble."""
JUMBLE_CHARS = 20_000
BUTTON_WORDS = 12
"""A longer button is a tag that was left open."""
EDGE_SHARE = 0.9
"""Of a page's words: where its edges have more, a tag was left open, and they are no edges."""
LOUD_WORDS = 12
"""Below, a page says nothing outside its boxes, and what they say counts."""
BOT_SCRIPT = re.compile(
    r"cf-chl|challenge-platform|px-captcha|perimeterx|captcha-delivery|datadome|_Incapsula_|h-captcha|g-recaptcha|turnstile",
    re.I,
)
SCRIPT_CHARS = 2_000
HEAD_CHARS = 300
"""Of a title: longer ones are no title, and patterns need not be tried on megabytes."""


class Piece(NamedTuple):
    """One block of visible text, on one line. A tuple: pages have thousands."""

    text: str
    words: int
    links: float
    """Share of its characters that is link text, 0..1."""
    zone: str
    """`main`, `edge` (menus, header, footer, sidebars), `box` (dialogs) or `noscript`."""
    tag: str
    """Of the block; headings and captions are told by it."""
    target: str
    """Where its first link leads, as written."""

    @property
    def is_prose(self) -> bool:
        """Whether it is text of the page itself rather than a link, a heading, or what stands under a picture."""
        is_heading = len(self.tag) == 2 and self.tag[0] == "h"
        is_label = is_heading or self.tag == "figcaption" or (self.tag == "button" and self.words < BUTTON_WORDS)
        return self.zone == "main" and self.links < 0.5 and not is_label

    @property
    def is_headline(self) -> bool:
        """Whether it is a link in the words of a headline."""
        return self.links >= LINKED and self.words >= HEADLINE_WORDS


@dataclass(frozen=True, kw_only=True)
class PageView:
    """What the gate looks at. What takes time is counted when it is first asked for."""

    url: str = ""
    titles: tuple[str, ...] = ()
    """The title tag and the first h1."""
    headline: str = ""
    lines: tuple[str, ...] = ()
    """Of the text that was found."""
    is_from_json: bool = False
    """The text does not stand in the markup."""
    kinds: frozenset[str] = frozenset()
    published: bool = False
    """Whether a tag of the article states when it was published; days in addresses and lists do not count."""
    paywalled: bool | None = None
    pieces: tuple[Piece, ...] = ()
    scripts: str = ""
    """The name of a script that checks for bots."""
    videos: int = 0
    passwords: int = 0
    """Fields for passwords."""

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """What the page calls itself: titles, whole and in parts, and its first headings."""
        titles = [title[:HEAD_CHARS] for title in self.titles]
        parts = [part for title in titles for part in (title, *SEPARATOR.split(title))]
        headings = [piece.text for piece in self.pieces if piece.zone != "edge" and piece.tag in ("h1", "h2", "h3")]
        return tuple(dict.fromkeys(part.strip()[:HEAD_CHARS] for part in (*parts, *headings[:2]) if part.strip()))

    @cached_property
    def text_lines(self) -> tuple[str, ...]:
        """The lines of the text without a banner about cookies before or after it."""
        lines = list(self.lines)
        while lines and is_banner(lines[-1]):
            lines.pop()
        while lines and is_banner(lines[0]):
            lines.pop(0)
        return tuple(lines) or self.lines

    @cached_property
    def is_banner_alone(self) -> bool:
        """Whether the text is nothing but banners."""
        return bool(self.lines) and all(map(is_banner, self.lines))

    @cached_property
    def words(self) -> int:
        """Of the text, as far as it is text: what the fallback extractors take from menus does not count."""
        return sum(count_words(line) if self._is_whole(line) else self._prose_in(line) for line in self.text_lines)

    def _is_whole(self, line: str) -> bool:
        """Whether a line is one piece of the page, rather than a jumble of its menus."""
        if self.is_from_json or line in self._texts or len(self.lines) > JUMBLE_LINES:
            return True
        start = line[:JUMBLE_CHARS]
        labels = [piece.text for piece in self.pieces if piece.links >= LINKED or piece.zone != "main"]
        return sum(f"{one} {next_one}" in start for one, next_one in pairwise(labels)) < JUMBLE_LABELS

    def _prose_in(self, line: str) -> int:
        start = line[:JUMBLE_CHARS]
        return sum(piece.words for piece in self.pieces if piece.is_prose and piece.text in start)

    @cached_property
    def _texts(self) -> frozenset[str]:
        return frozenset(piece.text for piece in self.pieces)

    @cached_property
    def page_words(self) -> int:
        """All words that can be seen."""
        return sum(piece.words for piece in self.pieces)

    @cached_property
    def link_share(self) -> float:
        """Of the page's words that are links, 0..1."""
        return sum(piece.words * piece.links for piece in self.pieces) / max(1, self.page_words)

    @cached_property
    def headline_links(self) -> int:
        """Links in the words of headlines."""
        return sum(piece.is_headline for piece in self.pieces)

    @cached_property
    def prose_blocks(self) -> int:
        """Lines of the text of 25 words or more."""
        return sum(count_words(line) >= 25 for line in self.text_lines)

    @cached_property
    def said(self) -> str:
        """What the page says outside of menus; boxes and notes for want of scripts where that is little."""
        for zones in (("main",), ("main", "box"), ("main", "box", "noscript"), ("main", "box", "noscript", "edge")):
            texts = [piece.text for piece in self.pieces if piece.zone in zones and piece.links < LINKED]
            if sum(map(count_words, texts)) >= LOUD_WORDS:
                break
        return " ".join(texts)[:6_000]

    @cached_property
    def address_share(self) -> float:
        """Of the text's words that speak to the reader: `you`, `please`, `we`, `this page`."""
        return address_share(" ".join(self.text_lines))

    @cached_property
    def consent_share(self) -> float:
        """Of the words of the text that are about consent, 0..1. Lines that are no pieces of the page say nothing."""
        counts = [(count_words(line), is_consent(line)) for line in self.lines if line in self._texts]
        return sum(words for words, about in counts if about) / max(1, sum(words for words, _ in counts))

    @cached_property
    def teased(self) -> tuple[int, int]:
        """(lines of the text beside which a headline links to the same site, all its lines of prose).

        Beside: before each of them or after each of them, as teasers have it.
        """
        known, own = set(self.lines), site_of(self.url)
        order = [mark for piece in self.pieces if (mark := _mark(piece, known, own))]
        pairs = list(pairwise(order))
        return max(pairs.count(("headline", "prose")), pairs.count(("prose", "headline"))), order.count("prose")


def _mark(piece: Piece, known: set[str], own: str) -> str:
    """What a piece is to a list of teasers; empty for dates, labels and buttons."""
    if piece.words >= PROSE_WORDS and piece.links < 0.5:
        return "prose" if piece.text in known else "other"
    if piece.is_headline:
        return "headline" if _is_own(piece.target, own) else "other"
    return "other" if piece.words >= 2 * HEADLINE_WORDS else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surface:
    """What the gate takes from an uncut page."""

    pieces: tuple[Piece, ...] = ()
    scripts: str = ""
    videos: int = 0
    passwords: int = 0


def look_at(root: HtmlElement) -> Surface:
    """Return what the gate wants to know of an uncut page. Costs some milliseconds."""
    return Surface(
        pieces=read_pieces(root),
        scripts=bot_script(root),
        videos=sum(1 for _ in root.iter("video")),
        passwords=count_passwords(root),
    )


def read_pieces(root: HtmlElement) -> tuple[Piece, ...]:
    """Return the pieces of a page's text. One pass, linear in the size of the page."""
    pieces = tuple(_pieces(root))
    words = sum(piece.words for piece in pieces)
    if sum(piece.words for piece in pieces if piece.zone == "edge") <= EDGE_SHARE * words:
        return pieces
    return tuple(piece._replace(zone="main") for piece in pieces)


def bot_script(root: HtmlElement) -> str:
    """Return the name of a script that checks for bots; empty where there is none."""
    sources = (f"{script.get('src') or ''} {(script.text or '')[:SCRIPT_CHARS]}" for script in root.iter("script"))
    match = BOT_SCRIPT.search(" ".join(sources))
    return match[0] if match else ""


def count_passwords(root: HtmlElement) -> int:
    """Return how many fields for passwords a page has."""
    return sum((field.get("type") or "").lower() == "password" for field in root.iter("input"))


class _Buffer:
    """The text of the piece being read."""

    __slots__ = ("is_blank", "linked", "target", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_blank = True
        self.linked = 0
        self.target = ""

    def add(self, text: str | None, links: list[str]) -> None:
        if not text:
            return
        self.texts.append(text)
        self.is_blank = self.is_blank and text.isspace()
        if links:
            self.linked += len(text.strip())
            self.target = self.target or links[-1]

    def take(self, zone: str, tag: str) -> Piece | None:
        """The piece read so far, if it says anything; the buffer is empty then."""
        if not self.texts:
            return None
        text = "" if self.is_blank else collapse_space("".join(self.texts))
        words, linked, target = count_words(text) if text else 0, self.linked, self.target
        self.__init__()  # type: ignore[misc]
        return Piece(text, words, min(1.0, linked / len(text)), zone, tag, target) if words else None


def _pieces(root: HtmlElement) -> Iterator[Piece]:
    buffer, made = _Buffer(), 0
    open_blocks: list[tuple[str, str]] = [("main", "body")]
    links: list[str] = []
    body = root.find("body")
    walk = etree.iterwalk(root if body is None else body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        is_block = tag in BLOCKS
        if is_block and (piece := buffer.take(*open_blocks[-1])):
            yield piece
            made += 1
            if made >= MAX_PIECES:
                return
        if event == "start":
            if tag in UNSEEN:
                walk.skip_subtree()
                continue
            if is_block:
                zone, shown = open_blocks[-1]
                open_blocks.append((_zone(element, zone), _shown_tag(tag, shown)))
            elif tag == "a":
                links.append(element.get("href") or "")
            buffer.add(element.text, links)
            continue
        if is_block:
            open_blocks.pop()
        elif tag == "a" and links:
            links.pop()
        if len(open_blocks) > 1 or tag in UNSEEN:
            buffer.add(element.tail, links)
    if piece := buffer.take(*open_blocks[-1]):
        yield piece


def _zone(element: HtmlElement, outer: str) -> str:
    if outer != "main":
        return outer
    tag = str(element.tag)
    if tag == "header" and next(element.iterancestors("article", "main"), None) is None:
        return "edge"
    if element.get("aria-modal") == "true":
        return "box"
    return EDGE_ROLES.get((element.get("role") or "").lower()) or EDGES.get(tag, outer)


def _shown_tag(tag: str, outer: str) -> str:
    """Blocks within a heading or a caption are parts of it."""
    if outer in ("figcaption", "button") or (len(outer) == 2 and outer[0] == "h" and outer != "hr"):
        return outer
    return tag


def _is_own(target: str, own: str) -> bool:
    if not target.startswith(("http:", "https:", "//")):
        return True
    return site_of(target if target[0] == "h" else f"https:{target}") == own


def path_of(url: str) -> str:
    """Return the path of an address, lower-case."""
    try:
        return urlsplit(url).path.lower()
    except ValueError:
        return ""


def first_place(pieces: Sequence[Piece], lines: Sequence[str]) -> int:
    """Return where on the page a text begins: at its h1 or the first of its lines, whichever is first, else 0."""
    known = set(lines[:6])
    return next((place for place, piece in enumerate(pieces) if piece.tag == "h1" or piece.text in known), 0)
