"""A text as the sequence of words that two copies share: stems, function words, names and numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import compress, count

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
LATIN = "".join(chr(code) for code in (*range(0x300), *range(0x2000, 0x2C00)) if re.match(r"[^\W\d_]", chr(code)))
LATIN_TOKEN = re.compile(f"[{LATIN}]+(?:'[{LATIN}]+)*|\\d+(?:[.,:]\\d+)*")
"""What TOKEN finds in a text of nothing beyond Latin, in a third of the time: letters are looked up in a table."""
UNSPACED_RUN = re.compile(f"[{UNSPACED}]")
GROUPED = re.compile(r"[.,](?=\d{3}\b)")
"""The marks of 1,000,000 and 1.000.000."""


MOST_READ = 1 << 16


class Kind(IntEnum):
    """What a word is good for when texts are compared."""

    FUNCTION = 0
    WORD = 1
    NAME = 2
    """A word with a capital that the text never writes without one."""
    NUMBER = 3


Reading = tuple[int, Kind, str]
"""Of a word: id, kind if nothing in the text speaks against it, and the word in lower case."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text as parallel sequences."""

    ids: Sequence[int]
    """64-bit hashes of stems, whole function words, and numbers without their grouping marks."""
    kinds: Sequence[Kind]


def read_words(text: str) -> Words:
    """Return the words of a text. Costs about .2 ms for 500 words."""
    tokens = _tokens(normalise(text))
    read = list(map(READINGS.__getitem__, tokens))
    ids, kinds = [word for word, _, _ in read], [kind for _, kind, _ in read]
    different = set(tokens)
    names = set(compress(tokens, map(Kind.NAME.__eq__, kinds)))
    in_lower = {name for name in names if (folded := READINGS[name][2]) in different and folded.islower()}
    if in_lower:
        for at in compress(count(), map(in_lower.__contains__, tokens)):
            kinds[at] = Kind.WORD
    return Words(ids, kinds)


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


def _read(token: str) -> Reading:
    if token[0].isdigit():
        return word_id(GROUPED.sub("", token)), Kind.NUMBER, token
    folded = token.lower()
    if folded in FUNCTION_WORDS:
        return word_id(folded), Kind.FUNCTION, folded
    stem = folded.removesuffix("'s")
    is_name = token[0] != folded[0]
    return word_id(stem[:STEM_LETTERS]), Kind.NAME if is_name else Kind.WORD, folded


class _Readings(dict[str, Reading]):
    """What words were read as, MOST_READ of them: a lookup that finds costs a third of what `lru_cache` takes."""

    def __missing__(self, token: str) -> Reading:
        if len(self) >= MOST_READ:
            self.clear()
        made = self[token] = _read(token)
        return made


READINGS = _Readings()
