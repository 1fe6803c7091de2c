"""A text read once for all that is asked of its words: how its copies are found, and its story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.duplicates.clusters import terms_of
from copydesk.duplicates.fingerprint import Fingerprint, fingerprint_of
from copydesk.duplicates.words import read_words


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRead:
    """What matching and stories want to know of one headline with one body."""

    fingerprint: Fingerprint
    """Without marks: those are of addresses."""
    terms: Mapping[int, int]
    """As of `read_terms`."""


def read_text(headline: str, body_text: str, *, language: str) -> TextRead:
    """Return what the words of a text say. About a millisecond for 500 words, most of it in the fingerprint."""
    title, body = read_words(headline), read_words(body_text)
    return TextRead(fingerprint=fingerprint_of(title, body), terms=terms_of(title, body, language=language))
