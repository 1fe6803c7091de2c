"""What a source's articles teach: measured on invented publications in invented languages, where the truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from copydesk.extraction.memory import cut, make_memory
from copydesk.extraction.recurring import Finding, learn
from tests.copydesk.extraction.invented import Publication, publication

SEEDS = range(6)


@dataclass(frozen=True)
class Score:
    cut: int
    left: int
    wrong: int

    @property
    def recall(self) -> float:
        return self.cut / (self.cut + self.left)


def findings(pub: Publication, **options: object) -> list[Finding]:
    return learn(pub.known(), **options)  # type: ignore[arg-type]


def score(pub: Publication) -> Score:
    """Junk lines cut and left, and own lines cut, over all articles of a publication that has taught the desk."""
    memory = make_memory((each.kind, each.key) for each in findings(pub) if each.is_junk)
    right = left = wrong = 0
    for piece in pub.pieces:
        got = Counter(cut(piece.body_text, memory, headline=piece.headline).lines)
        got -= Counter(line for line, is_junk in piece.lines if is_junk is None)
        wanted = Counter(line for line, is_junk in piece.lines if is_junk)
        right += (got & wanted).total()
        left += (wanted - got).total()
        wrong += (got - wanted).total()
    return Score(right, left, wrong)


@pytest.mark.parametrize(
    ("articles", "templates", "recall"),
    [
        (5, 1, 0.85),  # a line within the text needs more articles than five
        (10, 1, 0.95),
        (10, 2, 0.7),
        (30, 1, 1.0),
        (30, 3, 0.95),
        (30, 6, 0.6),  # five articles a template, on average
        (200, 1, 1.0),
        (200, 3, 1.0),
        (200, 6, 1.0),
    ],
)
def test_junk_in_no_known_language_is_learned_and_nothing_else_is_cut(
    articles: int, templates: int, recall: float
) -> None:
    scores = [
        score(publication(seed, templates=templates, junk_lines=4, within=seed % 2 == 0).fill(articles))
        for seed in SEEDS
    ]

    assert sum(each.recall for each in scores) / len(scores) >= recall
    assert [each.wrong for each in scores] == [0] * len(SEEDS)


@pytest.mark.parametrize("headlines", [0, 2, 4])
@pytest.mark.parametrize("articles", [10, 30, 200])
def test_counts_of_shares_and_headlines_of_others_do_not_hide_what_stands_among_them(
    articles: int, headlines: int
) -> None:
    """A label, a number that changes, a sentence, a label with headlines under it, a sentence."""
    for seed in SEEDS:
        pub = publication(seed)
        say = pub.tongue
        numbers = f"# {say.label(1).lower()}"
        labels, sentences = [say.label(3), say.label(2)], [say.sentence(words=10), say.sentence(words=12)]
        pub.templates = [[labels[0], numbers, sentences[0], labels[1], *["*"] * headlines, sentences[1]]]
        found = score(pub.fill(articles))
        assert found.recall >= 0.95
        assert found.wrong == 0


def test_four_articles_teach_nothing() -> None:
    assert findings(publication(1, junk_lines=4).fill(4)) == []


def opener(pub: Publication, number: int) -> None:
    """Each article begins with the same words."""
    pub.add([("Vokra tesh, melun dra.", False), *pub.own(pub.tongue.topic())])


def long_opener(pub: Publication, number: int) -> None:
    pub.add([(f"Vokra tesh: {' '.join(pub.tongue.words[:14])}.", False), *pub.own(pub.tongue.topic())])


def numbered_opener(pub: Publication, number: int) -> None:
    pub.add([(f"VOKRA, {number % 28 + 1} melun", False), *pub.own(pub.tongue.topic())])


def quote_of_two(pub: Publication, number: int) -> None:
    """Two articles end with one quote."""
    quote = [(f"“{' '.join(pub.tongue.words[:12])}”, {' '.join(pub.tongue.words[5:9])}.", False)]
    pub.add([*pub.own(pub.tongue.topic()), *(quote if number in (7, 21) else [])])


def last_words(pub: Publication, number: int) -> None:
    """`The trial continues.`: now and then."""
    pub.add([*pub.own(pub.tongue.topic()), *([("Vokra tesh melun dra.", False)] if number % 12 == 0 else [])])


def series(pub: Publication, number: int) -> None:
    """Every fourth article is one of a series, which says its name above and below."""
    if number % 4:
        pub.add(pub.own(pub.tongue.topic()))
        return
    name = "Vokra Tesh Melun"
    pub.add([(name, False), *pub.own(pub.tongue.topic()), (name, False)], headline=name)


def sub_headings(pub: Publication, number: int) -> None:
    """Most articles have the same three sub-headings; a short paragraph follows the last one."""
    lines = pub.own(pub.tongue.topic(), paragraphs=3)
    for heading in ("Vokra tesh", "Melun dra", "Sholen vik tara?"):
        if number % 5:
            lines += [(heading, False), (pub.tongue.sentence(words=9), False)]
    pub.add(lines)


def long_sub_heading(pub: Publication, number: int) -> None:
    lines = pub.own(pub.tongue.topic(), paragraphs=5)
    lines.insert(2, ("Vokra tesh melun dra sholen vik tara denuk plo maren", False))
    pub.add(lines)


def questions(pub: Publication, number: int) -> None:
    """A questionnaire: the same long questions, every answer its own."""
    lines = pub.own(pub.tongue.topic(), paragraphs=1)
    for question in range(4):
        asked = f"Vokra {' '.join(pub.tongue.words[question * 9 : question * 9 + 9])}?"
        lines += [(asked, False), *pub.own((), paragraphs=1)]
    pub.add(lines)


def speakers(pub: Publication, number: int) -> None:
    """Interviews with the speakers' names on lines of their own, among other articles."""
    if number % 3:
        pub.add(pub.own(pub.tongue.topic()))
        return
    lines = pub.own(pub.tongue.topic(), paragraphs=1)
    for _ in range(3):
        lines += [("Vokra", False), *pub.own((), paragraphs=1), ("Melun", False), *pub.own((), paragraphs=1)]
    pub.add(lines)


def data_box(pub: Publication, number: int) -> None:
    """Market reports: labels that recur, with names under them that do not."""
    lines = pub.own(pub.tongue.topic())
    for label in ("Vokra tesh", "Melun dra"):
        lines += [(label, False), *((pub.tongue.label(2), False) for _ in range(3))]
    pub.add(lines)


def rates(pub: Publication, number: int) -> None:
    """A list of rates below the text, numbers new each day, but for one."""
    rnd = pub.tongue.rnd
    names = ("Vokra", "Tesh", "Melun")
    lines = [(f"{name} {rnd.randint(900, 1999)}.{rnd.randint(10, 99)}", False) for name in names]
    held = 4 + number // max(1, len(pub.pieces) // 3 + 7)
    pub.add([*pub.own(pub.tongue.topic()), *lines, (f"Sholen dra: {held}.25 %", False)])


def background(pub: Publication, number: int) -> None:
    """A running story: two articles of five explain what happened before in one and the same paragraph."""
    if number % 5 > 1:
        pub.add(pub.own(pub.tongue.topic()))
        return
    names = ["Drellan", "Vokrash", "Meluntar", "Sholenvik", "Tarannok", "Plomaren"]
    told = "Drellan vokrash ska meluntar on sholenvik, tarannok plomaren dra en thesk lumar."
    lines = pub.own(names)
    lines.insert(max(1, len(lines) - number % 3), (told, False))
    pub.add(lines)


def copies(pub: Publication, number: int) -> None:
    """One text under six addresses, and another one that six times gets a new beginning."""
    pub.add(pub.own(pub.tongue.topic()))
    if number == 3:
        text, long = pub.own(pub.tongue.topic()), pub.own(pub.tongue.topic(), paragraphs=14)
        for _ in range(6):
            pub.add(text)
            pub.add([*pub.own(pub.tongue.topic(), paragraphs=2), *long])


def known_copies(pub: Publication, number: int) -> None:
    """Short updates that the matching has found."""
    pub.add(pub.own(pub.tongue.topic()))
    if number == 3:
        text, first = pub.own(pub.tongue.topic(), paragraphs=3), len(pub.pieces) + 1
        for _ in range(6):
            pub.add([*pub.own(pub.tongue.topic(), paragraphs=1), *text], group=first)


def of_one_day(pub: Publication, number: int) -> None:
    """A day's articles end with the same sentence: an event, not a habit."""
    is_that_day = 20 <= number < 28
    pub.hours = 0.5 if is_that_day else 7.0
    told = [(f"{' '.join(pub.tongue.words[3:17]).capitalize()}.", False)] if is_that_day else []
    pub.add([*pub.own(pub.tongue.topic()), *told])


REAL = [
    opener,
    long_opener,
    numbered_opener,
    quote_of_two,
    last_words,
    series,
    sub_headings,
    long_sub_heading,
    questions,
    speakers,
    data_box,
    rates,
    background,
    copies,
    known_copies,
    of_one_day,
]
"""What recurs and is the articles' own."""


@pytest.mark.parametrize("articles", [30, 200])
@pytest.mark.parametrize("add", REAL, ids=lambda add: add.__name__)
def test_what_recurs_in_its_own_right_survives(add: Callable[[Publication, int], None], articles: int) -> None:
    for seed in SEEDS:
        pub = publication(seed, templates=2, junk_lines=3)
        for number in range(articles):
            add(pub, number)
        found = score(pub)
        assert found.wrong == 0, [each.text for each in findings(pub)]
        assert found.recall >= 0.9


@pytest.mark.parametrize("articles", [5, 10])
@pytest.mark.parametrize("add", REAL, ids=lambda add: add.__name__)
def test_the_same_survives_in_the_first_articles_of_a_source(
    add: Callable[[Publication, int], None], articles: int
) -> None:
    for seed in SEEDS:
        pub = publication(seed, templates=1, junk_lines=3)
        for number in range(articles):
            add(pub, number)
        assert score(pub).wrong == 0, [each.text for each in findings(pub)]
