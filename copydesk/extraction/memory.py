"""Site memory: what the desk knows of one source's recurring junk, and how texts are cut by it.

Lines are known by their words alone: no phrase, language or markup counts. `recurring.py` learns them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from copydesk.model import Article
from copydesk.text import body_hash, content_hash, count_words, unify


class Kind(StrEnum):
    """Where a learned line is cut."""

    TAIL = "tail"
    """Below the last paragraph of the article's own."""
    SHAPE = "shape"
    """As `tail`, whatever its numbers are; only under a learned line: `1,204 shares`."""
    WITHIN = "within"
    """Anywhere below the first paragraph of the article's own: a call to subscribe between paragraphs."""


PROSE_BYTES = 60
"""A line of so many bytes of UTF-8 is prose: 60 Latin letters, 30 Cyrillic ones, 20 Chinese characters."""
SENTENCE_BYTES = 24
"""The same for a line that ends as a sentence does."""
PARAGRAPH_CHARS = 200
ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)\]」]*$")
ENDS_STATEMENT = re.compile(r"[.!…。！][\"'”’»)\]」]*$")
PASSED_LINES = 8
"""Short lines that nobody knows, through which learned ones are looked for from the end up."""
DIGITS = re.compile(r"\d+(?:[.,' \u202f\u00a0]\d{3})*")
NUMBERS_ALLOWED = re.compile(r"[^%‰$€£¥+±]*")
TOPIC_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
BLANK_LINES = re.compile(r"\n{3,}")
FIRST_WINDOW = 5
"""Articles of a source with which learning begins."""
WINDOW = 200
"""Newest articles of a source that are learned from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What one source's articles are cut by: keys (`line_key`, `shape_key`) of learned lines, by kind."""

    tail: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.tail or self.shapes or self.within)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A text without its learned lines, and those lines in their order."""

    text: str
    lines: tuple[str, ...] = ()


def make_memory(lines: Iterable[tuple[str, str]]) -> Memory:
    """The memory that (kind, key) pairs make."""
    keys: dict[str, set[str]] = {kind: set() for kind in Kind}
    for kind, key in lines:
        keys[kind].add(key)
    return Memory(
        tail=frozenset(keys[Kind.TAIL]), shapes=frozenset(keys[Kind.SHAPE]), within=frozenset(keys[Kind.WITHIN])
    )


def is_due(articles: int, *, learned_from: int) -> bool:
    """Whether so many articles are worth another lesson, where the last one was learned from `learned_from`.

    A third more each time, and once the window is full a third of the window: a lesson costs about as much as the
    extraction of a page or two, so all of them cost some hundredth of it.
    """
    if articles < FIRST_WINDOW:
        return False
    return articles - learned_from >= max(FIRST_WINDOW, min(learned_from, WINDOW) // 3)


def line_key(line: str) -> str:
    """What makes two lines one: their words, whatever their case, quotes, dashes and blanks."""
    return unify(line)


def shape_key(line: str) -> str:
    """The key of a short line with whole numbers in it, the numbers left out; empty for any other line.

    Amounts, shares and rates are news, so a line that holds them has no shape.

    >>> shape_key("1,204 shares"), shape_key("Gold +0.5 %")
    ('# shares', '')
    """
    if len(line) > 60 or not any(map(str.isdigit, line)) or not NUMBERS_ALLOWED.fullmatch(line):
        return ""
    key = DIGITS.sub("#", unify(line))
    return "" if re.search(r"#[.,]#", key) or not any(map(str.isalpha, key)) else key


def is_prose(line: str) -> bool:
    """Whether a line is long enough, or ends like it, to be a sentence rather than a label."""
    weight = len(line) if line.isascii() else len(line.encode("utf-8", "replace"))
    return weight >= PROSE_BYTES or (weight >= SENTENCE_BYTES and bool(ENDS_SENTENCE.search(line)))


def is_paragraph(line: str) -> bool:
    """Whether a line is prose that no headline of another article could be: it ends as sentences do, or is long."""
    if not is_prose(line):
        return False
    return len(line) >= PARAGRAPH_CHARS or bool(ENDS_SENTENCE.search(line))


def split_lines(body_text: str) -> list[str]:
    """The lines of a text, without blank ones."""
    return [line.strip() for line in body_text.split("\n") if line.strip()]


def cut(body_text: str, memory: Memory, *, headline: str = "") -> Cut:
    """Return the text without what the memory knows to be junk.

    What opens an article stays, whatever it is: nothing is cut before the first prose that is unknown. So does a text
    that holds no such prose, and a line that is the article's own headline.
    """
    if not memory:
        return Cut(text=body_text)
    rows = body_text.split("\n")
    lines = [(place, row.strip()) for place, row in enumerate(rows) if row.strip()]
    first = next((at for at, (_, line) in enumerate(lines) if _is_own(line, memory)), None)
    if first is None:
        return Cut(text=body_text)
    last = next((at for at in range(len(lines) - 1, first, -1) if _is_own(lines[at][1], memory, last=True)), first)
    junk = _tail_junk(lines[last + 1 :], memory)
    if memory.within:
        junk |= {place for place, line in lines[first + 1 : last] if line_key(line) in memory.within}
    own_headline = line_key(headline)
    junk = {place for place in junk if line_key(rows[place]) != own_headline}
    if not junk:
        return Cut(text=body_text)
    left = "\n".join(row for place, row in enumerate(rows) if place not in junk)
    return Cut(text=BLANK_LINES.sub("\n\n", left).strip(), lines=tuple(rows[place].strip() for place in sorted(junk)))


def cut_article(article: Article, memory: Memory) -> tuple[Article, str | None]:
    """(the article without what the memory knows to be junk, its text before; None where nothing was cut)."""
    made = cut(article.body_text, memory, headline=article.headline)
    if not made.lines:
        return article, None
    shorter = replace(
        article,
        body_text=made.text,
        word_count=count_words(made.text),
        content_hash=content_hash(article.headline, made.text),
        body_hash=body_hash(made.text),
        notes=(*article.notes, *(f"site memory: {line[:80]}" for line in made.lines[:20])),
    )
    return shorter, article.body_text


def _is_own(line: str, memory: Memory, *, last: bool = False) -> bool:
    """Whether a line is prose, or the last paragraph, and not known as junk."""
    if not (is_paragraph(line) if last else is_prose(line)):
        return False
    key = line_key(line)
    return key not in memory.tail and key not in memory.within


def _tail_junk(tail: list[tuple[int, str]], memory: Memory) -> set[int]:
    """Places of learned lines among (place, line) below the last prose, looked for from the end up."""
    junk: set[int] = set()
    numbered: list[int] = []
    passed = 0
    for place, line in reversed(tail):
        key = line_key(line)
        if key in memory.tail or key in memory.within:
            junk |= {place, *numbered}
            numbered = []
        elif memory.shapes and shape_key(line) in memory.shapes:
            numbered.append(place)
        else:
            numbered = []
            passed += 1
            if passed > PASSED_LINES:
                break
    return junk


def topic_words(text: str) -> set[str]:
    """The words of a text, as topics are compared: case-folded, of four letters or more; two where that is a word."""
    return set(TOPIC_WORD.findall(text.casefold()))
