"""The written articles and what becomes of them, read from texts/*.txt.

A file holds the pieces of one publication. A piece begins with `=== SLUG`, then `key: value` lines, a blank line, and
paragraphs separated by blank lines (a paragraph of `- ` lines is a list). `+++ HOURS` begins a revision (`headline: …`,
`replace: OLD => NEW`, `append: …`), `@@@ HOURS` an update of a live blog. All hours count from the start of the web.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What an editor changes in a published piece."""

    at_h: float
    headline: str = ""
    replacements: tuple[tuple[str, str], ...] = ()
    appended: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """One post of a live blog."""

    at_h: float
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One written article, in one state."""

    publication: str
    slug: str
    at_h: float
    """Published, in hours from the start of the web; negative: before it."""
    headline: str
    paragraphs: tuple[str, ...]
    """Plain text. A list is one paragraph whose lines begin with `- `."""
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    section: str = "Business"
    image: str = ""
    """The caption of the lead image; empty: no image."""
    of: str = ""
    """The slug of the original that this piece copies."""
    relation: str = ""
    """exact, near or derived; empty for an original."""
    flags: frozenset[str] = frozenset()
    """moved: the feed lists its former URL; plain: the feed lists the normal page, not the AMP one;
    says_latin1, says_utf8: the charset that its header claims and its bytes do not hold."""
    revisions: tuple[Revision, ...] = ()
    updates: tuple[Update, ...] = ()
    modified_h: float | None = None
    """Of this state; None: as published."""

    @property
    def number(self) -> int:
        """An article number as content systems give them; the same on every run."""
        return zlib.crc32(f"{self.publication}/{self.slug}".encode()) % 900_000 + 100_000

    @property
    def body_text(self) -> str:
        return "\n\n".join(as_lines(paragraph) for paragraph in self.all_paragraphs())

    def all_paragraphs(self) -> tuple[str, ...]:
        """Those of live updates after those of the piece itself, newest update first."""
        return (*self.paragraphs, *(line for update in reversed(self.updates) for line in update.paragraphs))

    def at(self, hours: float) -> Piece:
        """The state that readers see `hours` after the start."""
        state = self
        for revision in self.revisions:
            if revision.at_h <= hours:
                state = _revised(state, revision)
        posted = tuple(update for update in self.updates if update.at_h <= hours)
        if posted:
            state = replace(state, modified_h=max(posted[-1].at_h, state.modified_h or self.at_h))
        return replace(state, updates=posted)


def as_lines(paragraph: str) -> str:
    """A paragraph as an article's text holds it: lists one item a line, without bullets."""
    return "\n".join(line.removeprefix("- ") for line in paragraph.split("\n"))


def is_list(paragraph: str) -> bool:
    return paragraph.startswith("- ")


@cache
def read_texts(folder: Path = TEXTS) -> tuple[Piece, ...]:
    """Every written piece, in the order of the files."""
    pieces = []
    for path in sorted(folder.glob("*.txt")):
        blocks = path.read_text(encoding="utf-8").split("=== ")[1:]
        pieces += [_piece(path.stem, block) for block in blocks]
    return tuple(pieces)


def _piece(publication: str, block: str) -> Piece:
    head, *later = _split_later(block)
    slug, _, rest = head.partition("\n")
    fields_text, _, body = rest.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in fields_text.split("\n"))
    return Piece(
        publication=publication,
        slug=slug.strip(),
        at_h=float(fields["at"]),
        headline=fields["headline"],
        paragraphs=_paragraphs(body),
        standfirst=fields.get("standfirst", ""),
        authors=tuple(name.strip() for name in fields["by"].split(",")) if "by" in fields else (),
        section=fields.get("section", "Business"),
        image=fields.get("image", ""),
        of=fields.get("of", ""),
        relation="derived" if "of" in fields else "",
        flags=frozenset(fields.get("flags", "").split()),
        revisions=tuple(_revision(part[4:]) for part in later if part.startswith("+++ ")),
        updates=tuple(_update(part[4:]) for part in later if part.startswith("@@@ ")),
    )


def _split_later(block: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for line in block.split("\n"):
        if line.startswith(("+++ ", "@@@ ")):
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(part) for part in parts]


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(paragraph.strip() for paragraph in body.split("\n\n") if paragraph.strip())


def _revision(part: str) -> Revision:
    hours, _, rest = part.partition("\n")
    lines = [line.split(": ", 1) for line in rest.strip().split("\n")]
    swaps = [value.split(" => ") for key, value in lines if key == "replace"]
    return Revision(
        at_h=float(hours),
        headline=next((value for key, value in lines if key == "headline"), ""),
        replacements=tuple((old, new) for old, new in swaps),
        appended=tuple(value for key, value in lines if key == "append"),
    )


def _update(part: str) -> Update:
    hours, _, body = part.partition("\n")
    return Update(at_h=float(hours), paragraphs=_paragraphs(body))


def _revised(piece: Piece, revision: Revision) -> Piece:
    paragraphs = piece.paragraphs
    for old, new in revision.replacements:
        paragraphs = tuple(paragraph.replace(old, new) for paragraph in paragraphs)
    return replace(
        piece,
        headline=revision.headline or piece.headline,
        paragraphs=(*paragraphs, *revision.appended),
        modified_h=revision.at_h,
    )
