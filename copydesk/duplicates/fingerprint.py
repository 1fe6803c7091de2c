"""What is kept of an article to find its copies: keys to look it up by, and a signature to compare it by."""

from __future__ import annotations

import heapq
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.duplicates.words import Kind, Words, read_words

SHINGLE_KEYS = 16
ANCHOR_KEYS = 12
KEY_BITS = 48
MOST_WORDS = 6000
"""Words of a body that are compared; the rest of a longer one counts for nothing."""
FEWEST_WORDS = 30
"""Bodies under this many words have no keys: they match only exactly."""
MASK = (1 << 64) - 1
MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
"""Odd 64-bit constants with well spread bits (golden ratio; xxHash's primes)."""
ANCHOR_SALT = 0x5851F42D4C957F2D
SIGNATURE_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """Short values of one revision that near texts share."""

    keys: tuple[int, ...]
    """48-bit integers, at most SHINGLE_KEYS + ANCHOR_KEYS, none twice."""
    signature: bytes
    """See `pack`; two bytes a word."""


def fingerprint(headline: str, body_text: str) -> Fingerprint:
    """Return keys and signature of an article. Costs about 1 ms for 500 words."""
    body = read_words(body_text)
    keys = body_keys(body) if len(body.ids) >= FEWEST_WORDS else ()
    return Fingerprint(keys=keys, signature=pack(read_words(headline), body))


def body_keys(body: Words) -> tuple[int, ...]:
    """The smallest hashes of three content words in a row, and of names and numbers that stand close to each other."""
    content = body.content()
    shingles = {_mix(three) for three in zip(content, content[1:], content[2:], strict=False)}
    anchors = anchors_of(body)
    pairs = {
        _mix((first, second, ANCHOR_SALT))
        for step in (1, 2)
        for first, second in zip(anchors, anchors[step:], strict=False)
        if first != second
    }
    return tuple(sorted({*heapq.nsmallest(SHINGLE_KEYS, shingles), *heapq.nsmallest(ANCHOR_KEYS, pairs)}))


def anchors_of(words: Words) -> list[int]:
    """Ids of names and numbers, in order: what a re-worded copy leaves alone."""
    return [word for word, kind in zip(words.ids, words.kinds, strict=True) if kind >= Kind.NAME]


def pack(headline: Words, body: Words) -> bytes:
    """Return words as bytes: version, number of words in the headline, then 14 bits of hash and 2 of kind a word."""
    values = array("H", (SIGNATURE_VERSION, min(len(headline.ids), MOST_WORDS)))
    for words in (headline, body):
        values.extend(
            (word & 0xFFFC) | kind for word, kind in zip(words.ids[:MOST_WORDS], words.kinds[:MOST_WORDS], strict=True)
        )
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpack(signature: bytes) -> tuple[Sequence[int], Sequence[int]]:
    """Return headline and body of a signature, a number a word, whose two lowest bits are its kind."""
    values = array("H", signature)
    if sys.byteorder == "big":
        values.byteswap()
    return values[2 : 2 + values[1]], values[2 + values[1] :]


def _mix(words: Iterable[int]) -> int:
    value = 0
    for word, factor in zip(words, MIX, strict=True):
        value ^= (word * factor) & MASK
        value ^= value >> 29
    return ((value * MIX[0]) & MASK) >> (64 - KEY_BITS)
