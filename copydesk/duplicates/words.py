"""A text as the sequence of words that two copies share: stems, function words, names and numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from copydesk.duplicates.function_words import FUNCTION_WORDS
from copydesk.text import CJK, merge_variants

STEM_LETTERS = 5
"""A stem is the first letters of a word: `reports`, `reported` and `reporter` are one."""
UNSPACED = f"{CJK}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts without spaces between words (with Thai, Lao, Burmese, Khmer): read as pairs of characters."""
LETTER = f"[^\\W\\d_{UNSPACED}]"
MARKED = f"(?:{LETTER}|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0970-\u0dff])"
"""A letter, or a sign that is written on one (Hebrew, Arabic, the scripts of India)."""
TOKEN = re.compile(f"\\d+(?:[.,:]\\d+)*|[{UNSPACED}]+|{LETTER}{MARKED}*(?:'{MARKED}+)*")
BEYOND_LATIN = re.compile("[\u0300-\u1fff\u2c00-\U0010ffff]")
"""What is neither Latin nor punctuation."""
LATIN_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*")
"""What TOKEN finds in a text of nothing beyond Latin, in half the time."""
UNSPACED_RUN = re.compile(f"[{UNSPACED}]")
GROUPED = re.compile(r"[.,](?=\d{3}\b)")
"""The marks of 1,000,000 and 1.000.000."""


class Kind(IntEnum):
    """What a word is good for when texts are compared."""

    FUNCTION = 0
    WORD = 1
    NAME = 2
    """A word with a capital that the text never writes without one."""
    NUMBER = 3


@dataclass(frozen=True, slots=True)
class Words:
    """A text as parallel sequences."""

    ids: Sequence[int]
    """64-bit hashes of stems, whole function words, and numbers without their grouping marks."""
    kinds: Sequence[Kind]


def read_words(text: str) -> Words:
    """Return the words of a text. Costs about .2 ms for 500 words."""
    tokens = _tokens(normalise(text))
    read = {token: _read(token) for token in set(tokens)}
    lower = {token for token in read if token.islower()}
    ids = {token: word for token, (word, _, _) in read.items()}
    kinds = {
        token: Kind.WORD if kind is Kind.NAME and folded in lower else kind for token, (_, kind, folded) in read.items()
    }
    return Words([ids[token] for token in tokens], [kinds[token] for token in tokens])


def normalise(text: str) -> str:
    """Return a text with one spelling of quotes, dashes and compatibility characters; case kept."""
    if text.isascii():
        return text.replace("`", "'")
    return merge_variants(text)


def word_id(word: str) -> int:
    """Return 64 bits that stand for a word, the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def count_pieces(token: str) -> int:
    """Return how many words a token is: more than one where its script has no spaces."""
    return len(_pieces(token))


def _tokens(text: str) -> Sequence[str]:
    if text.isascii() or not BEYOND_LATIN.search(text):
        return LATIN_TOKEN.findall(text)
    tokens: list[str] = TOKEN.findall(text)
    if not UNSPACED_RUN.search(text):
        return tokens
    return [piece for token in tokens for piece in _pieces(token)]


def _pieces(token: str) -> Sequence[str]:
    if token.isascii() or not UNSPACED_RUN.match(token) or len(token) == 1:
        return (token,)
    return [token[at : at + 2] for at in range(len(token) - 1)]


@lru_cache(maxsize=1 << 16)
def _read(token: str) -> tuple[int, Kind, str]:
    """Id, kind if nothing in the text speaks against it, and the word in lower case."""
    if token[0].isdigit():
        return word_id(GROUPED.sub("", token)), Kind.NUMBER, token
    folded = token.lower()
    if folded in FUNCTION_WORDS:
        return word_id(folded), Kind.FUNCTION, folded
    stem = folded.removesuffix("'s")
    is_name = token[0] != folded[0]
    return word_id(stem[:STEM_LETTERS]), Kind.NAME if is_name else Kind.WORD, folded
