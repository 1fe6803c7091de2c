"""What the page itself shows where tags are silent: whose it is, and which part of a title is a line of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from copydesk.dates import parse_instant
from copydesk.extraction.titles import SEPARATOR, title_parts
from copydesk.text import collapse_space, letters_only

COPYRIGHT = re.compile(r"©|\(c\)|\bcopyright\b", re.I)
COPYRIGHT_CHARS = 300
LEAST_SHARE = 0.4
"""Of a title's letters, that a part must have to be its headline."""
MAX_NAME_WORDS = 6


def find_line(title: str, root: HtmlElement, *, hint: str = "") -> str:
    """Return the part of a title that is also a line of its own in the page, or is the feed's title; else all of it.

    For titles such as `The Ledger - Rates rise`, on pages that name the publication nowhere.
    """
    parts = [part for part in title_parts(title) if _is_headline(part, title)]
    if not parts:
        return title
    known = letters_only(hint)
    told = next((part for part in parts if known and letters_only(part) == known), "")
    if told:
        return told
    keys = {letters_only(part): part for part in parts}
    longest = max(len(part) for part in parts)
    lines = {key for key in map(letters_only, _lines(root, longest)) if key in keys}
    owned = _owned(root, lines) if lines else set()
    return next((part for key, part in keys.items() if key in lines and key not in owned), title)


def read_publisher(titles: Sequence[str], headline: str, root: HtmlElement) -> str:
    """Return the name that stands around the headline in a title, and in the page as its owner's; else an empty string.

    In the page: in a line about copyright, or as the text of an image (a logo). A line of its own is not enough:
    sections and kickers stand around headlines too.
    """
    frames = [frame for title in titles for frame in _frame(title, headline)]
    names = {letters_only(name): name for _, name in sorted(frames, key=lambda frame: frame[0])}
    names = {key: name for key, name in names.items() if len(key) > 1}
    if not names:
        return ""
    owned = _owned(root, names)
    return next((name for key, name in names.items() if key in owned), "")


def _owned(root: HtmlElement, keys: Collection[str]) -> set[str]:
    """Those of some names, as letters, that a logo's text is or that a line about copyright has."""
    logos = (letters_only(element.get("alt") or "") for element in root.iter("img"))
    found = {key for logo in logos if (key := logo.removeprefix("logo").removesuffix("logo")) in keys}
    rights = [letters_only(line) for line in _lines(root, COPYRIGHT_CHARS) if COPYRIGHT.search(line)]
    return found | {key for key in keys if any(key in line for line in rights)}


def _frame(title: str, headline: str) -> list[tuple[int, str]]:
    """(0, last part) of a title that has more behind the headline, (1, first part) of one that has more before it."""
    title, headline = collapse_space(title), collapse_space(headline)
    before, found, behind = title.partition(headline) if headline else ("", "", "")
    names = []
    if found and SEPARATOR.match(f"{behind} "):
        names.append((0, SEPARATOR.split(behind)[-1].strip()))
    if found and SEPARATOR.search(f" {before}"):
        names.append((1, SEPARATOR.split(before)[0].strip()))
    return [(side, name) for side, name in names if _is_name(name)]


def _is_name(text: str) -> bool:
    is_short = len(text) > 1 and len(text.split()) <= MAX_NAME_WORDS
    return is_short and any(char.isalpha() for char in text) and parse_instant(text) is None


def _is_headline(part: str, title: str) -> bool:
    return len(part.split()) > 2 and len(letters_only(part)) >= LEAST_SHARE * len(letters_only(title))


def _lines(root: HtmlElement, longest: int) -> Iterable[str]:
    """Texts of the page's body, as far as they are no longer than `longest` and a little."""
    for text in root.xpath("//body//text()[not(parent::script or parent::style)]"):
        if 1 < len(text) <= longest + 200:
            line = collapse_space(text)
            if line and len(line) <= longest + 4:
                yield line


def after_headline(root: HtmlElement, most: int) -> Iterator[HtmlElement]:
    """Return the elements from the first h1 on, no more than `most`; from the beginning where there is none."""
    title = next(root.iter("h1"), None)
    return islice(root.iter() if title is None else _following(title), most)


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    yield from element.iter()
    parent: HtmlElement | None = element
    while parent is not None and parent.tag != "body":
        for sibling in parent.itersiblings():
            yield from sibling.iter()
        parent = parent.getparent()
