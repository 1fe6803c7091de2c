"""Which original a republished article credits, and under which URL an article is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from copydesk.extraction.credits import (
    APPEARED,
    CAPTION_MARK,
    INLINE_LABEL,
    LABEL,
    ORIGINAL_ANCHOR,
    READ_AT,
    READ_ORIGINAL,
    absolute_url,
    is_private,
    names_brand,
    original_url,
    path_of,
)
from copydesk.extraction.hosts import brand_of, site_of
from copydesk.extraction.jsonld import Node, text_of, url_of
from copydesk.extraction.tags import Tags
from copydesk.text import collapse_space
from copydesk.twins import is_dressed, is_twin
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
BASED_ON = ("isBasedOn", "isBasedOnUrl")
HOMES = ("p", "li", "div", "h3", "h4", "h5", "h6", "td", "dd", "section", "article", "footer", "aside", "cite", "body")
"""Blocks whose text is the line that a link stands in."""
NETWORKS = (
    "facebook.com/s",
    "twitter.com",
    "//x.com",
    "instagram.com",
    "linkedin.com",
    "youtube.com",
    "pinterest.",
    "whatsapp",
)
"""What most links to other sites hold: buttons to share and follow."""
BREAKS = frozenset(
    [*HOMES, "br", "hr", "h1", "h2", "ul", "ol", "dl", "dt", "table", "tr", "blockquote", "figure", "form"]
)
PICTURES = frozenset(["figure", "table", "img", "picture", "iframe", "svg", "canvas", "video"])
"""What is followed by a line about its own source."""
UNSEEN = frozenset(["script", "style", "noscript", "template", "svg", "head"])
MAX_CREDIT_CHARS = 260
MAX_LABEL_CHARS = 40
MAX_CREDITS = 50
MAX_LINKS = 3_000
"""To other sites, that are looked at."""
MAX_SIBLINGS = 12
MAX_DISTANCE = 1_500
"""Characters without blanks, between the end of the text and a credit."""
END_CHARS = 50
"""Of a line, without blanks, by which the end of the text is found."""
END_LINES = 3
"""Of the text, of which one must stand before a credit: the last may be what the credit stands in."""
MAX_REST = 25
"""Characters beside the link in a line that names a source."""
AMP_CACHES = (".cdn.ampproject.org", ".bing-amp.com", ".translate.goog")
"""Hosts that show pages of others under their own name: their canonical link is the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where an article is kept, and whom it credits."""

    canonical_url: str
    based_on_url: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """A link in a line that may credit an original."""

    target: str
    anchor: str
    line: str
    before: str
    """The end of the page's text before it, without blanks."""


def find_address(tags: Tags, credits: Sequence[Credit], *, url: str, last_lines: Sequence[str]) -> Address:
    """Return the canonical URL of a page and the URL of the original it credits, with reasons.

    `last_lines` are the last lines of the article's text, to know where a credit may stand.
    """
    kept, foreign, notes = choose_canonical(tags, url=url)
    if (plain := _undressed(tags, kept)) is not None:
        notes = (*notes, f"kept under {plain}: the page names it; {kept} looks like its dress for phones, AMP or print")
        kept = plain
    for origin, raw in _stated(tags, foreign, url):
        target = original_url(raw, url)
        if target:
            return Address(canonical_url=kept, based_on_url=target, notes=(*notes, f"based on {target}: {origin}"))
    credit = choose_credit(credits, last_lines)
    if credit is None:
        return Address(canonical_url=kept, notes=notes)
    notes = (*notes, f"based on {credit.target}: credit line {credit.line[:80]!r}")
    return Address(canonical_url=kept, based_on_url=credit.target, notes=notes)


def _stated(tags: Tags, foreign: str | None, url: str) -> Iterator[tuple[str, str]]:
    """(where, address) of what tags say is the original, most explicit first."""
    node = tags.article or {}
    same = [other for other in tags.nodes if other is not node and _is_same(other, node)]
    for name in BASED_ON:
        for each in (node, *same):
            values = each.get(name)
            for value in (values if isinstance(values, list) else [values])[:5]:
                yield name, url_of(value)
    for element in tags.itemprops:
        if element.get("itemprop") in BASED_ON:
            yield "itemprop isBasedOn", element.get("href") or element.get("content") or ""
    yield "rel=canonical on another site", foreign or ""
    for name in SYNDICATION_META:
        for value in tags.all(name):
            yield f"meta {name}", value
    shared = tags.first("og:url")[1]
    if not tags.links.get("canonical") and path_of(shared) != path_of(url):  # the same path: one site, two domains
        yield "og:url on another site", shared


def _undressed(tags: Tags, kept: str) -> str | None:
    """The plain address of an article whose page for phones, AMP or print names it, though not as rel=canonical."""
    if not is_dressed(kept):
        return None
    node = tags.article or {}
    named = (tags.first("og:url")[1], url_of(node.get("mainEntityOfPage")), url_of(node.get("url")))
    plain = (canonical_url(absolute_url(each, kept)) for each in named if each)
    return next((each for each in plain if is_twin(each, kept) and not is_dressed(each)), None)


def _is_same(node: Node, article: Node) -> bool:
    """Whether two objects of a page describe one article: some systems write it twice."""
    headline = text_of(article.get("headline"))
    return bool(headline) and text_of(node.get("headline")) == headline


def choose_canonical(tags: Tags, *, url: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Return (URL to keep the article under, an original on another site, notes on what was not trusted).

    Reference: RFC 6596; the reasons are mistakes seen on publishers' pages.
    """
    own = canonical_url(url) if url else ""
    raw = next((href for href in tags.links.get("canonical", []) if href), "")
    if not raw:
        return own, None, ()
    target = absolute_url(raw, tags.base_url or url)
    if not target:
        return own, None, (f"rel=canonical refused: no web address: {raw[:120]}",)
    if not url:
        return canonical_url(target), None, ()
    there, here = urlsplit(target), urlsplit(url)
    if len(there.path.strip("/")) <= 3 and not there.query and len(here.path.strip("/")) > 3:
        return own, None, (f"rel=canonical refused: it names a home page: {target}",)
    if is_private(there.hostname or "") and not is_private(here.hostname or ""):
        return own, None, (f"rel=canonical refused: it names a machine of the publisher's own: {target}",)
    if (here.hostname or "").endswith(AMP_CACHES):
        return canonical_url(target), None, ()
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
    """Return the links of a page that stand in lines of credit, in order; call it before the page is cut.

    A credit is a short line that says `Source`, `Via`, `this article originally appeared on`… and links to an article
    of another site. Linear in the size of the page: of a line no more is read than a credit is long.
    """
    own = f"{site_of(url)}/" if url else "\n"
    found: dict[HtmlElement, tuple[str, str, str]] = {}
    leaving = (link for link in root.iter("a") if _may_leave(link.get("href") or "", own))
    for link in islice(leaving, MAX_LINKS):
        anchor = _text_of(link)
        home = next(link.iterancestors(*HOMES), None)
        if home is None or not anchor or len(anchor) > MAX_CREDIT_CHARS:
            continue
        line = _credit_line(link, home, anchor)
        href = link.get("href") or ""
        if not line or not _names_source(line, anchor, href) or _is_of_picture(link, home, line):
            continue
        if target := original_url(href, url):
            found[link] = (target, anchor, line)
        if len(found) >= MAX_CREDITS:
            break
    if not found:
        return []
    return [
        Credit(target=found[link][0], anchor=found[link][1], line=found[link][2], before=before)
        for link, before in _texts_before(root, found.keys())
    ]


def _may_leave(href: str, own: str) -> bool:
    """Whether a link may lead to another site, at once or by way of this one. Told without parsing it."""
    leaves = href.startswith(("http:", "https:", "//")) and own not in href[:60]
    if not leaves and not ("http" in href[5:] and ("://" in href[8:] or "%3A" in href or "%3a" in href)):
        return False
    if leaves and href.rstrip("/").count("/") < 3 and "?" not in href:
        return False  # a home page names no article
    return not any(network in href for network in NETWORKS)


def _text_of(element: HtmlElement, most: int = MAX_CREDIT_CHARS) -> str:
    """The text of an element, read no further than `most` characters and pieces."""
    if not len(element):
        return collapse_space((element.text or "")[: 4 * most])[: most + 1]
    texts, size = [], 0
    for text in element.itertext():
        texts.append(text)
        size += len(text.strip())
        if size > most or len(texts) > most:
            break
    return collapse_space("".join(texts))[: most + 1]


def _credit_line(link: HtmlElement, home: HtmlElement, anchor: str) -> str:
    """The line of credit that a link stands in; empty where it stands in none.

    The label may be in the element before (`<h4>Source</h4><p><a>…`), or in brackets at the end of a paragraph.
    """
    lead, rest = _around(link, home)
    if len(lead) + len(rest) > MAX_CREDIT_CHARS:
        return f"Source: {anchor}" if len(rest) <= 2 and INLINE_LABEL.search(lead[-60:]) else ""
    line = collapse_space(f"{lead} {anchor} {rest}")
    if line == anchor and not LABEL.match(line):
        above = next((each for each in _before(home) if each), "")
        if len(above) <= MAX_LABEL_CHARS and (label := LABEL.match(above)) and not above[label.end() :].strip(" :"):
            return f"{above.rstrip(' :')}: {anchor}"
    return line


def _around(link: HtmlElement, home: HtmlElement) -> tuple[str, str]:
    """(text before, text after) of a link on its line: up to where its block or another one begins, or a line break."""
    before: list[str] = []
    after: list[str] = [link.tail or ""]
    element, ends = link, [False, False]
    while True:
        for each in islice(element.itersiblings(preceding=True), MAX_SIBLINGS):
            if ends[0] or sum(map(len, before)) > MAX_CREDIT_CHARS:
                break
            before.append(each.tail or "")
            ends[0] = each.tag in BREAKS
            before.append("" if ends[0] else _text_of(each))
        for each in islice(element.itersiblings(), MAX_SIBLINGS):
            if ends[1] or each.tag in BREAKS or sum(map(len, after)) > MAX_CREDIT_CHARS:
                ends[1] = True
                break
            after += [_text_of(each), each.tail or ""]
        parent = element.getparent()
        if parent is None:
            break
        before.append("" if ends[0] else parent.text or "")
        if parent is home:
            break
        if not ends[1]:
            after.append(parent.tail or "")
        element = parent
    return collapse_space(" ".join(reversed(before))), collapse_space(" ".join(after))


def _before(home: HtmlElement) -> Iterator[str]:
    """Texts of the elements before a block, and before what it begins."""
    for element in (home, *islice(home.iterancestors(), 2)):
        previous = element.getprevious()
        if previous is not None and previous.tag not in PICTURES:
            yield _text_of(previous, MAX_LABEL_CHARS)
            return


def _is_of_picture(link: HtmlElement, home: HtmlElement, line: str) -> bool:
    """Whether a line is about a picture, a chart or a table: it stands in one's caption, or right after it."""
    if APPEARED.match(line):
        return False
    for element in islice(link.iterancestors(), 4):
        if element.tag in ("figure", "figcaption", "caption", "blockquote", "q"):
            return True
        if element.tag in ("p", "div", "cite", "span") and CAPTION_MARK.search(element.get("class") or ""):
            return True
    previous = home.getprevious()
    if previous is None or home.tag in ("td", "dd"):
        return False
    return previous.tag in PICTURES or (len(previous) == 1 and previous[0].tag in PICTURES and not _text_of(previous))


def _names_source(line: str, anchor: str, href: str) -> bool:
    label = LABEL.match(line)
    if not label or len(line) > 160:
        if APPEARED.match(line) or READ_ORIGINAL.match(line):
            return True
        return bool(READ_AT.match(line)) and names_brand(line, href)
    rest = line[label.end() :].strip()
    if not label["mark"].strip() and rest:
        return rest.startswith(anchor) or bool(
            READ_ORIGINAL.match(line)
        )  # `Source Harbour Post`, but not `Source code of the model`
    return len(rest) <= len(anchor) + MAX_REST


def _texts_before(root: HtmlElement, links: Iterable[HtmlElement]) -> Iterator[tuple[HtmlElement, str]]:
    """(link, end of the page's text before it without blanks) of links, in order. One pass."""
    wanted = set(links)
    seen: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element.tag in UNSEEN:
                walk.skip_subtree()
                continue
            if element in wanted:
                yield element, _tail("".join(seen[-2_000:]))
            seen.append(element.text or "")
            continue
        seen.append(element.tail or "")


def _tail(text: str) -> str:
    return "".join(text[-20 * MAX_DISTANCE :].split())[-2 * MAX_DISTANCE :]


def choose_credit(credits: Sequence[Credit], last_lines: Sequence[str]) -> Credit | None:
    """Return the last credit that stands at the end of the text, of which `last_lines` are the last lines.

    A line that names several sources names no original.
    """
    ends = ["".join(line.split())[-END_CHARS:] for line in last_lines[-END_LINES:]]
    placed = [credit for credit in credits if _is_at_end(credit, ends)]
    lines: dict[str, list[Credit]] = {}
    for credit in placed:
        lines.setdefault(credit.line, []).append(credit)
    for line, group in reversed(lines.items()):
        if len({site_of(credit.target) for credit in group}) > 1 and not APPEARED.match(line):
            continue
        named = [credit for credit in group if ORIGINAL_ANCHOR.search(credit.anchor)]
        return (named or group)[0]
    return None


def _is_at_end(credit: Credit, ends: Sequence[str]) -> bool:
    for end in ends:
        place = credit.before.rfind(end)
        if place >= 0 and len(credit.before) - place - len(end) <= MAX_DISTANCE:
            return True
    return not ends


def last_words(lines: Iterable[str]) -> list[str]:
    """The last lines of a text that are long enough to be found again."""
    return [line for line in lines if len(line) > 20][-END_LINES:]
