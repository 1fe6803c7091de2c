from __future__ import annotations

from dataclasses import replace

from copydesk.changes import decide_change, describe_change
from copydesk.model import Article, Change

FRESH = Article(
    canonical_url="https://a.example/1",
    url="https://a.example/1",
    headline="Rain",
    body_text="It rains again",
    content_hash="x",
)


def test_the_first_sight_of_a_url_is_new() -> None:
    assert decide_change(None, FRESH).change is Change.NEW


def test_another_content_hash_is_a_revision_and_the_same_is_none() -> None:
    assert decide_change("y", FRESH).change is Change.REVISED
    assert decide_change("x", FRESH).change is Change.UNCHANGED


def test_a_change_is_described_in_words() -> None:
    later = replace(FRESH, headline="Heavy rain", body_text="It rains hard again today")
    assert describe_change(FRESH, later) == "headline changed; 2 words added, 0 removed"
    assert describe_change(FRESH, FRESH) == "no word differs"
