"""A text in two bytes a word: what is kept of an article so that others can be compared with it."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import compress, count
from operator import or_
from struct import unpack_from

from copydesk.duplicates.words import Kind, Words

VERSION = 1
MOST_WORDS = 6000
"""Words of a body that are compared; the rest of a longer one counts for nothing."""
KIND = 3
"""The bits of a packed word that say its kind, none of them for a function word; the other 14 are hash."""
KINDS = bytes(low & KIND for low in range(256))
"""The kind of a word by the lower of its two bytes."""
NO_KIND = bytes(low & ~KIND for low in range(256))
KINDLESS = bytes(low | KIND for low in range(256))
"""That byte with no kind, and with the one that all words have where kinds do not count."""
ARE_ANCHORS = bytes(kind in (Kind.NAME, Kind.NUMBER) for kind in range(256))
ARE_NAMES = bytes(kind == Kind.NAME for kind in range(256))
"""Kinds to whether they are such."""
SHINGLE = 5
REPEATED = 0.8
"""Of a headline's words in the first words of the body: the body begins with its headline."""


def pack(headline: Words, body: Words) -> bytes:
    """Return words as bytes, 16 bits each: version, number of words of the headline, headline, body."""
    title = headline.ids[:MOST_WORDS]
    start = array("H", (VERSION, len(title)))
    if sys.byteorder == "big":
        start.byteswap()
    return start.tobytes() + _pack(title, headline.kinds) + _pack(body.ids[:MOST_WORDS], body.kinds)


def _pack(ids: Sequence[int], kinds: Sequence[Kind]) -> bytes:
    """The two lower bytes of each id, its kind in the lowest bits."""
    values = array("Q", ids)
    if sys.byteorder == "big":
        values.byteswap()
    whole = values.tobytes()
    packed = bytearray(2 * len(ids))
    packed[::2] = bytes(map(or_, whole[::8].translate(NO_KIND), kinds))
    packed[1::2] = whole[1::8]
    return bytes(packed)


class Text:
    """A signature, unpacked; what comparisons need is made when it is first asked for.

    A word is the same number whatever its kind; 14 bits of hash, so two words of 16,000 are taken for one another.
    """

    def __init__(self, signature: bytes) -> None:
        self.signature = signature
        values = signature[4:]
        middle = 2 * int.from_bytes(signature[2:4], "little")
        self._headline, self._body = values[:middle], values[middle:]

    @cached_property
    def headline(self) -> frozenset[int]:
        """The words of the headline without function words."""
        return _content(_words(_plain(self._headline)), _kinds(self._headline))

    @cached_property
    def words(self) -> list[int]:
        """The words of the body in order."""
        return _words(self._plain_body)

    @cached_property
    def kinds(self) -> bytes:
        """The `Kind` of each of the words."""
        return _kinds(self._body)

    @cached_property
    def anchors(self) -> list[int]:
        """Where the names and numbers of the body stand."""
        return list(compress(count(), self.kinds.translate(ARE_ANCHORS)))

    @cached_property
    def vocabulary(self) -> frozenset[int]:
        """The different words of the body without function words."""
        return _content(self.words, self.kinds)

    @cached_property
    def places(self) -> dict[int, list[int]]:
        """Where each word of the body stands; function words are left out."""
        found: dict[int, list[int]] = {}
        for at, word in compress(enumerate(self.words), self.kinds):
            if word in found:
                found[word].append(at)
            else:
                found[word] = [at]
        return found

    @cached_property
    def subjects(self) -> frozenset[int]:
        """Names of the headline that the body names too; a headline that the body begins with does not count."""
        length = 3 * (len(self._headline) // 2) // 2
        repeats = len(self.headline & set(self.words[:length])) >= REPEATED * len(self.headline)
        start = length if repeats else 0
        return self.headline.intersection(compress(self.words[start:], self.kinds[start:].translate(ARE_NAMES)))

    @cached_property
    def shingles(self) -> set[bytes]:
        """Every SHINGLE words of the body in a row, as bytes; one shorter piece where there are fewer.

        Cut by `unpack` from SHINGLE beginnings: a tuple a shingle takes half as long again, and the garbage collector
        goes through all of them.
        """
        plain = self._plain_body
        size = 2 * SHINGLE
        if len(plain) < size:
            return {plain}
        found: set[bytes] = set()
        for start in range(0, size, 2):
            found.update(unpack_from(f"{size}s" * ((len(plain) - start) // size), plain, start))
        return found

    def may_hold(self, other: Text, start: int, end: int) -> bool:
        """Whether some words of another text may stand here in a row; False: they do not."""
        return other._plain_body[2 * start : 2 * end] in self._plain_body

    @cached_property
    def _plain_body(self) -> bytes:
        return _plain(self._body)


def _plain(packed: bytes) -> bytes:
    """Packed words without their kinds."""
    values = bytearray(packed)
    values[::2] = packed[::2].translate(KINDLESS)
    return bytes(values)


def _words(plain: bytes) -> list[int]:
    values = array("H", plain)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tolist()


def _kinds(packed: bytes) -> bytes:
    return packed[::2].translate(KINDS)


def _content(words: Iterable[int], kinds: Iterable[int]) -> frozenset[int]:
    return frozenset(compress(words, kinds))
