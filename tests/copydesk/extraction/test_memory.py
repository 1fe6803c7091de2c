"""Cutting by what is learned: below and between an article's own prose, never above it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from copydesk.extraction.memory import (
    FIRST_WINDOW,
    WINDOW,
    Kind,
    Memory,
    cut,
    is_due,
    is_prose,
    line_key,
    make_memory,
    shape_key,
)

OWN = "Drellan vokrash ska meluntar on sholenvik, tarannok plomaren dra en thesk lumar."
MORE = "Lumar thesk ska drellan, on vokrash plomaren dra tarannok en sholenvik meluntar."
SIGN_UP = "Zurnak vel otra mirren, plo dasken vi."
LABEL = "Vel otra mirren"


def remember(*lines: str, kind: Kind = Kind.TAIL) -> Memory:
    key = shape_key if kind is Kind.SHAPE else line_key
    return make_memory((kind, key(line)) for line in lines)


def text(*lines: str) -> str:
    return "\n\n".join(lines)


KEPT = [
    ("it opens the article", text(SIGN_UP, OWN, MORE)),
    ("it stands between paragraphs", text(OWN, SIGN_UP, MORE)),
    ("a paragraph of the article follows after labels", text(OWN, SIGN_UP, "Melun", MORE)),
    ("too many unknown lines follow", text(OWN, SIGN_UP, *(f"Tesh {letter}" for letter in "abcdefghi"))),
    ("nothing else is there", text(SIGN_UP, LABEL)),
]


@pytest.mark.parametrize(("why", "body_text"), KEPT, ids=[why for why, _ in KEPT])
def test_a_line_learned_below_texts_is_kept_where(why: str, body_text: str) -> None:
    assert cut(body_text, remember(SIGN_UP, LABEL)).text == body_text


CUT = [
    ("one line", text(OWN, SIGN_UP), text(OWN)),
    ("two lines", text(OWN, MORE, LABEL, SIGN_UP), text(OWN, MORE)),
    ("whatever its quotes and capitals are", text(OWN, SIGN_UP.upper()), text(OWN)),
    ("around a short unknown line", text(OWN, LABEL, "Melun dra", SIGN_UP), text(OWN, "Melun dra")),
    ("over headlines of other articles", text(OWN, LABEL, OWN[:-1], MORE[:-1]), text(OWN, OWN[:-1], MORE[:-1])),
    ("an item of a list", f"{OWN}\n\nMelun\n{LABEL}\nTesh", f"{OWN}\n\nMelun\nTesh"),
]


@pytest.mark.parametrize(("what", "body_text", "left"), CUT, ids=[what for what, *_ in CUT])
def test_below_the_text_it_is_cut(what: str, body_text: str, left: str) -> None:
    assert cut(body_text, remember(SIGN_UP, LABEL)).text == left


def test_what_was_cut_is_told_as_it_stood() -> None:
    assert cut(text(OWN, LABEL.upper(), SIGN_UP), remember(SIGN_UP, LABEL)).lines == (LABEL.upper(), SIGN_UP)


def test_the_articles_own_headline_stays() -> None:
    assert cut(text(OWN, LABEL), remember(LABEL), headline=LABEL).lines == ()


def test_a_line_learned_within_texts_goes_there_and_below_but_not_above() -> None:
    body_text = text(SIGN_UP, OWN, SIGN_UP, MORE, SIGN_UP)

    assert cut(body_text, remember(SIGN_UP, kind=Kind.WITHIN)).text == text(SIGN_UP, OWN, MORE)


def test_numbers_go_only_under_a_learned_line() -> None:
    memory = make_memory([(Kind.TAIL, line_key(LABEL)), (Kind.SHAPE, shape_key("1,204 drasken"))])

    assert cut(text(OWN, LABEL, "7 drasken"), memory).text == OWN
    assert cut(text(OWN, "7 drasken", LABEL), memory).text == text(OWN, "7 drasken")


def test_an_empty_memory_leaves_the_text_as_it_is() -> None:
    body_text = f"  {OWN}\n\n\n\n{MORE} "

    assert cut(body_text, Memory()).text == body_text


SHAPES = {
    "1,204 shares": "# shares",
    "3 min read": "# min read",
    "12.345 Aufrufe": "# aufrufe",
    "Gold 1,923.5": "",  # amounts, rates and shares are news
    "Gold +5": "",
    "Inflation 4 %": "",
    "£4 a week": "",
    "Markets": "",
    "1,204": "",
    "The committee of 12 met again for the first time since March, and agreed.": "",
}


@pytest.mark.parametrize(("line", "shape"), SHAPES.items())
def test_a_shape_is_a_short_line_with_whole_numbers(line: str, shape: str) -> None:
    assert shape_key(line) == shape


def test_prose_is_told_from_labels_in_any_script() -> None:
    assert is_prose("日本銀行は金利を据え置くことを決めた。")
    assert is_prose("Центральный банк сохранил ключевую ставку на прежнем уровне")
    assert not is_prose("関連記事")
    assert not is_prose("Related articles")


def test_lessons_are_rarer_than_articles() -> None:
    lessons = []
    for articles in range(1_000):
        if is_due(articles, learned_from=lessons[-1] if lessons else 0):
            lessons.append(articles)

    assert lessons[0] == FIRST_WINDOW
    assert len(lessons) < 40
    assert max(later - earlier for earlier, later in pairwise(lessons)) == WINDOW // 3
