"""What trafilatura discards, asked once for each kind of element instead of once for each element.

Its XPaths call back into Python for every regular expression and every element: a quarter of what its fast way costs.
They look at an element's own tag and attributes, and most elements of a page have those of others: so they are asked
about one stand-in of each kind. What is discarded is the same; tests compare both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lxml.etree import Element, SubElement, XPath
from lxml.html import HtmlElement
from trafilatura import main_extractor

from copydesk.extraction.tags import find_elements

Find = Callable[[HtmlElement], list[HtmlElement]]

TABLE = "OVERALL_DISCARD_XPATH"
"""Of trafilatura's main extractor."""
PLAIN_TAG = re.compile(r"[a-z][a-z0-9]*")
NAME = re.compile(r"@([\w-]+)")
ELSEWHERE = re.compile(r".//|(?<!self)::|\b(?:position|last|count|text|string)\(|\[\d", re.S)
"""In the predicates of an XPath: what asks about more than an element's own tag and attributes."""


@contextmanager
def quick_discards() -> Iterator[None]:
    """trafilatura asks by kinds while this lasts. Whoever else calls it meanwhile is given the same elements."""
    setattr(main_extractor, TABLE, QUICK)
    try:
        yield
    finally:
        setattr(main_extractor, TABLE, PLAIN)


def by_kinds(xpaths: Sequence[XPath]) -> Find:
    """Return what finds the same as the XPaths, one after the other, each in the order of the page."""
    names = sorted({name for xpath in xpaths for name in NAME.findall(xpath.path)})

    def find(tree: HtmlElement) -> list[HtmlElement]:
        kinds: dict[tuple[Any, ...], list[tuple[int, HtmlElement]]] = {}
        for place, element in enumerate(tree.iterdescendants(Element)):
            kind = (element.tag, *map(element.get, names))
            kinds.setdefault(kind, []).append((place, element))
        root = Element("root")
        stand_ins = {}
        for tag, *values in kinds:
            given = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            try:
                stand_in = SubElement(root, tag if PLAIN_TAG.fullmatch(tag) else "other", given)
            except ValueError:  # a value that only a parser can make
                return [element for xpath in xpaths for element in find_elements(xpath, tree)]
            stand_ins[stand_in] = kinds[tag, *values]
        found: list[HtmlElement] = []
        for xpath in xpaths:
            pairs = (pair for stand_in in find_elements(xpath, root) for pair in stand_ins[stand_in])
            found += [element for _, element in sorted(pairs)]
        return found

    return find


def is_of_own(xpath: XPath) -> bool:
    """Return whether an XPath asks about descendants, and of them about nothing but their own tags and attributes."""
    start, _, predicates = xpath.path.strip().partition("[")
    return start == ".//*" and not ELSEWHERE.search(predicates)


PLAIN: Sequence[XPath] = getattr(main_extractor, TABLE)
QUICK: Sequence[Find | XPath] = [by_kinds(PLAIN)] if all(map(is_of_own, PLAIN)) else PLAIN
