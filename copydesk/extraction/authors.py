"""Who wrote it: from tags, and from the byline where tags are silent or name only the house."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk.extraction.jsonld import text_of
from copydesk.extraction.masthead import after_headline
from copydesk.extraction.names import clean_authors, is_agency, is_personal
from copydesk.extraction.tags import Tags, find_elements
from copydesk.model import Candidate
from copydesk.text import collapse_space, letters_only

AUTHOR_META = [
    "author",
    "article:author",
    "og:article:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.name",
    "cxenseparse:author",
    "authors",
    "article:author_name",
    "article_author",
    "citation_author",
    "mediator_author",
    "cxenseparse:pka-author",
    "twitter:creator:name",
    "rbauthors",
    "article.author",
    "bylines",
    "shareaholic:article_author_name",
]
BYLINE = XPath(
    'descendant::*[contains(@class, "uthor") or contains(@class, "yline") or contains(@data-testid, "yline")]'
)
REL_AUTHOR = XPath('descendant::*[@rel="author"]')
NAME_CLASS = re.compile(r"author-name|author__name|[aA]uthorName|byline-name|byline__name")
BYLINE_CLASS = re.compile(r"[bB]yline")
AUTHOR_CLASS = re.compile(r"[aA]uthor")
AUTHOR_TAGS = frozenset(["a", "span", "p", "div"])
MARKED_AUTHORS = frozenset(["html:[rel=author]", "html:[itemprop=author]"])
"""Places that the page marks as the author's."""
AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:e[ns]?|i|zy|in|innen)?|auteurs?|auteur-e-s|writers?|staff|by|journalist(?:e[ns]?|s|i)?|"
    r"contributors?|columnists?|reporters?|redakt(?:ion|eure?|or|ører)|redacteurs?|forfatter|skribent(?:er)?)/[^/?#]",
    re.I,
)
"""Addresses of pages about one author."""
OPENING = re.compile(
    r"^(?:(?:story|written|posted|reported|words|text|photos?(?:\s+and\s+(?:story|text))?)\s+)?"
    r"(?:by|von|par|por|di|av|af|door|oleh|(?:authors?|contributors?|autor(?:in|es?)?(?:/autor(?:in)?)?|auteurs?|"
    r"autore|författare|auteur·e·s?)\s*(?::|$))(?:(?<=:)|\b)(?:\s*:)?\s*(?P<rest>.*)$",
    re.I | re.S,
)
"""How a line begins that is a byline, in eight languages."""
WRITTEN_BY = re.compile(
    r"(?:written\s+by|author|geschrieben\s+von|verfasst\s+von|écrit\s+par|escrito\s+por|scritto\s+da|skrevet\s+av)\b",
    re.I,
)
"""What `twitter:label1` says where `twitter:data1` is the author (as WordPress plugins write it)."""
HELPER = re.compile(
    r"^(?:photograph(?:y|s|ed)|photos?|pictures?|images?|illustrat(?:ions?|ed)|graphics?|styled|styling|edited|translated|"
    r"reviewed|fact[- ]checked|additional\s+reporting|contributions?)\s+(?:by|from)\b\s*:?\s*(?P<rest>[^;.]{0,60})$",
    re.I,
)
"""How those are introduced in a byline who are no authors of the text."""
LOOKED_AT = 600
"""Elements or texts after the headline in which a byline is looked for."""
MAX_BYLINE_CHARS = 160
CANDIDATES = 12
"""Kept of one place."""
INLINE = frozenset(["span", "b", "strong", "em", "i", "font", "u", "small", "abbr", "bdi"])
"""Elements that may hold a part of a name: others end it."""
UNREAD = frozenset(["script", "style", "noscript", "template", "svg", "time", "button"])
BREAK = " ; "
MAX_PIECES = 80


@dataclass(frozen=True, slots=True)
class House:
    """Whose page it is: names that are no author where a person is named."""

    publisher: str
    keys: frozenset[str]

    def owns(self, name: str) -> bool:
        """Whether a name is the publication's: its own, its host's, or what its host's letters stand for."""
        key, initials = letters_only(name), "".join(word[0] for word in name.split()).lower()
        return key in self.keys or (len(initials) > 1 and initials in self.keys)


def make_house(publisher: str, *names: str) -> House:
    """The house of a page, from its publisher and further names (site, host, brand)."""
    return House(publisher, frozenset(key for name in (publisher, *names) if (key := letters_only(name))))


def read_authors(root: HtmlElement, tags: Tags, house: House, candidates: list[Candidate]) -> tuple[str, ...]:
    """Return the names at the most trusted place that has any; the house yields to a person that a byline names.

    Every name seen until then is added to `candidates`.
    """
    seen_house: tuple[str, ...] = ()
    for origin, values in _sources(root, tags):
        names = clean_authors(values, publisher=house.publisher)
        if origin.startswith("html:"):
            marked = origin in MARKED_AUTHORS
            names = tuple(name for name in names if _is_credible(name, marked) or house.owns(name))
        candidates += [Candidate(field="authors", value=name, origin=origin) for name in names[:CANDIDATES]]
        owned = tuple(name for name in names if house.owns(name))
        others = tuple(name for name in names if name not in owned)
        if seen_house:
            others = tuple(name for name in others if is_personal(name))
        if others:
            persons = others if seen_house or any(map(is_personal, others)) else names
            return _without_helpers(persons, root) if len(persons) > 1 else persons
        seen_house = seen_house or owned
    return seen_house or _role(tags)


def _is_credible(name: str, marked: bool) -> bool:
    """Whether what stands in a byline is a name; where the page marks it as the author's, any capitalised words are."""
    return is_personal(name) or is_agency(name) or (marked and " " in name and name[:1].isupper())


def _sources(root: HtmlElement, tags: Tags) -> Iterator[tuple[str, list[str]]]:
    node = tags.article or {}
    yield "json-ld:author", _node_names(tags, node.get("author"))
    for name in AUTHOR_META:
        values = tags.all(name)
        yield f"meta:{name}", [_turned(value) for value in values] if name == "citation_author" else values
    if WRITTEN_BY.match(tags.first("twitter:label1")[1]):
        yield "meta:twitter:data1", tags.all("twitter:data1")
    yield "json-ld:creator", _node_names(tags, node.get("creator"))
    yield "html:[rel=author]", _byline_texts(find_elements(REL_AUTHOR, root))
    yield (
        "html:[itemprop=author]",
        _byline_texts([item for item in tags.itemprops if "author" in item.get("itemprop", "")]),
    )
    yield from _marked_by_class(root)
    yield "html:a[author page]", _byline_texts(list(islice(_author_links(root), 6)))
    yield "html:byline text", [text for text in islice(_spoken(root), 2) if len(text) < MAX_BYLINE_CHARS][:1]


def _marked_by_class(root: HtmlElement) -> Iterator[tuple[str, list[str]]]:
    marks = [(item, item.get("class") or "", item.get("data-testid") or "") for item in find_elements(BYLINE, root)]
    yield "html:[class=author-name]", _byline_texts([item for item, mark, _ in marks if NAME_CLASS.search(mark)])
    bylines = [item for item, mark, test in marks if BYLINE_CLASS.search(mark) or "yline" in test]
    yield "html:[class=byline]", _byline_texts(bylines)
    authors = [item for item, mark, _ in marks if item.tag in AUTHOR_TAGS and AUTHOR_CLASS.search(mark)]
    yield "html:[class=author]", _byline_texts(authors)


def _node_names(tags: Tags, value: object) -> list[str]:
    """Names of `author`: strings, objects, lists of both, references to nodes elsewhere on the page."""
    names = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping) and not item.get("name") and item.get("@id"):
            item = next((n for n in tags.nodes if n.get("@id") == item["@id"] and n.get("name")), item)
        if isinstance(item, Mapping) and isinstance(item.get("name"), list):
            names += [text for text in map(text_of, item["name"]) if text]
        elif text := text_of(item) or _spelled_out(item):
            names.append(text)
    return names


def _spelled_out(item: object) -> str:
    """schema.org's givenName and familyName, where `name` is missing."""
    if not isinstance(item, Mapping):
        return ""
    return collapse_space(f"{text_of(item.get('givenName'))} {text_of(item.get('familyName'))}")


def _turned(value: str) -> str:
    """`Lee, Ann` -> `Ann Lee`: how citation_author is written (Highwire Press tags)."""
    last, comma, first = value.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else value


def _without_helpers(names: tuple[str, ...], root: HtmlElement) -> tuple[str, ...]:
    """Those of several names that the page does not introduce as photographers, stylists, editors or contributors."""
    texts = [
        text
        for element in after_headline(root, LOOKED_AT)
        for text in (element.text, element.tail)
        if text and text.strip()
    ]
    helpers: set[str] = set()
    for text, following in pairwise([*texts, ""]):
        if len(text) < MAX_BYLINE_CHARS and (match := HELPER.match(text.strip())):
            helpers |= set(map(letters_only, clean_authors([match["rest"] or following])))
    return tuple(name for name in names if letters_only(name) not in helpers) or names


def _role(tags: Tags) -> tuple[str, ...]:
    """`Executive Content Editor`, where the tags name nobody else."""
    node = tags.article or {}
    for value in [*_node_names(tags, node.get("author")), *tags.all("author")]:
        if 2 <= len(value.split()) <= 5 and value.replace(" ", "").isalpha() and value.istitle():
            return (value,)
    return ()


def _byline_texts(elements: list[HtmlElement]) -> list[str]:
    """Texts of the first byline and of those that stand beside it: further ones are other articles'."""
    texts: list[str] = []
    home: HtmlElement | None = None
    for element in elements[:6]:
        text = byline_text(element)
        if not 2 < len(text) < MAX_BYLINE_CHARS:
            continue
        parent = element.getparent()
        around = parent.getparent() if parent is not None else None
        if texts and (home is None or home not in (parent, around)):
            break
        home = parent if home is None else home
        texts.append(text)
    return texts


def byline_text(element: HtmlElement) -> str:
    """Return the text of an element without scripts, styles and times; what stands in a box of its own is set apart."""
    return collapse_space("".join(islice(_pieces(element), MAX_PIECES))).strip(" ;")


def _pieces(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        edge = " " if child.tag in INLINE else BREAK
        yield edge
        if isinstance(child.tag, str) and child.tag not in UNREAD:
            yield from _pieces(child)
        yield edge
        yield child.tail or ""


def _author_links(root: HtmlElement) -> Iterator[HtmlElement]:
    """Links to pages of authors, from the headline on."""
    for element in after_headline(root, LOOKED_AT):
        if element.tag == "a" and AUTHOR_PAGE.search(element.get("href") or ""):
            yield element


def _spoken(root: HtmlElement) -> Iterator[str]:
    """What a line says after `By`; or what the next element says, where the line ends there."""
    for element in after_headline(root, LOOKED_AT):
        text = element.text if isinstance(element.tag, str) and element.tag not in UNREAD else None
        if text and len(text) < MAX_BYLINE_CHARS and (match := OPENING.match(text.strip())):
            whole = byline_text(element)
            if len(whole) < MAX_BYLINE_CHARS and (rest := OPENING.match(whole)) and rest["rest"]:
                names = clean_authors([rest["rest"]])
                if names and is_personal(names[0]):
                    yield rest["rest"]
            elif not match["rest"]:
                following = element.getnext()
                yield (element.tail or "").strip() or ("" if following is None else byline_text(following))
