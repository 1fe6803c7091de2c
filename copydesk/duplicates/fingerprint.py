"""What is kept of an article to find its copies: keys to look it up by, and a signature to compare it by."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import compress
from operator import ne

from copydesk.duplicates.lanes import Lanes, lanes, lanes_of
from copydesk.duplicates.signature import pack
from copydesk.duplicates.words import Kind, Words, read_words

SHINGLE_KEYS = 16
ANCHOR_KEYS = 12
HEADLINE_KEYS = 3
KEY_BITS = 48
FEWEST_WORDS = 30
"""Bodies under this many words have no keys: they match only exactly."""
MARK = 1 << (KEY_BITS + 1)
MASK = (1 << 64) - 1
MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
"""Odd 64-bit constants with well spread bits (golden ratio; xxHash's primes)."""
ANCHOR_SALT = 0x5851F42D4C957F2D
ANCHORS = frozenset({Kind.NAME, Kind.NUMBER})
HEADLINE_SALT = 0x14057B7EF767814F


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """Short values of one revision that near texts share."""

    keys: tuple[int, ...]
    """48-bit integers, at most SHINGLE_KEYS + ANCHOR_KEYS + HEADLINE_KEYS, none twice; none for a short body."""
    marks: tuple[int, ...] = ()
    """Of its addresses and of the one that it credits; above all keys. Who credits whom has marks that are `facing`."""
    signature: bytes
    """See `pack`; two bytes a word."""
    words: int
    """Of the body."""


def fingerprint(headline: str, body_text: str, *, urls: Iterable[str] = (), credits: str = "") -> Fingerprint:
    """Return keys and signature of an article. Costs about .6 ms for 500 words.

    `urls` are its own addresses, `credits` the one that it says it comes from; all of them canonical.
    """
    return replace(fingerprint_of(read_words(headline), read_words(body_text)), marks=marks_of(urls, credits))


def fingerprint_of(headline: Words, body: Words) -> Fingerprint:
    """Return keys and signature of an article whose words were read; it has no marks yet."""
    return Fingerprint(
        keys=keys_of(headline, body) if len(body.ids) >= FEWEST_WORDS else (),
        signature=pack(headline, body),
        words=len(body.ids),
    )


def marks_of(urls: Iterable[str], credits: str) -> tuple[int, ...]:
    """Even numbers for where an article is, an odd one for what it credits."""
    at = {_mark(url) for url in urls if url}
    return (*sorted(at), *([facing(_mark(credits))] if credits else []))


def facing(mark: int) -> int:
    """Return the mark that the other end of a credit has."""
    return mark ^ 1


def is_mark(key: int) -> bool:
    return key >= MARK


def _mark(url: str) -> int:
    return MARK | int.from_bytes(hashlib.blake2b(url.encode(), digest_size=KEY_BITS // 8).digest()) << 1


def keys_of(headline: Words, body: Words) -> tuple[int, ...]:
    """The smallest hashes of three content words in a row, of neighbouring names and numbers, of headline pairs.

    The first survive cuts and additions, the second re-wording, the third an update that leaves little of the text.
    """
    content, title = lanes(content_of(body)), lanes(content_of(headline))
    anchors = anchors_of(body)
    named = lanes(anchors)
    shingles = set(_mix(content, content.after(1), content.after(2)))
    neighbours: set[int] = set()
    for step in (1, 2):
        hashes = _mix(named, named.after(step), lanes_of(ANCHOR_SALT, len(anchors) - step))
        neighbours.update(compress(hashes, map(ne, anchors, anchors[step:])))
    pairs = set(_mix(title, title.after(1), lanes_of(HEADLINE_SALT, title.count - 1)))
    chosen = (
        heapq.nsmallest(SHINGLE_KEYS, shingles),
        heapq.nsmallest(ANCHOR_KEYS, neighbours),
        heapq.nsmallest(HEADLINE_KEYS, pairs),
    )
    return tuple(sorted({key for keys in chosen for key in keys}))


def content_of(words: Words) -> list[int]:
    """Ids of all but function words."""
    return list(compress(words.ids, words.kinds))


def anchors_of(words: Words) -> list[int]:
    """Ids of names and numbers."""
    return list(compress(words.ids, map(ANCHORS.__contains__, words.kinds)))


def _mix(first: Lanes, second: Lanes, third: Lanes) -> list[int]:
    """Hashes of the three words at each place of three sequences; as many as the shortest of them has.

    All at once, in lanes: no other lines would run as often.
    """
    count = min(first.count, second.count, third.count)
    by, then_by, last_by, mask = *MIX, lanes_of(MASK, count).value
    value = first.value * by & mask
    value = ((value ^ value >> 29) ^ second.value * then_by) & mask
    value = ((value ^ value >> 29) ^ third.value * last_by) & mask
    value = ((value ^ value >> 29) & mask) * by & mask
    return Lanes(value >> 64 - KEY_BITS, count).unpack()
