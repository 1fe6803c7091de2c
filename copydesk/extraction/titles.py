"""Which of a page's titles is the headline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from copydesk.dates import parse_instant
from copydesk.model import Candidate
from copydesk.text import collapse_space, letters_only, split_words, unify

SEPARATOR = re.compile(r"\s+[|\-–—·•»›:/~]+\s+|\s*\|\s*|\s+::\s+")
MARKED = "html:h1[itemprop=headline]"
SHOWN = frozenset(["html:h1", "html:h2", MARKED])
"""Origins of what a reader sees."""
INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
"""Hints for breaking lines, which no reader sees: soft hyphen, zero-width space, word joiner."""
MIN_HEADLINE_CHARS = 12
SITE_SUFFIX_WORDS = 6
NAME_SHARE = 0.4
"""Of the letters of a title's part that a name in it must have: `Metro News`, but not `Comwrap at the trade fair`."""
MAX_DATE_CHARS = 24


def choose_headline(candidates: Sequence[Candidate], *, site_names: Sequence[str]) -> tuple[str, str]:
    """Return (headline, origin) from candidates in order of trust; two empty strings where there is none.

    Names of the publication are cut. What the page shows as its h1 wins where another tag says the same in other words;
    of several h1, the one that the tags repeat most closely.
    """
    known = list(dict.fromkeys(_key(name) for name in site_names if name))
    cleaned = [(_clean(item, known), item.origin) for item in candidates]
    cleaned = [(text, origin) for text, origin in cleaned if text and _key(text) not in known]
    if not cleaned:
        return "", ""
    told = [(text, origin) for text, origin in cleaned if origin not in SHOWN]
    shown = [(text, origin) for text, origin in cleaned if origin in SHOWN and not _is_frame(text, told)]
    if len(shown) > 1:
        shown.sort(key=lambda item: -_nearest(item[0], told))
    for text, origin in shown:
        labelled = next((item for item in told if _is_labelled(text, item[0])), None)
        if labelled:
            return labelled
        if any(_related(text, other) for other, _ in told) and len(text) >= MIN_HEADLINE_CHARS:
            return _longer_same(text, origin, told)
    sentences = [item for item in shown if len(item[0]) >= MIN_HEADLINE_CHARS and len(item[0].split()) > 3]
    marked = [item for item in sentences if item[1] == MARKED]
    if len(marked) == 1 or len(sentences) == 1:
        return (marked or sentences)[0]
    text, origin = (told or shown or cleaned)[0]
    return _longer_same(text, origin, told)


def strip_site(title: str, site_names: Sequence[str]) -> str:
    """Return a title without the publication's name, or a date, at its end or beginning.

    >>> strip_site("Rates rise again | The Courier", ["The Courier"])
    'Rates rise again'
    """
    return _strip(collapse_space(title), [_key(name) for name in site_names if name])


def _strip(title: str, known: Sequence[str]) -> str:
    for _ in range(3):
        pieces = list(SEPARATOR.finditer(title))
        if not pieces:
            return title
        head, tail = title[: pieces[-1].start()].strip(), title[pieces[-1].end() :].strip()
        if head and (_names_site(tail, known) or _is_date(tail)):
            title = head
            continue
        head, tail = title[: pieces[0].start()].strip(), title[pieces[0].end() :].strip()
        if tail and _names_site(head, known):
            title = tail
            continue
        return title
    return title


def title_parts(title: str) -> list[str]:
    """Return what a title may be without its first or last parts, longest first."""
    pieces = list(SEPARATOR.finditer(title))
    parts = {title[: piece.start()].strip() for piece in pieces} | {title[piece.end() :].strip() for piece in pieces}
    return sorted((part for part in parts if part), key=lambda part: (-len(part), part))


def _clean(item: Candidate, known: Sequence[str]) -> str:
    text = item.value if item.value.isascii() else item.value.translate(INVISIBLE)
    text = collapse_space(text)
    return text if item.origin == "entry:title" else _strip(text, known)


def _names_site(part: str, known: Sequence[str]) -> bool:
    key = _key(part)
    if key and key in known:
        return True
    if not key or len(part.split()) > SITE_SUFFIX_WORDS:
        return False
    if any((len(key) > 3 and key in name) for name in known):
        return True
    return any(len(name) > 3 and name in key and len(name) >= NAME_SHARE * len(key) for name in known)


def _is_date(part: str) -> bool:
    return len(part) <= MAX_DATE_CHARS and part[:1].isalnum() and parse_instant(part) is not None


def _key(text: str) -> str:
    return letters_only(text).removeprefix("the")


def _is_frame(shown: str, told: Sequence[tuple[str, str]]) -> bool:
    """Whether an h1 is what stands around the headline in a title: `The Ledger` of `The Ledger: Rates rise`."""
    frame, titles = letters_only(shown), {letters_only(text) for text, _ in told}
    return any(frame + title in titles or title + frame in titles for title in titles)


def _words(text: str) -> list[str]:
    return split_words(unify(text))


def _nearest(text: str, told: Sequence[tuple[str, str]]) -> float:
    """How much of its words a title shares with the tag that is nearest to it, 0..1 (Dice)."""
    words = Counter(_words(text))
    others = [Counter(_words(other)) for other, _ in told]
    return max((2 * (words & other).total() / max(1, words.total() + other.total()) for other in others), default=0.0)


def _related(text: str, other: str) -> bool:
    a, b = set(_words(text)), set(_words(other))
    return bool(a and b) and len(a & b) >= 0.5 * min(len(a), len(b))


def _is_labelled(text: str, other: str) -> bool:
    """Whether `text` is `other` with a label or a date before it: `Opinion What rates tell`."""
    if len(other) < MIN_HEADLINE_CHARS or not text.endswith(other) or text == other:
        return False
    label = text[: -len(other)].strip()
    return label[-1:].isalnum() and (len(label.split()) <= 2 or _is_date(label))


def _longer_same(text: str, origin: str, told: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Where a title is cut short (`…`), another tag has the whole."""
    if text.endswith(("…", "...")):
        stem = unify(text.rstrip("….")).rstrip()
        for other, other_origin in told:
            if unify(other).startswith(stem) and len(other) > len(text):
                return other, other_origin
    return text, origin
