"""A text in two bytes a word: what is kept of an article so that others can be compared with it."""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from copydesk.duplicates.words import Kind, Words

VERSION = 1
MOST_WORDS = 6000
"""Words of a body that are compared; the rest of a longer one counts for nothing."""
KIND = 3
"""The bits of a packed word that say its kind, none of them for a function word; the other 14 are hash."""
SHINGLE = 5
REPEATED = 0.8
"""Of a headline's words in the first words of the body: the body begins with its headline."""


def pack(headline: Words, body: Words) -> bytes:
    """Return words as bytes, 16 bits each: version, number of words of the headline, headline, body."""
    title = list(headline.ids[:MOST_WORDS])
    values = array("H", (VERSION, len(title)))
    for ids, kinds in ((title, headline.kinds), (body.ids[:MOST_WORDS], body.kinds)):
        values.extend([word & 0xFFFC | kind for word, kind in zip(ids, kinds, strict=False)])
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


class Text:
    """A signature, unpacked; what comparisons need is made when it is first asked for.

    A word is the same number whatever its kind; 14 bits of hash, so two words of 16,000 are taken for one another.
    """

    def __init__(self, signature: bytes) -> None:
        self.signature = signature
        values = array("H", signature)
        if sys.byteorder == "big":
            values.byteswap()
        self._headline: Sequence[int] = values[2 : 2 + values[1]]
        self._body: Sequence[int] = values[2 + values[1] :]

    @cached_property
    def headline(self) -> frozenset[int]:
        """The words of the headline without function words."""
        return frozenset([word | KIND for word in self._headline if word & KIND])

    @cached_property
    def words(self) -> list[int]:
        """The words of the body in order."""
        return [word | KIND for word in self._body]

    @cached_property
    def kinds(self) -> list[int]:
        """The `Kind` of each of the words."""
        return [word & KIND for word in self._body]

    @cached_property
    def vocabulary(self) -> frozenset[int]:
        """The different words of the body without function words."""
        return frozenset([word | KIND for word in set(self._body) if word & KIND])

    @cached_property
    def places(self) -> dict[int, list[int]]:
        """Where each word of the body stands; function words are left out."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for at, word in enumerate(self._body):
            if word & KIND:
                found[word | KIND].append(at)
        return found

    @cached_property
    def subjects(self) -> frozenset[int]:
        """Names of the headline that the body names too; a headline that the body begins with does not count."""
        length = 3 * len(self._headline) // 2
        start = {word | KIND for word in self._body[:length]}
        repeats = len(self.headline & start) >= REPEATED * len(self.headline)
        body = set(self._body[length:] if repeats else self._body)
        return frozenset([word for word in self.headline if word & ~KIND | Kind.NAME in body])

    @cached_property
    def shingles(self) -> set[tuple[int, ...]]:
        """Every SHINGLE words of the body in a row; one shorter tuple where there are fewer."""
        words = self.words
        if len(words) < SHINGLE:
            return {tuple(words)}
        return set(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))
