"""Invented publications in invented languages: articles with junk that nobody has words for, the truth of each line."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from copydesk.extraction.voices import KnownArticle

START = datetime(2026, 10, 1, 6, tzinfo=UTC)
ONSETS = ("k", "v", "tr", "m", "z", "pl", "r", "sh", "n", "g", "d", "b", "l", "sk", "h", "f")
VOWELS = ("a", "e", "i", "o", "u", "ae", "ou", "y")
CODAS = ("", "", "n", "r", "k", "l", "s", "th", "m")


class Tongue:
    """A language: a few hundred words, some of them frequent, and sentences of them."""

    def __init__(self, seed: int, *, words: int = 900) -> None:
        self.rnd = random.Random(seed)
        self.words = list(dict.fromkeys(self._word() for _ in range(words)))
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def _word(self) -> str:
        count = self.rnd.choices((1, 2, 3), (2, 5, 3))[0]
        return "".join(self.rnd.choice(ONSETS) + self.rnd.choice(VOWELS) + self.rnd.choice(CODAS) for _ in range(count))

    def some(self, count: int) -> list[str]:
        return self.rnd.choices(self.words, self.weights, k=count)

    def rare(self, count: int) -> list[str]:
        return self.rnd.choices(self.words[len(self.words) // 3 :], k=count)

    def label(self, count: int = 3) -> str:
        return " ".join(self.some(count)).capitalize()

    def sentence(self, topic: Sequence[str] = (), *, words: int = 14) -> str:
        found = self.some(words)
        for name in self.rnd.sample(list(topic), min(len(topic), 3)):
            found[self.rnd.randrange(len(found))] = name
        return " ".join(found).capitalize() + "."

    def paragraph(self, topic: Sequence[str] = ()) -> str:
        return " ".join(self.sentence(topic, words=self.rnd.randint(8, 18)) for _ in range(self.rnd.randint(1, 3)))

    def topic(self) -> list[str]:
        return [name.capitalize() for name in self.rare(8)]


@dataclass
class Piece:
    """One article as extracted: its lines, and whether each is junk."""

    number: int
    headline: str
    lines: list[tuple[str, bool | None]]
    """None: the headline of another article, which may go or stay."""
    at: datetime
    group: int | None = None

    @property
    def body_text(self) -> str:
        return "\n\n".join(line for line, _ in self.lines)

    def known(self) -> KnownArticle:
        return KnownArticle(
            id=self.number,
            headline=self.headline,
            body_text=self.body_text,
            at=self.at,
            group=self.number if self.group is None else self.group,
        )


@dataclass
class Publication:
    """Articles of one source. Templates differ in their junk; articles take turns among them at random."""

    tongue: Tongue
    templates: list[list[str]]
    """Tail lines each."""
    within: str = ""
    """A call to subscribe, put between paragraphs at random places."""
    pieces: list[Piece] = field(default_factory=list)
    hours: float = 7.0
    """Between two articles."""

    def own(self, topic: Sequence[str], *, paragraphs: int | None = None) -> list[tuple[str, bool | None]]:
        count = paragraphs or self.tongue.rnd.randint(3, 12)
        return [(self.tongue.paragraph(topic), False) for _ in range(count)]

    def add(self, lines: list[tuple[str, bool | None]], *, headline: str = "", group: int | None = None) -> Piece:
        """Put an article's own lines into a template."""
        rnd = self.tongue.rnd
        number = len(self.pieces) + 1
        body = list(lines)
        if self.within:
            body.insert(rnd.randint(1, len(body)), (self.within, True))
        for line in rnd.choice(self.templates):
            text = line.replace("#", f"{rnd.randint(2, 3_000):,}")
            if "*" in line:
                text = rnd.choice(self.pieces).headline if self.pieces else ""
            if text:
                body.append((text, None if "*" in line else True))
        at = START + timedelta(hours=self.hours * number)
        piece = Piece(number, headline or self.tongue.label(7), body, at, group)
        self.pieces.append(piece)
        return piece

    def fill(self, count: int) -> Publication:
        while len(self.pieces) < count:
            self.add(self.own(self.tongue.topic()))
        return self

    def known(self) -> list[KnownArticle]:
        return [piece.known() for piece in self.pieces]


def publication(seed: int, *, templates: int = 1, junk_lines: int = 3, within: bool = False) -> Publication:
    tongue = Tongue(seed)
    made = []
    for _ in range(templates):
        lines = [tongue.label(tongue.rnd.randint(2, 6)) for _ in range(junk_lines // 2)]
        lines += [tongue.sentence(words=tongue.rnd.randint(6, 16)) for _ in range(junk_lines - len(lines))]
        tongue.rnd.shuffle(lines)
        made.append(lines)
    return Publication(tongue, made, within=tongue.sentence(words=12) if within else "")
