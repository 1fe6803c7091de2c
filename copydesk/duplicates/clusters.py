"""Story clusters: articles of different authors about one event. Likeness of subject, not of wording.

A text is a vector of TF-IDF weights, half of it words, half names and numbers; a cluster is the sum of its texts'
vectors. So the average likeness of a text to all texts of a cluster (average link) is one product, and a cluster takes
the same room however many texts it has.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.duplicates.words import Kind, Words, read_words, word_id

Vector = Mapping[int, float]
"""Term -> weight. A text's has length 1; its two halves weigh the same."""

HEADLINE_COUNTS = 2
"""A word of the headline counts so often."""
MOST_WORDS = 500
"""Of a body; what the event is stands in its first paragraphs."""
MOST_TERMS = 150
"""Of a text's vector, the strongest."""
MOST_CLUSTER_TERMS = 400
PROBES = 16
"""By so many of its strongest terms a text is found."""
UNSEEN = 200
"""Texts that a language is taken to have had before the first one: in a small store no word is common yet."""
NAMED = 1
"""The lowest bit of a term: set for names and numbers."""
MASK = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What makes one story of two texts."""

    likeness: float = 0.22
    """The least average likeness of a text to those of a cluster."""
    gap: timedelta = timedelta(hours=72)
    """The longest silence within a cluster."""
    span: timedelta = timedelta(days=7)
    """From the first to the last article of a cluster. What goes on for longer is several stories."""


DEFAULT = Bounds()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """What is kept of a story to tell whether a text belongs to it."""

    id: int
    texts: int
    """Copies of one text count once."""
    total: Vector
    """Sum of the texts' vectors, the MOST_CLUSTER_TERMS strongest terms of it."""
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where a text belongs."""

    cluster: Cluster | None
    """None: none of those that were looked at; it begins a story."""
    likeness: float
    """To that cluster, on average; 0 where there is none."""


def read_terms(headline: str, body_text: str, *, language: str) -> dict[int, int]:
    """Return how often each term stands in a text: 32-bit numbers, others in each language. About .5 ms.

    A name or number is two terms: one among the words, and one of its own.
    """
    return terms_of(read_words(headline), read_words(body_text), language=language)


def terms_of(headline: Words, body: Words, *, language: str) -> dict[int, int]:
    """The same of a text whose words were read."""
    counts: dict[int, int] = {}
    salt = language_term(language)
    for words, weight in ((headline, HEADLINE_COUNTS), (body, 1)):
        for word, kind in zip(words.ids[:MOST_WORDS], words.kinds, strict=False):
            if kind is Kind.FUNCTION:
                continue
            term = (word ^ salt) & MASK & ~NAMED
            counts[term] = counts.get(term, 0) + weight
            if kind >= Kind.NAME:
                counts[term | NAMED] = counts.get(term | NAMED, 0) + weight
    return counts


def language_term(language: str) -> int:
    """The term that all texts of a language have: its frequency is how many there are.

    >>> language_term("en-GB") == language_term("en")
    True
    """
    return word_id(language.partition("-")[0].lower()) & MASK


def weigh(terms: Mapping[int, int], frequencies: Mapping[int, int], *, texts: int) -> Vector:
    """Return the vector of a text, the strongest term first.

    `frequencies`: in how many of the `texts` texts before it a term stands; 0 where it is missing.
    """
    known = texts + UNSEEN
    weights = {
        term: (1 + math.log(count)) * idf
        for term, count in terms.items()
        if (idf := math.log(known / (frequencies.get(term, 0) + 1))) > 0
    }
    squares = [0.0, 0.0]
    for term, weight in weights.items():
        squares[term & NAMED] += weight * weight
    scale = [1 / math.sqrt(2 * square) if square else 0.0 for square in squares]
    return strongest(((term, weight * scale[term & NAMED]) for term, weight in weights.items()), MOST_TERMS)


def strongest(terms: Iterable[tuple[int, float]], most: int) -> dict[int, float]:
    """The `most` terms with the greatest weights, the greatest first; the same whatever order they come in."""
    ordered = sorted([(-weight, term) for term, weight in terms])
    return {term: -less for less, term in ordered[:most]}


def likeness(one: Vector, other: Vector) -> float:
    """The product of two vectors: of two texts, 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def place(vector: Vector, at: datetime, clusters: Iterable[Cluster], bounds: Bounds = DEFAULT) -> Placement:
    """Return the cluster whose texts a text is most like on average, if it is like enough and near enough in time."""
    text = Cluster(id=0, texts=1, total=vector, first_at=at, last_at=at)
    found = [(link, -each.id, each) for each in clusters if (link := average_link(text, each, bounds)) is not None]
    if not found:
        return Placement(cluster=None, likeness=0.0)
    link, _, best = max(found, key=lambda each: each[:2])
    return Placement(cluster=best, likeness=link)


def average_link(one: Cluster, other: Cluster, bounds: Bounds = DEFAULT) -> float | None:
    """The average likeness of the texts of one cluster to those of another; None: they are not one story."""
    if not one.texts or not other.texts:
        return None
    if one.first_at - other.last_at > bounds.gap or other.first_at - one.last_at > bounds.gap:
        return None
    if max(one.last_at, other.last_at) - min(one.first_at, other.first_at) > bounds.span:
        return None
    link = likeness(one.total, other.total) / (one.texts * other.texts)
    return link if link >= bounds.likeness else None


def unite(one: Cluster, other: Cluster) -> Cluster:
    """Return both as one cluster, under the lower id: the older story goes on, so ids in use stay what they were."""
    terms = dict(one.total)
    for term, weight in other.total.items():
        terms[term] = terms.get(term, 0.0) + weight
    return Cluster(
        id=min(one.id, other.id),
        texts=one.texts + other.texts,
        total=strongest(terms.items(), MOST_CLUSTER_TERMS),
        first_at=min(one.first_at, other.first_at),
        last_at=max(one.last_at, other.last_at),
    )


def without(cluster: Cluster, vector: Vector) -> Cluster:
    """Return a cluster less one of its texts; its time stays what it was."""
    terms = {term: rest for term, weight in cluster.total.items() if (rest := weight - vector.get(term, 0.0)) > 1e-6}
    return Cluster(
        id=cluster.id,
        texts=max(cluster.texts - 1, 0),
        total=terms,
        first_at=cluster.first_at,
        last_at=cluster.last_at,
    )


def pack(vector: Vector) -> bytes:
    """Return a vector as bytes, the strongest term first: 32 bits a term, then 32 bits a weight."""
    ordered = strongest(vector.items(), len(vector))
    terms, weights = array("I", ordered), array("f", ordered.values())
    if sys.byteorder == "big":
        terms.byteswap()
        weights.byteswap()
    return terms.tobytes() + weights.tobytes()


def unpack(packed: bytes) -> Vector:
    """Return the vector that `pack` made bytes of."""
    terms, weights = array("I", packed[: len(packed) // 2]), array("f", packed[len(packed) // 2 :])
    if sys.byteorder == "big":
        terms.byteswap()
        weights.byteswap()
    return dict(zip(terms, weights, strict=True))


def probes(packed: bytes) -> list[int]:
    """The terms by which a packed vector is found, the strongest first."""
    terms = array("I", packed[: len(packed) // 2][: 4 * PROBES])
    if sys.byteorder == "big":
        terms.byteswap()
    return list(terms)
