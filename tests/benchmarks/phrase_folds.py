"""Tables of phrases, cross-validated by domain: a phrase counts on a page only where a page of another domain has it.

The tables were written by people who had seen these pages. What would the rules be worth on a domain without what was
learned from it? A lower bound: two phrases are one here where the same entry of a table matched and the first word is
the same, so that entries which begin with any word are hardly ever witnessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from copydesk.extraction.article import extract_article
from tests.benchmarks.labelled import LabelledPage
from tests.benchmarks.rules import PHRASES, swapped

WORD = re.compile(r"\w+")
WHOLE = re.compile(r"\^\\W\*\(\?:(?P<entries>.*)\)\\W\*\$", re.S)
"""How a table is written as one pattern."""

Witnesses = dict[tuple[str, str, str], set[str]]
"""(table, entry, first word) -> the domains that have such a line."""


class Listener:
    """Stands in for a table, and notes which phrases it was asked about."""

    def __init__(self, name: str, table: re.Pattern[str], domain: str, heard: Witnesses) -> None:
        self.name, self.table, self.domain, self.heard = name, table, domain, heard
        self.entries = [re.compile(rf"^\W*(?:{entry})\W*$", re.I) for entry in split_entries(table)]

    def match(self, text: str) -> re.Match[str] | None:
        """The table's answer."""
        found = self.table.match(text)
        for key in self.keys(text) if found else ():
            self.heard[key].add(self.domain)
        return found

    def keys(self, text: str) -> list[tuple[str, str, str]]:
        word = WORD.search(text.casefold())
        return [(self.name, entry.pattern, word[0] if word else "") for entry in self.entries if entry.match(text)]


class Doubter(Listener):
    """Stands in for a table, and believes only what another domain has too."""

    def match(self, text: str) -> re.Match[str] | None:
        found = self.table.match(text)
        if found and any(self.heard.get(key, set()) - {self.domain} for key in self.keys(text)):
            return found
        return None


def hear_phrases(pages: Sequence[LabelledPage]) -> Witnesses:
    """Return which phrases stand on pages of which domains."""
    heard: Witnesses = defaultdict(set)
    for page in pages:
        with swapped(_stand_ins(Listener, heard, page.label["domain"])):
            extract_article(page.page)
    return dict(heard)


def only_witnessed(witnesses: Witnesses, domain: str) -> tuple[tuple[Any, str, Any], ...]:
    """Return what to put in the tables' places on a page of a domain."""
    return _stand_ins(Doubter, witnesses, domain)


def _stand_ins(kind: type[Listener], heard: Witnesses, domain: str) -> tuple[tuple[Any, str, Any], ...]:
    return tuple(
        (module, name, kind(f"{module.__name__}.{name}", getattr(module, name), domain, heard))
        for module, name in PHRASES
    )


def split_entries(table: re.Pattern[str]) -> list[str]:
    """Return the entries of a table: its pattern, cut at each `|` outside brackets."""
    whole = WHOLE.fullmatch(table.pattern)
    assert whole is not None, table.pattern[:80]
    entries, depth, start = [], 0, 0
    text = whole["entries"]
    place = 0
    while place < len(text):
        char = text[place]
        if char == "\\":
            place += 1
        elif char == "[":
            place = text.index("]", place + 2)
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and not depth:
            entries.append(text[start:place])
            start = place + 1
        place += 1
    return [*entries, text[start:]]
