"""schema.org data in a page: JSON-LD as publishers really write it -> the node of the article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from copydesk.text import collapse_space, unify

Node = Mapping[str, Any]

MAX_SCRIPT_CHARS = 3_000_000
MAX_NODES = 2_000
MAX_DEPTH = 12

ARTICLE_TYPES = frozenset(
    [
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "reviewnewsarticle",
        "backgroundnewsarticle",
        "askpublicnewsarticle",
        "blogposting",
        "liveblogposting",
        "techarticle",
        "scholarlyarticle",
        "report",
        "satiricalarticle",
        "advertisercontentarticle",
        "socialmediaposting",
        "review",
        "criticreview",
    ]
)
"""Types of which a node may be the article, lower-case."""
NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart", "blogPost", "article")
COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def load_nodes(scripts: Iterable[str]) -> list[Node]:
    """Return every JSON object of scripts that has a type, outermost first; broken ones are repaired or left out."""
    nodes: list[Node] = []
    for script in scripts:
        if len(script) > MAX_SCRIPT_CHARS:
            continue
        for root in _parse(script):
            nodes.extend(_walk(root, 0))
            if len(nodes) > MAX_NODES:
                return nodes[:MAX_NODES]
    return nodes


def node_types(node: Node) -> set[str]:
    """Types of a node, lower-case, without vocabulary."""
    raw = node.get("@type") or node.get("type")
    return {str(name).rsplit("/", 1)[-1].lower() for name in (raw if isinstance(raw, list) else [raw]) if name}


def find_article(nodes: list[Node], *, titles: Iterable[str] = (), urls: Iterable[str] = ()) -> Node | None:
    """Return the node of the page's article; None where there is none.

    Of several, the one whose headline is a title of the page, or whose URL is the page's; then the one that says most.
    """
    known_titles = {unify(title) for title in titles if title}
    known_urls = {_bare(url) for url in urls if url}
    best: tuple[float, Node] | None = None
    for node in nodes:
        if not node_types(node) & ARTICLE_TYPES:
            continue
        score = _score(node, known_titles, known_urls)
        if score > 0 and (best is None or score > best[0]):
            best = (score, node)
    return best[1] if best else None


def _score(node: Node, titles: set[str], urls: set[str]) -> float:
    headline = unify(text_of(node.get("headline")) or text_of(node.get("name")) or "")
    score = 1.0 if headline else 0.2
    if headline and any(headline in title or title in headline for title in titles):
        score += 4
    links = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    if any(isinstance(link := _link(value), str) and _bare(link) in urls for value in links):
        score += 3
    score += 0.3 * sum(bool(node.get(key)) for key in ("articleBody", "datePublished", "author", "publisher", "image"))
    if "review" in node_types(node) or "socialmediaposting" in node_types(node):
        score -= 1
    return score


def _link(value: object) -> object:
    return value.get("@id") or value.get("url") if isinstance(value, Mapping) else value


def _bare(url: str) -> str:
    return re.sub(r"^https?://(?:www\.|m\.|amp\.)?|[?#].*$|/$", "", url.strip().lower()).rstrip("/")


def text_of(value: object) -> str:
    """Return a value as one line of text: strings as they are, the first of a list, `@value` or `name` of an object."""
    if isinstance(value, str):
        return collapse_space(unescape(unescape(value)))
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), "")
    if isinstance(value, Mapping):
        return text_of(value.get("@value") or value.get("name") or "")
    return ""


def texts_of(value: object) -> list[str]:
    """Return all texts of a value that may be a list; a single string is split at commas."""
    if isinstance(value, str):
        return [part.strip() for part in unescape(value).split(",") if part.strip()]
    if isinstance(value, list):
        return [text for item in value if (text := text_of(item))]
    return [text] if (text := text_of(value)) else []


def url_of(value: object) -> str:
    """Return the URL that a value is or holds (`url`, `contentUrl`, `@id`), else an empty string."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((url for item in value if (url := url_of(item))), "")
    if isinstance(value, Mapping):
        return url_of(value.get("url") or value.get("contentUrl") or value.get("@id") or "")
    return ""


def _parse(script: str) -> Iterator[object]:
    """A script's documents: one as a rule, several where they stand one after the other."""
    text = script.strip()
    if text[:1] not in ("{", "[") or text[-1] not in "}]":
        for _ in range(2):
            text = COMMENT.sub("", text).strip()
        text = text.rstrip(";")
    if not text or text[0] not in "{[":
        return
    try:
        yield json.loads(text, strict=False)
        return
    except (ValueError, RecursionError):
        text = TRAILING_COMMA.sub(r"\1", text)
    decoder = json.JSONDecoder(strict=False)
    position = 0
    try:
        while position < len(text):
            document, position = decoder.raw_decode(text, position)
            yield document
            while position < len(text) and text[position] in " \t\r\n,;":
                position += 1
    except (ValueError, RecursionError):
        return


def _walk(value: object, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:200]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, Mapping):
        if value.get("@type") or value.get("type") or value.get("@id"):
            yield value
        for key in NESTED:
            if isinstance(value.get(key), Mapping | list):
                yield from _walk(value[key], depth + 1)
