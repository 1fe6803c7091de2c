"""Where the lines that recur stand in a source's articles: what `recurring.py` judges by."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from copydesk.extraction.memory import DIGITS, is_paragraph, is_prose, line_key, shape_key, topic_words
from copydesk.extraction.voices import Voice

LEAST = 4
"""Independent articles without which nothing is learned."""
TAIL_LINES = 12
"""From the end, among which shapes are looked for."""
HELPING_SHAPES = 2
"""Lines of a frequent shape that may stand under a line which closes a text."""
SAMPLE = 16
TOPIC_CHARS = 4_000
"""Of a text, from its beginning, that say what it is about."""
WORD = re.compile(r"[^\W\d_]+")
AMOUNT = re.compile(r"\d[.,]\d|[%‰$€£¥]")
AMOUNT_WORDS = 3


@dataclass(slots=True)
class Evidence:
    """Where one candidate stands, by the places of articles in `Scene.voices`."""

    text: str = ""
    """As it stands in the newest of them."""
    below: list[int] = field(default_factory=list)
    """Under the last prose of the article's own."""
    closing: int = 0
    """Of those: with nothing unknown under it."""
    between: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    """Over the first prose of the article's own, or as its headline."""
    beside: Counter[str] = field(default_factory=Counter)
    """Other candidates directly above or below it, in how many articles."""
    repeated: int = 0
    """Articles in which it stands more than once."""

    @property
    def places(self) -> list[int]:
        return sorted([*self.below, *self.between, *self.above])

    @property
    def support(self) -> int:
        return len(self.below) + len(self.between) + len(self.above)


class Scene:
    """Independent articles of one source, oldest first, and the candidates among their lines.

    A candidate is a line that enough of them have, or that is `known` from before; none is `forgotten`.
    """

    def __init__(self, voices: Sequence[Voice], *, known: Collection[str], forgotten: Collection[str]) -> None:
        self.voices = voices
        self.headlines = Counter(line_key(voice.article.headline) for voice in voices)
        self.keys = _candidate_keys(voices, known, forgotten)
        self.shapes = _shapes(voices, forgotten)
        self._numbered = _numbered(voices, {key for key in self.keys.values() if any(map(str.isdigit, key))})
        self._words: dict[int, set[str]] = {}

    def read(self, junk: Collection[str]) -> dict[str, Evidence]:
        """Candidate -> evidence, where those of `junk` are taken for no prose of an article's own."""
        found: dict[str, Evidence] = defaultdict(Evidence)
        for place, voice in enumerate(self.voices):
            keys = [key if key in junk else None for key in map(self.keys.get, voice.lines)]
            unknown = [at for at, key in enumerate(keys) if key is None]
            first = next((at for at in unknown if is_prose(voice.lines[at])), None)
            if first is None:
                continue
            last = next((at for at in reversed(unknown) if at > first and is_paragraph(voice.lines[at])), first)
            closing_from = self._closing_from(voice, keys)
            headline = line_key(voice.article.headline)
            times = Counter(key for key in keys if key is not None)
            for at, key in enumerate(keys):
                if key is None or key not in times:
                    continue
                each = found[key]
                each.text = voice.lines[at]
                each.repeated += times.pop(key) > 1
                each.beside.update({key for key in (*keys[max(0, at - 1) : at], *keys[at + 1 : at + 2]) if key})
                if at < first or key == headline:
                    each.above.append(place)
                elif at < last:
                    each.between.append(place)
                else:
                    each.below.append(place)
                    each.closing += at >= closing_from
        return dict(found)

    def _closing_from(self, voice: Voice, keys: Sequence[str | None]) -> int:
        """Where the run of candidates begins that closes a text. Headlines of others and a few numbers may be in it."""
        at, shapes = len(keys), 0
        while at and shapes <= HELPING_SHAPES:
            line = voice.lines[at - 1]
            if keys[at - 1] is None and line_key(line) not in self.headlines:
                texts = self.shapes.get(shape_key(line))
                if texts is None or texts.total() < len(self.voices) // 2:
                    break
                shapes += 1
            at -= 1
        return at

    def variants(self, key: str) -> int:
        """In how many articles a line stands that differs from this one in its numbers alone."""
        found = self._numbered.get(DIGITS.sub("#", key), Counter())
        return found.total() - found[key]

    def words(self, place: int, junk: Collection[str]) -> set[str]:
        """The words of an article's own lines."""
        if place not in self._words:
            own = [line for line in self.voices[place].lines if self.keys.get(line) not in junk]
            self._words[place] = topic_words("\n".join(own)[:TOPIC_CHARS])
        return self._words[place]

    def lift(self, evidence: Evidence, junk: Collection[str]) -> tuple[int, float]:
        """(words, share): of a line's words, what share more stands in its own articles than in the others."""
        words = topic_words(evidence.text)
        holders = set(evidence.places)
        others = [place for place in range(len(self.voices)) if place not in holders]
        if not words or len(others) < LEAST - 1:
            return len(words), 0.0
        with_it, without = (
            sum(len(words & self.words(place, junk)) for place in sample) / (len(words) * len(sample))
            for sample in (_sample(sorted(holders)), _sample(others))
        )
        return len(words), with_it - without

    def days(self, places: Collection[int]) -> int:
        """On how many days these articles were published."""
        return len({self.voices[place].article.at.date() for place in places})


def _candidate_keys(voices: Sequence[Voice], known: Collection[str], forgotten: Collection[str]) -> dict[str, str]:
    """Line -> key, of the lines that enough articles have, in one spelling or in several."""
    counts: Counter[str] = Counter()
    for voice in voices:
        counts.update(set(voice.lines))
    keys = {line: line_key(line) for line, count in counts.items() if count > 1 or (known and len(line) < 400)}
    support: Counter[str] = Counter()
    for line, key in keys.items():
        support[key] += counts[line]
    return {
        line: key
        for line, key in keys.items()
        if (support[key] >= LEAST or key in known) and key not in forgotten and is_wordy(key)
    }


def is_wordy(key: str) -> bool:
    """Whether a line says something that can be junk: a number, a dash or `Key rate: 4.25 %` cannot."""
    letters = sum(map(str.isalpha, key))
    if AMOUNT.search(key) and len(WORD.findall(key)) <= AMOUNT_WORDS:
        return False
    return letters > 2 or (letters == 2 and not key.isascii())


def _numbered(voices: Sequence[Voice], keys: Collection[str]) -> dict[str, Counter[str]]:
    """Candidate without its numbers -> it with these and other numbers, in how many articles."""
    wanted = {DIGITS.sub("#", key) for key in keys}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    if not wanted:
        return found
    longest = max(map(len, keys)) + 20
    for voice in voices:
        for line in {line for line in voice.lines if len(line) < longest and any(map(str.isdigit, line))}:
            key = line_key(line)
            if (bare := DIGITS.sub("#", key)) in wanted:
                found[bare][key] += 1
    return found


def _shapes(voices: Sequence[Voice], forgotten: Collection[str]) -> dict[str, Counter[str]]:
    """Shape -> its texts among the last lines, in how many articles; those with more than one text."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for voice in voices:
        for line in set(voice.lines[-TAIL_LINES:]):
            if (shape := shape_key(line)) and shape not in forgotten:
                found[shape][line_key(line)] += 1
    return {shape: texts for shape, texts in found.items() if len(texts) > 1 and texts.total() >= LEAST}


def _sample(places: Sequence[int]) -> Sequence[int]:
    """Some of many places, evenly spread."""
    return places[:: max(1, len(places) // SAMPLE)][:SAMPLE]
