"""Two URLs of one article in different dresses, to be asked where a page names the other."""

from __future__ import annotations

import pytest

from copydesk.twins import is_dressed, is_twin

PLAIN = "https://www.news.example/2026/rates-rise"
SEEN_IN_THE_WILD = [
    "https://amp.news.example/2026/rates-rise",
    "https://m.news.example/2026/rates-rise",
    "https://www.news.example/amp/2026/rates-rise",
    "https://www.news.example/2026/rates-rise/amp/",
    "https://www.news.example/2026/rates-rise.amp",
    "https://www.news.example/2026/rates-rise?outputType=amp",
    "https://www.news.example/2026/rates-rise?amp",
    "https://www.news.example/2026/rates-rise/print",
    "https://www.news.example/2026/rates-rise?print=true&utm_source=rss",
    "https://www.news.example/2026/rates-rise?page=1",
    "https://www.news.example/2026/rates-rise?page=all",
    "https://www.news.example/2026/rates-rise/page/1/",
]
UNDRESSED = ["http://news.example/2026/rates-rise/", "https://news.example/2026/rates-rise"]
OTHERS = [
    "https://www.news.example/2026/rates-rise-again",
    "https://www.news.example/2026/Rates-rise",
    "https://www.news.example/2026/rates-rise?id=7",
    "https://www.news.example/2026/rates-rise?page=2",  # another part of the text
    "https://www.news.example/2026/rates-rise?view=map",
    "https://de.news.example/2026/rates-rise",
    "https://www.other.example/2026/rates-rise",
]


@pytest.mark.parametrize("url", SEEN_IN_THE_WILD)
def test_other_dresses_are_twins_and_known_as_dressed(url: str) -> None:
    assert is_twin(url, PLAIN)
    assert is_twin(PLAIN, url)
    assert is_dressed(url)


@pytest.mark.parametrize("url", UNDRESSED)
def test_another_spelling_is_a_twin_and_no_dress(url: str) -> None:
    assert is_twin(url, PLAIN)
    assert not is_dressed(url)


@pytest.mark.parametrize("url", OTHERS)
def test_other_pages_are_no_twins(url: str) -> None:
    assert not is_twin(url, PLAIN)


@pytest.mark.parametrize("url", [PLAIN, "https://example.org/", "https://news.example/print", "https://m.example/"])
def test_an_address_of_its_own_is_no_dress(url: str) -> None:
    """`m.example` is a name, not the phone's page of `example`."""
    assert not is_dressed(url)
    assert is_twin(url, url)
