"""Raw search syntax, that of SQLite's FTS5, read for PostgreSQL: one syntax, whichever store a desk has.

Reference: sqlite.org/fts5.html, section 3. Words, "phrases", prefix*, AND OR NOT, parentheses, `column:`; not NEAR, ^.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<word>[0-9A-Za-z_\x80-\U0010ffff]+)|(?P<sign>[()*:+]))', re.UNICODE
)
WEIGHTS = {"headline": "A", "body_text": "B"}
"""Columns, as the weights that their words have in `articles_fts.words`."""
ACCENTS = re.compile("[\u0300-\u036f]")


def read_fts5(search: str) -> str:
    """Return a search as the text of a tsquery.

    >>> read_fts5('headline:"rate cut" OR inflat* NOT copper')
    "('rate':A <-> 'cut':A) | (('inflat':*) & !('copper'))"

    Raises:
        ValueError: it is not in that syntax.
    """
    tokens = _split(search)
    reader = _Reader(tokens)
    found = reader.either()
    if reader.tokens:
        raise ValueError(f'near "{reader.tokens[0]}"')
    return found


def _split(search: str) -> list[str]:
    tokens, at = [], 0
    while search[at:].strip():
        found = TOKEN.match(search, at)
        if found is None:
            raise ValueError(f'near "{search[at:].strip()[:20]}"')
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


class _Reader:
    """From the loosest to the tightest: OR, AND, NOT, words side by side, one word or phrase."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self) -> str:
        return self._joined("OR", " | ", lambda: self._joined("AND", " & ", self._without))

    def _joined(self, word: str, sign: str, part: Callable[[], str]) -> str:
        parts = [part()]
        while self._takes(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else sign.join(f"({each})" for each in parts)

    def _without(self) -> str:
        found = self._side_by_side()
        while self._takes("NOT"):
            found = f"({found}) & !({self._side_by_side()})"
        return found

    def _side_by_side(self) -> str:
        parts = [self._one()]
        while self.tokens and self.tokens[0] not in ("AND", "OR", "NOT", ")"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else " & ".join(f"({each})" for each in parts)

    def _one(self) -> str:
        if self._takes("("):
            found = self.either()
            if not self._takes(")"):
                raise ValueError("a parenthesis is not closed")
            return found
        weight = ""
        if len(self.tokens) > 1 and self.tokens[1] == ":":
            column = self.tokens.pop(0)
            self.tokens.pop(0)
            if column not in WEIGHTS:
                raise ValueError(f"no such column: {column}")
            weight = WEIGHTS[column]
        return self._phrase(weight)

    def _phrase(self, weight: str) -> str:
        words = self._words()
        while self._takes("+"):
            words += self._words()
        marks = [weight] * len(words)
        if self._takes("*") and marks:
            marks[-1] = f"*{weight}"
        lexemes = [f"'{word}'{':' if mark else ''}{mark}" for word, mark in zip(words, marks, strict=True)]
        return " <-> ".join(lexemes) or "''"

    def _words(self) -> list[str]:
        token = self.tokens.pop(0) if self.tokens else ""
        if token in ("", ")", "*", ":", "+", "AND", "OR", "NOT"):
            raise ValueError(f'near "{token}"')
        if token == "NEAR" and self.tokens[:1] == ["("]:
            raise ValueError("NEAR is known to SQLite alone")
        return re.findall(r"\w+", fold(token.strip('"')).replace("_", " "))

    def _takes(self, word: str) -> bool:
        if self.tokens[:1] == [word]:
            self.tokens.pop(0)
            return True
        return False


def fold(text: str) -> str:
    """A text without case and accents, as the index has it.

    >>> fold("Élan")
    'elan'
    """
    return ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()
