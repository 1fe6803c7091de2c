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


def by_kinds(xpath: XPath) -> Find:
    """Return what finds the same as `xpath` in the same order; itself, where it asks about more than own attributes."""
    path = xpath.path.strip()
    start, _, predicates = path.partition("[")
    if start != ".//*" or ELSEWHERE.search(predicates):
        return xpath  # type: ignore[return-value]
    names = sorted(set(NAME.findall(path)))

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
                return list(xpath(tree))  # type: ignore[arg-type]
            stand_ins[stand_in] = kinds[tag, *values]
        found: Any = xpath(root)
        return [element for _, element in sorted(pair for each in found for pair in stand_ins[each])]

    return find


PLAIN: Sequence[XPath] = getattr(main_extractor, TABLE)
QUICK: Sequence[Find] = [by_kinds(xpath) for xpath in PLAIN]
