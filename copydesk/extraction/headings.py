"""Headings of a page: which of them stand over its article, and how its tags spell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from copydesk.extraction.titles import MARKED
from copydesk.text import CJK_CHARACTER, collapse_space, letters_only

ASIDE_TAGS = frozenset(["aside", "dialog", "footer", "nav"])
PATH = re.compile(r"bread.?crumb|(?:\b|_)crumbs?\b", re.I)
"""In the names of elements that hold the path to the page (Home / Politics / this article)."""
NAMING = ("class", "id", "aria-label", "data-testid", "itemtype")
NEAR = 6
"""Elements around a heading that say where it stands; further out, unclosed tags hold whole pages."""
GLUED = frozenset(["abbr", "em", "i", "mark", "q", "sub", "sup", "u", "wbr"])
"""Elements within words and sentences: `<em>Hamlet</em>'s ghost`. Others stand apart, as kickers do."""
CLOSING = tuple(".,;:!?)]…»”’%")
OPENING = tuple("([«“„‚¿¡")
MAX_STEPS = 400
"""Starts and ends of elements read of one heading: those of unclosed ones hold the page."""
MAX_TEXT_CHARS = 2_000
MAX_PARTS = 8
MAX_HEADINGS = 12
LEAST_CHARS = 12
"""Of a heading's part, to be the headline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading as a reader sees it."""

    text: str
    parts: tuple[str, ...]
    """Its pieces of text, in order: a kicker is one, if it is marked up as one."""
    is_aside: bool
    """It stands in navigation, in the path to the page, in a box or at the foot."""
    is_marked: bool
    """Its microdata say that it is the headline."""

    @property
    def origin(self) -> str:
        """What candidates say of where they stood."""
        return MARKED if self.is_marked else "html:h1"


def read_heading(element: HtmlElement) -> Heading:
    """Return a heading element's text, on one line, and where it stands."""
    pieces = _read_pieces(element)
    parts = tuple(part for part in map(collapse_space, pieces) if part)
    return Heading(
        text=collapse_space(_join(pieces))[:MAX_TEXT_CHARS],
        parts=parts,
        is_aside=_is_aside(element),
        is_marked="headline" in (element.get("itemprop") or "").split(),
    )


def find_shown(root: HtmlElement, headings: Sequence[Heading], told: Sequence[str]) -> list[tuple[str, str]]:
    """Return (origin, text) of the headings that may be the headline: h1 as a rule.

    Where an h1 is only the path to the page, or in a box, a heading of the second rank may be the one over the article:
    the first that a tag repeats. `told` are the tags' titles without names of publications, in order of trust.
    """
    shown = [(heading.origin, _spell(heading, told)) for heading in headings if not heading.is_aside]
    if shown and not any(heading.is_aside and heading.text in told for heading in headings):
        return shown
    for element in islice(root.iter("h2"), MAX_HEADINGS):
        heading = read_heading(element)
        if not heading.is_aside and (spelled := _match(heading, told)):
            return [("html:h2", spelled), *shown]
    return shown


def _spell(heading: Heading, told: Sequence[str]) -> str:
    """A heading's text; of one that has several parts, what a tag says of it."""
    return (_match(heading, told) if len(heading.parts) > 1 else "") or heading.text


def _match(heading: Heading, told: Sequence[str]) -> str:
    """The first title that is a heading, or is it without its first or last parts (kicker, label, button); else empty.

    Of a whole heading, the spelling that has more: tags write `Kicker: Headline` where the page has two lines. A label
    of one word (`Opinion`) goes if any tag leaves it out.
    """
    if len(heading.parts) > MAX_PARTS:
        return ""
    titles = {letters_only(title): title for title in reversed(told) if len(title) >= LEAST_CHARS}
    parts = [letters_only(part) for part in heading.parts]
    whole, bare = "".join(parts), "".join(parts[1:])
    if bare in titles and len(heading.parts[0].split()) == 1:
        return titles[bare]
    ends = {"".join(parts[:cut]) for cut in range(1, len(parts))} | {
        "".join(parts[cut:]) for cut in range(1, len(parts))
    }
    for title in told:
        key = letters_only(title)
        if key and key == whole:
            return max(heading.text, title, key=len)
        if key in ends and key in titles:
            return title
    return ""


def _is_aside(element: HtmlElement) -> bool:
    node: HtmlElement | None = element
    for _ in range(NEAR):
        if node is None or node.tag == "body":
            return False
        if node.tag in ASIDE_TAGS or PATH.search(" ".join((node.get(name) or "")[:MAX_TEXT_CHARS] for name in NAMING)):
            return True
        node = node.getparent()
    return False


def _read_pieces(element: HtmlElement) -> list[str]:
    """Runs of text that stand apart, white space as in the markup."""
    pieces: list[str] = []
    walk = iterwalk(element, events=("start", "end"))
    for event, node in islice(walk, MAX_STEPS):
        if event == "start" and node.tag in ("script", "style"):
            walk.skip_subtree()
            continue
        if event == "end" and node is element:
            break
        text = (node.text if event == "start" else node.tail) or ""
        if pieces and node.tag in GLUED:
            pieces[-1] += text[:MAX_TEXT_CHARS]
        elif text:
            pieces.append(text[:MAX_TEXT_CHARS])
    return pieces


def _join(pieces: list[str]) -> str:
    """One text of runs: with blanks between them, but none that the markup lacks at punctuation or in Chinese."""
    text = ""
    for piece in pieces:
        is_one = piece.startswith(CLOSING) or text.endswith(OPENING)
        is_one = is_one or bool(CJK_CHARACTER.match(piece) and CJK_CHARACTER.match(text[-1:]))
        text += piece if is_one else f" {piece}"
    return text
