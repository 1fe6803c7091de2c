from __future__ import annotations

import json

import pytest

from copydesk.model import Article
from tests.copydesk.extraction.pages import URL, article, make_html

PUBLISHED = '<meta property="article:published_time" content="{}">'
UTC_TAG = PUBLISHED.format("2026-11-02T03:00:46Z")
SHOWN_ON_THE_PAGE = [
    # what the page shows under the headline -> published_at; the tag says 2026-11-02T03:00:46Z
    ('<div class="published">November 1, 2026 10:00 PM</div>', "2026-11-01T22:00:46-05:00"),
    ("<p><time>Nov. 1, 2026 10:00 pm EST</time></p>", "2026-11-01T22:00:46-05:00"),
    ('<div id="publish-date">November 2, 2026 - 2:00PM</div>', "2026-11-02T14:00:46+11:00"),
    ('<span class="date">Published: Nov 2, 2026 | 8:30 am</span>', "2026-11-02T08:30:46+05:30"),
    ('<span class="datum">02.11.2026, 04:00 Uhr</span>', "2026-11-02T04:00:46+01:00"),
    (
        '<div class="date"><b>3 min read</b><p class="date">2. November 2026, 4:00</p></div>',
        "2026-11-02T04:00:46+01:00",
    ),
]
NO_ZONE = [
    '<span class="date">02.11.2026</span>',
    '<span class="date">Updated November 1, 2026 10:00 PM</span>',
    '<span class="date modified">November 1, 2026 10:00 PM</span>',
    '<span class="date">November 1, 2026 9:47 PM</span>',
    '<span class="date">October 29, 2026 10:00 PM</span>',
    '<span class="date">Nov 1, 2026 10:00 pm CET</span>',
    "<p>On November 1, 2026 at 10:00 PM the bank said so.</p>",
    '<span class="date">November 2, 2026 3:00 AM</span>',
]
WITHOUT_TAGS = [
    # title, URL -> day
    ("Grain terminal to reopen | The Courier | 01.11.2026", URL.replace("2026/11/02/", ""), "2026-11-01"),
    ("Grain terminal to reopen", "https://courier.example/2026/nov/01/grain/", "2026-11-01"),
    ("Grain terminal to reopen", "https://courier.example/news/2026-11-01/grain", "2026-11-01"),
    ("Grain terminal to reopen", "https://courier.example/20261101/grain", "2026-11-01"),
]


def instant(found: Article) -> str | None:
    return found.published_at.isoformat() if found.published_at else None


@pytest.mark.parametrize(("before", "expected"), SHOWN_ON_THE_PAGE)
def test_the_zone_is_that_in_which_the_page_shows_the_same_moment(before: str, expected: str) -> None:
    assert instant(article(make_html(head=UTC_TAG, before=before))) == expected


def test_a_zone_taken_from_the_page_is_noted_with_what_it_shows() -> None:
    found = article(make_html(head=UTC_TAG, before='<p class="date">Nov 1, 2026 10:00 PM</p>'))
    assert "zone of published_at from the page: it shows Nov 1, 2026 10:00 PM" in found.notes


@pytest.mark.parametrize("before", NO_ZONE)
def test_a_time_shown_that_is_another_moment_changes_nothing(before: str) -> None:
    assert instant(article(make_html(head=UTC_TAG, before=before))) == "2026-11-02T03:00:46+00:00"


def test_modified_at_stands_in_the_zone_of_published_at() -> None:
    head = UTC_TAG + '<meta property="article:modified_time" content="2026-11-02T04:30:00Z">'
    found = article(make_html(head=head, before='<p class="date">Nov 1, 2026 10:00 PM</p>'))
    assert found.modified_at is not None
    assert found.modified_at.isoformat() == "2026-11-01T23:30:00-05:00"


@pytest.mark.parametrize(
    ("linked", "expected"),
    [
        ("2026-11-02T03:00:00Z", "2026-11-01T22:00:00-05:00"),
        ("2026-11-01T22:00:00", "2026-11-01T22:00:00-05:00"),
        ("2026-11-01", "2026-11-01T22:00:00-05:00"),
        ("2026-11-01T21:00:00+01:00", "2026-11-01T21:00:00+01:00"),
        ("2026-10-30T08:00:00Z", "2026-10-30T08:00:00+00:00"),
    ],
)
def test_a_tag_that_says_the_same_moment_with_its_zone_is_taken_for_one_without(linked: str, expected: str) -> None:
    script = json.dumps({"@type": "NewsArticle", "headline": "x", "datePublished": linked})
    head = f'<script type="application/ld+json">{script}</script>{PUBLISHED.format("2026-11-01T22:00:00-05:00")}'
    found = article(make_html(head=head))
    assert instant(found) == expected
    assert {c.value for c in found.candidates if c.field == "published_at"} >= {linked, "2026-11-01T22:00:00-05:00"}


@pytest.mark.parametrize(("title", "url", "day"), WITHOUT_TAGS)
def test_title_and_address_tell_the_day_where_no_tag_does(title: str, url: str, day: str) -> None:
    found = article(make_html(title=title), url=url)
    assert instant(found) == f"{day}T00:00:00+00:00"


def test_a_tag_is_trusted_before_the_address() -> None:
    found = article(make_html(head=PUBLISHED.format("2026-10-30T08:00:00Z")), url="https://c.example/2026/11/01/x")
    assert instant(found) == "2026-10-30T08:00:00+00:00"
    origins = [c.origin for c in found.candidates if c.field == "published_at"]
    assert origins == ["meta:article:published_time", "url"]
