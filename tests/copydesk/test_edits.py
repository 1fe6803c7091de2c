"""What stands out in an edit."""

from __future__ import annotations

import pytest

from copydesk.edits import Mark, Version, currencies, describe_edit

TABLE = [
    # old body, new body, marks
    ("Sales rose 5% to 1,200 tonnes.", "Sales rose 7% to 1,200 tonnes.", {Mark.FIGURES}),
    ("It paid $5m for it.", "It paid €5m for it.", {Mark.CURRENCY}),
    ("It paid 5 million dollars.", "It paid 6 million euros.", {Mark.FIGURES, Mark.CURRENCY}),
    ("It fell.", "It fell.\n\nCorrection: an earlier version said that it rose.", {Mark.CORRECTION}),
    ("Er fiel.", "Er fiel.\n\nIn einer früheren Version hieß es, er sei gestiegen.", {Mark.CORRECTION}),
    ("It fell.", "It fell.\n\nThis article was amended on 4 May to name the bank.", {Mark.FIGURES, Mark.CORRECTION}),
    ("It fell in May.", "It fell in June.", set()),
    ("It fell. Correction: it rose.", "It sank. Correction: it rose.", set()),
    ("The correction of prices goes on.", "The correction of prices goes on and on.", set()),
    ("2026 was dry. Wheat rose.", "Wheat rose. 2026 was dry.", set()),
]


@pytest.mark.parametrize(("old", "new", "marks"), TABLE)
def test_an_edit_is_marked_by_what_it_did(old: str, new: str, marks: set[Mark]) -> None:
    edit = describe_edit(Version(headline="Rates", body_text=old), Version(headline="Rates", body_text=new))

    assert set(edit.marks) == marks


def test_a_headline_is_compared_whole_and_a_body_with_what_is_around() -> None:
    body = "word " * 100
    old = Version(headline="Bank holds rate at five per cent", body_text=f"{body}fell {body}")
    new = Version(headline="Bank cuts rate to five per cent", body_text=f"{body}rose {body}")

    edit = describe_edit(old, new)

    assert edit.marks == (Mark.HEADLINE,)
    assert [part.text for part in edit.headline] == ["Bank", "holds", "cuts", "rate", "at", "to", "five per cent"]
    assert len(" ".join(part.text for part in edit.body).split()) < 20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("R$ 5", "BRL"),
        ("US$5", "USD"),
        ("A$5", "AUD"),
        ("5 million rupees", "INR"),
        ("£3bn", "GBP"),
        ("300 Franken", "CHF"),
    ],
)
def test_a_currency_is_known_by_any_of_its_names(text: str, code: str) -> None:
    assert list(currencies(text)) == [code]


def test_a_contest_that_was_won_is_no_currency() -> None:
    assert not currencies("The party won the vote.")
