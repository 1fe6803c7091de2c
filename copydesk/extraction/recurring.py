"""Learning a source's junk from its stored articles: lines that recur where no article's own text stands.

A candidate is judged by where it stands (above, between, below the articles' own prose), by how many independent
articles have it, over how many days, and by whether its words belong to what those articles are about. What it is
judged by can be shown: a `Finding` holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from copydesk.extraction.evidence import LEAST, TAIL_LINES, Evidence, Scene
from copydesk.extraction.memory import ENDS_SENTENCE, ENDS_STATEMENT, FIRST_WINDOW, PROSE_BYTES, Kind, shape_key
from copydesk.extraction.voices import KnownArticle, independent

EXAMPLES = 5
MOSTLY = 0.9
"""Of the articles that have a line: so many have it where it may be cut."""
CLOSING_SHARE = 0.5
"""Of the articles that have it below their prose: so many have nothing unknown under it."""
TAIL_SHARE = 0.06
COMPANION_SHARE = 0.03
"""Of all articles, where it stands beside a learned line."""
SENTENCE_SHARE = 0.15
"""The same for a short sentence on its own: `The trial continues.` ends many an article in its own right."""
WITHIN_SHARE = 0.3
WITHIN_LEAST = 8
WITHIN_CHARS = 40
REPEATED_SHARE = 0.6
"""Of all articles, and of those that have it more than once: signs of advertisements do so, sub-headings do not."""
TOPIC_LIFT = 0.25
"""So much more of its words stand in the texts around it than in other ones: it is about what they are about."""
TOPIC_WORDS = 4
DAYS = 4
"""A source of so many days does not teach a line on one of them."""
STILL_MOSTLY = 0.7
"""As `MOSTLY`, for a line that is learned already: below, it is taken back."""
STILL_LEAST = 6
"""Articles that must have a learned line before they can speak against it."""
SHAPE_SHARE = 0.15
SHAPE_LEAST = 5
SHAPE_BELOW_SHARE = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A line that recurs, and what is known of it. Copies of one text count once."""

    kind: Kind
    key: str
    text: str
    """As it stands in the newest article that has it."""
    is_junk: bool
    """False: it was learned once, and these articles speak against it."""
    why: str
    support: int
    """Articles that have it."""
    articles: int
    """Articles looked at."""
    since: datetime
    """Of the oldest article that has it."""
    last_at: datetime
    examples: tuple[int, ...]
    """Ids of articles that it is cut from, newest first; a few."""
    counter_examples: tuple[tuple[int, str], ...]
    """Ids of articles that keep it, and why; then of articles without it. A few."""


def learn(
    articles: Sequence[KnownArticle],
    *,
    known: Collection[tuple[str, str]] = (),
    forgotten: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """Return what a source's articles teach; of `known` lines, those that stand in these articles, still junk or not.

    Both are (kind, key) pairs. A forgotten line is never found again. Pure; linear in the text.
    """
    voices = independent(articles)
    if len(voices) < FIRST_WINDOW:
        return []
    kinds = {key: Kind(kind) for kind, key in known}
    scene = Scene(
        voices,
        known={key for key, kind in kinds.items() if kind is not Kind.SHAPE},
        forgotten={key for _, key in forgotten},
    )
    return _Lesson(scene, kinds).findings()


class _Lesson:
    """Candidates are taken for junk until the evidence says no. Each that goes is prose of the articles' own again, so
    the others are looked at once more."""

    def __init__(self, scene: Scene, known: dict[str, Kind]) -> None:
        self.scene = scene
        self.known = known
        self.junk: dict[str, Kind] = dict.fromkeys(scene.keys.values(), Kind.TAIL)
        self.evidence: dict[str, Evidence] = {}

    def findings(self) -> list[Finding]:
        refuted: dict[str, str] = {}
        whys: dict[str, str] = {}
        before = -1
        while len(self.junk) != before:
            before = len(self.junk)
            self.evidence = {key: each for key, each in self.scene.read(self.junk).items() if key in self.junk}
            left: dict[str, Kind] = {}
            for key, each in self.evidence.items():
                kind, whys[key] = self.judge(key, each)
                if kind is not None:
                    left[key] = kind
                elif key in self.known:
                    refuted[key] = whys[key]
            self.junk = left
        found = [self.finding(kind, key, self.evidence[key], why=whys[key]) for key, kind in self.junk.items()]
        if refuted:
            evidence = self.scene.read({*self.junk, *refuted})
            found += [
                self.finding(self.known[key], key, evidence[key], why=why, is_junk=False)
                for key, why in refuted.items()
                if key in evidence
            ]
        return found + list(self.shape_findings())

    def judge(self, key: str, each: Evidence) -> tuple[Kind | None, str]:
        """(where it is cut, why), or (None, why not)."""
        if self.scene.headlines[key] > 1:
            return None, "the headline of a series"
        if self.scene.variants(key) > 0.2 * each.support:
            return None, "differs in its numbers from article to article"
        if key in self.known:
            return self._judge_known(self.known[key], each)
        if len(each.below) >= MOSTLY * each.support:
            found = self._judge_tail(each)
        elif len(each.above) <= (1 - MOSTLY) * each.support:
            found = self._judge_within(each)
        else:
            return None, f"stands above the text in {len(each.above)} of {each.support}"
        against = self._veto(each) if found[0] else ""
        return (None, against) if against else found

    def _veto(self, each: Evidence) -> str:
        """Why a line that could be junk by its place is none; empty where nothing says so."""
        if self.scene.days(each.places) == 1 and self.scene.days(range(len(self.scene.voices))) >= DAYS:
            return "seen on one day only"
        words, lift = self.scene.lift(each, self.junk)
        if words >= TOPIC_WORDS and lift >= TOPIC_LIFT:
            return f"about what its articles are about ({lift:.0%} of its words)"
        return ""

    def _judge_known(self, kind: Kind, each: Evidence) -> tuple[Kind | None, str]:
        cut = len(each.below) + (len(each.between) if kind is Kind.WITHIN else 0)
        if each.support >= STILL_LEAST and cut < STILL_MOSTLY * each.support:
            return None, f"stands among or above the articles' own text in {each.support - cut} of {each.support}"
        return kind, "learned before"

    def _judge_tail(self, each: Evidence) -> tuple[Kind | None, str]:
        if each.closing < CLOSING_SHARE * len(each.below):
            return None, "what stands under it is the articles' own"
        share = TAIL_SHARE
        if ENDS_SENTENCE.search(each.text) and len(each.text.encode("utf-8", "replace")) < PROSE_BYTES:
            share = SENTENCE_SHARE
        companions = [other for other, count in each.beside.items() if count >= 0.75 * each.support]
        if any(
            self.evidence[other].support >= self.least(TAIL_SHARE) for other in companions if other in self.evidence
        ):
            share = COMPANION_SHARE
        if each.support < self.least(share):
            return None, f"in too few articles: {each.support} of {len(self.scene.voices)}"
        return Kind.TAIL, f"below the text in {len(each.below)} of {each.support}"

    def _judge_within(self, each: Evidence) -> tuple[Kind | None, str]:
        articles = len(self.scene.voices)
        if each.support < max(WITHIN_LEAST, WITHIN_SHARE * articles):
            return None, f"in too few articles to be cut from among paragraphs: {each.support} of {articles}"
        is_statement = len(each.text) >= WITHIN_CHARS and bool(ENDS_STATEMENT.search(each.text))
        is_repeated = each.repeated >= REPEATED_SHARE * each.support and each.support >= REPEATED_SHARE * articles
        if is_statement or (is_repeated and not each.text.endswith((":", "?", "？"))):
            return Kind.WITHIN, f"among or below paragraphs in {each.support - len(each.above)} of {each.support}"
        return None, "may be a sub-heading"

    def least(self, share: float) -> int:
        """Articles that must have a line, for a share of all."""
        articles = len(self.scene.voices)
        if articles < 8:
            return max(LEAST, ceil(0.75 * articles))
        return max(LEAST if share < TAIL_SHARE else LEAST + 1, ceil(share * articles))

    def shape_findings(self) -> Iterator[Finding]:
        """Lines whose numbers change, under learned lines."""
        if not self.scene.shapes or not self.junk:
            return
        holders: dict[str, Evidence] = {}
        for place, voice in enumerate(self.scene.voices):
            above = False
            for line in voice.lines[-TAIL_LINES:]:
                key = self.scene.keys.get(line)
                shape = shape_key(line)
                if shape in self.scene.shapes and key not in self.junk:
                    each = holders.setdefault(shape, Evidence())
                    each.text = line
                    (each.below if above else each.between).append(place)
                else:
                    above = key in self.junk
        least = max(SHAPE_LEAST, ceil(SHAPE_SHARE * len(self.scene.voices)))
        for shape, each in holders.items():
            is_junk = each.support >= least and len(each.below) >= SHAPE_BELOW_SHARE * each.support
            if is_junk or (shape in self.known and each.support < STILL_LEAST):
                why = f"under a learned line in {len(each.below)} of {each.support}"
                yield self.finding(Kind.SHAPE, shape, each, why=why)
            elif shape in self.known:
                yield self.finding(Kind.SHAPE, shape, each, why="stands elsewhere too", is_junk=False)

    def finding(self, kind: Kind, key: str, each: Evidence, *, why: str, is_junk: bool = True) -> Finding:
        voices, holders = self.scene.voices, each.places
        cut_from = sorted(each.below + (each.between if kind is Kind.WITHIN else []))
        kept_in = [(place, "stands above the text") for place in each.above]
        if kind is not Kind.WITHIN:
            kept_in += [(place, "stands among the text") for place in each.between]
        without = [place for place in range(len(voices)) if place not in set(holders)]
        kept_in = sorted(kept_in, reverse=True)[: EXAMPLES - 1] or []
        kept_in += [(place, "does not have it") for place in reversed(without[-(EXAMPLES - len(kept_in)) :])]
        return Finding(
            kind=kind,
            key=key,
            text=each.text,
            is_junk=is_junk,
            why=why,
            support=each.support,
            articles=len(voices),
            since=voices[holders[0]].article.at,
            last_at=voices[holders[-1]].article.at,
            examples=tuple(voices[place].article.id for place in reversed(cut_from[-EXAMPLES:])),
            counter_examples=tuple((voices[place].article.id, why) for place, why in kept_in),
        )
