"""Text as data: normal forms, hashes, counts. What two texts must share to count as the same one."""

from __future__ import annotations

import hashlib
import re
import unicodedata

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
"""Scripts written without spaces between words, as a range of a regular expression's class."""

WORD = re.compile(f"[{CJK}]|[^\\W_{CJK}]+(?:['’.,\\-][^\\W_{CJK}]+)*")
CJK_CHARACTER = re.compile(f"[{CJK}]")
SPACED_WORD = re.compile(r"[^\W_]+(?:['’.,\-][^\W_]+)*")
ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.,\-][A-Za-z0-9]+)*")
"""The same for texts without such scripts, and for ASCII: several times faster."""
EASTERN = re.compile("[\u3040-\U0010ffff]")
"""Where those scripts begin."""
NOT_ALNUM = re.compile(r"[\W_]+")
NOT_ASCII_ALNUM = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())

VARIANTS = (
    dict.fromkeys("‘’‚‛′`ʼ", "'")
    | dict.fromkeys("“”„‟″«»‹›＂「」『』", '"')
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
"""Typographic variants that say the same; invisible characters go."""
VARIANT = re.compile(f"[{re.escape(''.join(VARIANTS))}]")


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With their full-width forms, which some spreadsheets take for the same."""


UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Controls, marks of direction and characters without width: a headline with them can turn a whole line around, or tell
a terminal what to do."""


def visible(text: str) -> str:
    """Return `text` without what is not seen; tabs and ends of lines stay.

    >>> visible("Rates\\u202e fall\\x1b[2J")
    'Rates fall[2J'
    """
    return text if text.isascii() and text.isprintable() else UNSEEN.sub("", text)


def collapse_space(text: str) -> str:
    """Return `text` on one line, with single spaces."""
    return " ".join(text.split())


def unify(text: str) -> str:
    """Return the form in which texts that differ in case, quotes, dashes or white space are equal.

    >>> unify("“Rain” –  again")
    '"rain" - again'
    """
    return collapse_space(merge_variants(text).casefold())


def merge_variants(text: str) -> str:
    """Return the NFKC form with one kind of quotes and dashes, without invisible characters."""
    if text.isascii():
        return text.replace("`", "'")
    return VARIANT.sub(lambda match: VARIANTS[match[0]], unicodedata.normalize("NFKC", text))


def letters_only(text: str) -> str:
    """Return the unified form without blanks and punctuation: the key under which lines are the same line."""
    if text.isascii():
        return text.lower().translate(NOT_ASCII_ALNUM)
    return NOT_ALNUM.sub("", unify(text))


def content_hash(headline: str, body_text: str) -> str:
    """Return 32 hex digits over headline and body (NFKC, case kept, runs of white space as one): decides revisions."""
    parts = (collapse_space(unicodedata.normalize("NFKC", part)) for part in (headline, body_text))
    return _digest("\n".join(parts))


def body_hash(body_text: str) -> str:
    """Return 32 hex digits over the body (see `unify`): decides `exact`."""
    return _digest(unify(body_text))


def split_words(text: str) -> list[str]:
    """Return the words of a text in order; each character of Chinese or Japanese is one."""
    if text.isascii():
        return ASCII_WORD.findall(text)
    return (WORD if EASTERN.search(text) else SPACED_WORD).findall(text)


def count_words(text: str) -> int:
    """Return the number of words; two characters of Chinese or Japanese count as one.

    >>> count_words("Rates rise 0.5 points"), count_words("日本銀行")
    (4, 2)
    """
    words = len(split_words(text))
    characters = len(CJK_CHARACTER.findall(text)) if EASTERN.search(text) else 0
    return words - characters + (characters + 1) // 2


def defuse_formula(cell: str) -> str:
    """Return the text of a table's cell so that no spreadsheet runs it (OWASP, "CSV Injection").

    >>> defuse_formula("=HYPERLINK(A1)")
    "'=HYPERLINK(A1)"
    """
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
