"""Blocks of a page's text -> the blocks of its article. Each cut is noted with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.extraction.body import Block
from copydesk.extraction.phrases import (
    ALWAYS,
    BIO,
    BYLINE_LINE,
    DATE_LINE,
    DATED_BYLINE,
    OWN_CORRECTION,
    TAIL,
    TAIL_HEADINGS,
    is_contact,
)
from copydesk.extraction.walls import is_banner
from copydesk.text import letters_only, unify

HEAD_BLOCKS = 6
"""From the beginning, in which headline, byline, date and section are looked for."""
TAIL_BLOCKS = 12
"""From the end, in which tail phrases count."""
TITLE_WITHIN = 25
PROSE_LINE = 160
MAX_BEFORE_TITLE = 0.2
"""Blocks and share of the text before the headline, up to which they are junk above the article."""
MAX_PHRASE_CHARS = 420
MAX_TAIL_SHARE = 0.35
"""Of the text: a `Related` heading that would cut more is a heading of the article."""
MAX_PROSE_TAIL = 0.15
"""The same where what follows is prose rather than links."""
MIN_KEPT_SHARE = 0.3
BANNER_BLOCKS = 4
"""From the end, among which a banner is looked for, with nothing but its buttons after it."""
LABEL_CHARS = 60
CAPTION_WORDS = 4
LONGEST_BYLINE = 160
"""With its date and the tools beside it."""
LINK_LINE_SHARE = 0.85
LINK_LINE_CHARS = 160
BIO_CHARS = 700
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
CLOSING = "\"'”’»)]"
"""What may stand behind the end of a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleaned:
    """What is left of a text, and why the rest went."""

    blocks: list[Block]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What the page says of itself, against which lines are compared."""

    titles: tuple[str, ...] = ()
    section: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    alts: frozenset[str] = frozenset()
    """What images say of themselves to who cannot see them."""


def clean_blocks(blocks: Sequence[Block], context: Context) -> Cleaned:
    """Return the article's own blocks. What would leave less than a third of the text is not done."""
    notes: list[str] = []
    kept = list(blocks)
    total = sum(len(block.text) for block in kept)
    for step in (
        drop_head,
        drop_banners,
        drop_captions,
        drop_phrases,
        drop_link_lines,
        cut_tail,
        drop_tail,
        drop_lone_headings,
    ):
        shorter = step(kept, context)
        if len(shorter) == len(kept):
            continue
        if sum(len(block.text) for block in shorter) < MIN_KEPT_SHARE * total:
            notes.append(f"{step.__name__} would have left too little")
            continue
        left = {id(block) for block in shorter}
        notes += [f"{step.__name__}: {block.text[:80]}" for block in kept if id(block) not in left]
        kept = shorter
    return Cleaned(blocks=kept, notes=tuple(notes[:60]))


def drop_head(blocks: list[Block], context: Context) -> list[Block]:
    """Drop headline, section, byline and date among the first lines."""
    titles = {_key(title) for title in context.titles}
    own = {_key(text) for text in (context.section, context.publisher, *context.authors) if text}
    head, rest = blocks[:HEAD_BLOCKS], blocks[HEAD_BLOCKS:]
    kept = []
    before = _place_of_title(blocks, titles)
    if before:
        return drop_head(blocks[before:], context)
    for place, block in enumerate(head):
        key, text = _key(block.text), block.text
        is_title = key in titles or (place < 3 and _is_nearly(key, titles))
        is_byline = len(text) < 120 and (
            DATE_LINE.match(text) or BYLINE_LINE.match(text) or _names_author(text, context)
        )
        is_byline = is_byline or (len(text) < LONGEST_BYLINE and bool(DATED_BYLINE.match(text)))
        is_place = place < 2 and _is_dateline(block, head[place + 1 : place + 2])
        if is_title or key in own or is_byline or is_place or (place == 0 and len(key) < 3):
            continue
        kept.append(block)
    return kept + rest


def _is_nearly(key: str, titles: set[str]) -> bool:
    """Whether a line is a headline cut short, or one with a kicker before it."""
    return any(
        (len(key) > 25 and title.startswith(key))
        or (len(title) > 25 and key.endswith(title) and len(key) < len(title) + 50)
        for title in titles
    )


def _is_dateline(block: Block, following: list[Block]) -> bool:
    """A place on a line of its own: `BAAR, Switzerland`, before the first paragraph."""
    is_short = (
        block.kind == "p"
        and len(block.text) < 36
        and len(block.text.split()) <= 3
        and not re.search(r"[!?:…\"“”]", block.text)
    )
    return is_short and bool(following) and len(following[0].text) > 80


def _place_of_title(blocks: list[Block], titles: set[str]) -> int:
    """Where the headline stands, if what is before it is little; 0 otherwise."""
    total, before = sum(len(block.text) for block in blocks), 0
    for place, block in enumerate(blocks[:TITLE_WITHIN]):
        if place and len(block.text) > 25 and _key(block.text) in titles:
            return place if before < MAX_BEFORE_TITLE * total else 0
        if len(block.text) > PROSE_LINE:
            return 0
        before += len(block.text)
    return 0


def drop_banners(blocks: list[Block], context: Context) -> list[Block]:
    """Drop what asks the reader for consent before and after the text; within, it is told of."""
    kept = list(blocks)
    for place in range(len(kept) - 1, max(0, len(kept) - BANNER_BLOCKS), -1):
        if _is_banner(kept[place]):
            return kept[:place]
        if len(kept[place].text) > LABEL_CHARS:
            break
    while kept and _is_banner(kept[0]):
        kept.pop(0)
    return kept


def _is_banner(block: Block) -> bool:
    return "ookie" in block.text and is_banner(block.text)


def drop_captions(blocks: list[Block], context: Context) -> list[Block]:
    """Drop lines that an image's alternative text repeats, whatever element holds them."""
    told = [alt for alt in context.alts if len(alt.split()) >= CAPTION_WORDS]
    alts, longest = {_key(alt) for alt in told}, 2 * max(map(len, told), default=0)
    return [
        block for block in blocks if block.kind == "head" or len(block.text) > longest or _key(block.text) not in alts
    ]


def drop_phrases(blocks: list[Block], context: Context) -> list[Block]:
    """Drop lines that say nothing but junk, wherever they stand."""
    return [block for block in blocks if len(block.text) > MAX_PHRASE_CHARS or not ALWAYS.match(block.text)]


def drop_link_lines(blocks: list[Block], context: Context) -> list[Block]:
    """Drop short lines that are links as a whole and no sentences: related articles among the paragraphs."""
    linked = [_is_link_line(block) for block in blocks]
    items = [block for block in blocks if block.kind == "item"]
    if items and sum(block.links > LINK_LINE_SHARE for block in items) > 0.9 * len(items) and len(items) > 12:
        linked = [flag and block.kind != "item" for flag, block in zip(linked, blocks, strict=True)]  # a list article
    return [block for block, is_junk in zip(blocks, linked, strict=True) if not is_junk]


def _is_link_line(block: Block) -> bool:
    if block.links < LINK_LINE_SHARE or len(block.text) > LINK_LINE_CHARS or block.kind in ("row", "quote"):
        return False
    words = len(block.text.split())
    if block.text.startswith(("http://", "https://", "www.")):
        return False
    return words > 4 or (block.kind == "p" and (block.text.isupper() or words > 2))


def cut_tail(blocks: list[Block], context: Context) -> list[Block]:
    """Cut at a heading that begins what is no part of the article, where little follows."""
    total = sum(len(block.text) for block in blocks)
    after = 0
    linked = 0.0
    cut = len(blocks)
    for place in range(len(blocks) - 1, 0, -1):
        block = blocks[place]
        after += len(block.text)
        linked += block.links * len(block.text)
        if after > MAX_TAIL_SHARE * total:
            break
        is_heading = block.kind == "head" or len(block.text) < 60
        if is_heading and TAIL_HEADINGS.match(block.text) and (after < MAX_PROSE_TAIL * total or linked > 0.3 * after):
            cut = place
    return blocks[:cut]


def drop_tail(blocks: list[Block], context: Context) -> list[Block]:
    """Drop credits, tips, biographies and agency signs among the last lines, from the end up."""
    kept = list(blocks)
    tail = kept[-TAIL_BLOCKS:] if len(kept) > TAIL_BLOCKS else kept[1:]
    dropped: set[int] = set()
    passed = signs = 0
    for block in reversed(tail):
        text = block.text
        is_junk = not OWN_CORRECTION.match(text) and (
            (len(text) <= MAX_PHRASE_CHARS and (TAIL.match(text) or ALWAYS.match(text)))
            or (len(text) <= BIO_CHARS and _is_bio(text, context))
            or is_contact(text)
            or (passed == 0 and (block.kind == "head" or (not signs and block.kind == "p" and _is_sign(text))))
            or (len(text) < 120 and (DATE_LINE.match(text) or BYLINE_LINE.match(text)))
        )
        if is_junk:
            signs += _is_sign(text)
            dropped.add(id(block))
        else:
            passed += 1
            if passed > 3:
                break
    return [block for block in kept if id(block) not in dropped]


def _is_bio(text: str, context: Context) -> bool:
    if any(text.startswith(name) for name in context.authors if " " in name):
        return bool(BIO.match(text)) or len(text) < 300
    return bool(BIO.match(text)) and len(text) < 400


def ends_sentence(text: str) -> bool:
    """Return whether a line ends as a sentence does."""
    return text.rstrip(CLOSING).endswith(SENTENCE_ENDS)


def _is_sign(text: str) -> bool:
    """A short last line without the end of a sentence: an agency's sign, initials, a print note."""
    return len(text) < 40 and not ends_sentence(text) and len(text.split()) <= 3


def _names_author(text: str, context: Context) -> bool:
    """Whether a short line holds an author's name and hardly anything else."""
    key = unify(text)
    for name in context.authors:
        other = unify(name)
        if " " in other and other in key and len(key) - len(other) < 50 and not ends_sentence(text):
            return True
    return False


def drop_lone_headings(blocks: list[Block], context: Context) -> list[Block]:
    """Drop headings at the end, which nothing follows."""
    kept = list(blocks)
    while len(kept) > 1 and kept[-1].kind == "head":
        kept.pop()
    return kept


def _key(text: str) -> str:
    return letters_only(text)
