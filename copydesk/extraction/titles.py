"""Which of a page's titles is the headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copydesk.model import Candidate
from copydesk.text import WORD, collapse_space, letters_only, unify

SEPARATOR = re.compile(r"\s+[|\-–—·•»:/~]+\s+|\s*\|\s*|\s+::\s+")
MIN_HEADLINE_CHARS = 12
SITE_SUFFIX_WORDS = 6


def choose_headline(candidates: Sequence[Candidate], *, site_names: Sequence[str]) -> tuple[str, str]:
    """Return (headline, origin) from candidates in order of trust; two empty strings where there is none.

    Names of the publication are cut. What the page shows as its h1 wins where another tag says the same in other words.
    """
    cleaned = [(strip_site(item.value, site_names), item.origin) for item in candidates]
    cleaned = [(text, origin) for text, origin in cleaned if text and not _is_site(text, site_names)]
    if not cleaned:
        return "", ""
    shown = [(text, origin) for text, origin in cleaned if origin.startswith("html:h1")]
    told = [(text, origin) for text, origin in cleaned if not origin.startswith("html:h1")]
    for text, origin in shown:
        labelled = next((item for item in told if _is_labelled(text, item[0])), None)
        if labelled:
            return labelled
        if any(_related(text, other) for other, _ in told) and len(text) >= MIN_HEADLINE_CHARS:
            return _longer_same(text, origin, told)
    if len(shown) == 1 and len(shown[0][0]) >= MIN_HEADLINE_CHARS and len(shown[0][0].split()) > 3:
        return shown[0]
    return told[0] if told else shown[0]


def strip_site(title: str, site_names: Sequence[str]) -> str:
    """Return a title without the publication's name at its end or beginning.

    >>> strip_site("Rates rise again | The Courier", ["The Courier"])
    'Rates rise again'
    """
    title = collapse_space(title)
    known = [_key(name) for name in site_names if name]
    for _ in range(3):
        pieces = list(SEPARATOR.finditer(title))
        if not pieces:
            return title
        head, tail = title[: pieces[-1].start()].strip(), title[pieces[-1].end() :].strip()
        if head and _names_site(tail, known):
            title = head
            continue
        head, tail = title[: pieces[0].start()].strip(), title[pieces[0].end() :].strip()
        if tail and _names_site(head, known):
            title = tail
            continue
        return title
    return title


def _names_site(part: str, known: Sequence[str]) -> bool:
    key = _key(part)
    if not key or len(part.split()) > SITE_SUFFIX_WORDS:
        return False
    return any(key == name or (len(key) > 3 and len(name) > 3 and (key in name or name in key)) for name in known)


def _key(text: str) -> str:
    return letters_only(text).removeprefix("the")


def _is_site(title: str, site_names: Sequence[str]) -> bool:
    key = _key(title)
    return any(key == _key(name) for name in site_names if name)


def _words(text: str) -> list[str]:
    return WORD.findall(unify(text))


def _related(text: str, other: str) -> bool:
    a, b = set(_words(text)), set(_words(other))
    return bool(a and b) and len(a & b) >= 0.5 * min(len(a), len(b))


def _is_labelled(text: str, other: str) -> bool:
    """Whether `text` is `other` with a label before it: `Opinion What rates tell`."""
    if len(other) < MIN_HEADLINE_CHARS or not text.endswith(other) or text == other:
        return False
    label = text[: -len(other)].strip()
    return len(label.split()) <= 2 and label[-1:].isalnum()


def _longer_same(text: str, origin: str, told: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Where h1 is cut short (`…`), another tag has the whole."""
    if text.endswith(("…", "...")):
        stem = unify(text.rstrip("….")).rstrip()
        for other, other_origin in told:
            if unify(other).startswith(stem) and len(other) > len(text):
                return other, other_origin
    return text, origin
