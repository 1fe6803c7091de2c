"""The scorecard: steps added up, and what the card that we ship says of plain cases."""

from __future__ import annotations

import math

import pytest

from copydesk.extraction.body import Block
from copydesk.extraction.layout import Place
from copydesk.extraction.scorecard import Scorecard, describe_blocks, find_unlikely, load_scorecard, probability

SENTENCE = "The ministry said on Monday that it would repair the bridge before the harvest, whatever it costs."
IN_TEXT = Place(tag="p", steps=0, parent_share=0.9, grandparent_share=0.9, class_share=0.9)
IN_BOX = Place(tag="div", steps=4, parent_share=0.0, class_share=0.01, in_box=True)


def test_a_score_is_the_sum_of_the_steps_that_the_features_stand_on() -> None:
    card = Scorecard(bias=1.0, steps={"length": ((10.0, 20.0), (0.0, 2.0, -3.0))}, least=0.5)

    assert card.scores({"length": [5.0, 10.0, 10.5, 20.5]}) == [1.0, 1.0, 3.0, -2.0]
    assert probability(3.0) == pytest.approx(1 / (1 + math.exp(-3.0)))


def test_the_shipped_card_has_a_step_for_each_feature_and_one_score_more_than_thresholds() -> None:
    card = load_scorecard()
    (features,) = describe_blocks([Block(kind="p", text=SENTENCE)], [IN_TEXT])

    assert set(card.steps) == set(features)
    assert all(len(scores) == len(at) + 1 and list(at) == sorted(at) for at, scores in card.steps.values())
    assert 0 < card.least < 1


def test_paragraphs_of_the_text_are_likely_and_a_line_in_a_box_at_the_end_is_not() -> None:
    blocks = [Block(kind="p", text=f"{SENTENCE} It was the {n}th bridge.") for n in range(8)]
    blocks.append(Block(kind="p", text="Sign up for our evening briefing", links=0.9))

    unlikely = find_unlikely(blocks, [*[IN_TEXT] * 8, IN_BOX])

    assert list(unlikely) == [8]


def test_nothing_is_said_of_a_text_that_does_not_stand_on_the_page() -> None:
    blocks = [Block(kind="p", text="Sign up"), Block(kind="p", text="Sign up here")]

    assert find_unlikely(blocks, [Place(), Place()]) == {}


def test_neighbours_are_described_too() -> None:
    first, second = describe_blocks(
        [Block(kind="head", text="Bridges"), Block(kind="p", text=SENTENCE)], [IN_TEXT, IN_TEXT]
    )

    assert (first["previous_length"], second["previous_length"]) == (-1.0, 7.0)
    assert (first["heading"], second["heading"]) == (1.0, 0.0)
    assert first["next_length"] == len(SENTENCE)
