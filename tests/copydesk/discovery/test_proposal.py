"""What is proposed of what was found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from copydesk.discovery.autodiscovery import Lead
from copydesk.discovery.proposal import Judged, derive_name, observed_rate, propose, propose_schedule
from copydesk.model import EndpointKind, Entry

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAGE = "https://news.example/"


def entries(*paths: str, every_h: float = 2, newest_at: datetime = NOON) -> tuple[Entry, ...]:
    return tuple(
        Entry(url=f"https://news.example{path}", published_at=newest_at - timedelta(hours=number * every_h))
        for number, path in enumerate(paths)
    )


def judged(
    path: str, *found: Entry, kind: EndpointKind = EndpointKind.FEED, what: str = "RSS 2.0", **more: str
) -> Judged:
    dates = [entry.published_at for entry in found if entry.published_at]
    outcome = more.get("outcome", "read")
    lead = Lead(url=f"https://news.example{path}", kind=kind, origin=more.get("origin", "link tag"))
    return Judged(lead=lead, outcome=outcome, what=what, entries=found, newest_at=max(dates, default=None))


def why(proposal: object, path: str) -> str:
    return next(each.why for each in proposal.judged if each.lead.url.endswith(path))  # type: ignore[attr-defined]


A = entries(*(f"/a{number}" for number in range(10)))
B = entries(*(f"/b{number}" for number in range(10)))


def test_a_feed_that_is_dead_stale_empty_of_comments_or_a_twin_is_not_proposed_and_says_why() -> None:
    stale = entries("/old", "/older", newest_at=NOON - timedelta(days=90))
    found = propose(
        [
            judged("/feed", *A),
            judged("/atom", *A),
            judged("/gone", outcome="failed", what="HTTP 404 Not Found"),
            judged("/stale", *stale),
            judged("/empty"),
            judged("/comments/feed", *B),
        ],
        page_url=PAGE,
        now=NOON,
    )

    assert found.urls(EndpointKind.FEED) == ("https://news.example/feed",)
    assert why(found, "/atom") == "lists the same as https://news.example/feed"
    assert why(found, "/gone") == "HTTP 404 Not Found"
    assert why(found, "/stale") == "its newest entry is of 2026-08-04"
    assert why(found, "/empty") == "is empty"
    assert why(found, "/comments/feed") == "lists comments"


def test_of_a_section_its_own_feed_is_proposed_and_the_wider_one_is_not() -> None:
    page = judged("/business", *B, kind=EndpointKind.SECTION, what="section page")
    found = propose(
        [judged("/rss", *A), judged("/x/17.xml", *B), page], page_url="https://news.example/business", now=NOON
    )

    assert found.urls(EndpointKind.FEED) == ("https://news.example/x/17.xml",)
    assert why(found, "/rss") == "is wider than the section"
    assert found.include == ()


def test_where_a_section_has_only_the_feed_of_the_whole_site_a_pattern_keeps_the_rest_out() -> None:
    mixed = entries("/business/a", "/sport/b", "/business/c", "/sport/d", "/business/e", every_h=6)
    found = propose([judged("/rss", *mixed)], page_url="https://news.example/business/", now=NOON)

    assert found.include == ("/business/",)
    assert [entry.url.rpartition("/")[2] for entry in found.entries()] == ["a", "c", "e"]


def test_a_news_sitemap_is_proposed_beside_a_feed_and_another_sitemap_only_without() -> None:
    news = judged("/news.xml", *A, kind=EndpointKind.SITEMAP, what="news sitemap, 10 entries")
    whole = judged("/all.xml", *A, *B, kind=EndpointKind.SITEMAP, what="sitemap, 20 entries")

    both = propose([judged("/feed", *A), whole, news], page_url=PAGE, now=NOON)
    with_feed = propose([judged("/feed", *A), whole], page_url=PAGE, now=NOON)
    alone = propose([whole], page_url=PAGE, now=NOON)

    assert both.urls(EndpointKind.SITEMAP) == ("https://news.example/news.xml",)
    assert with_feed.urls(EndpointKind.SITEMAP) == ()
    assert alone.urls(EndpointKind.SITEMAP) == ("https://news.example/all.xml",)


def test_the_page_itself_is_proposed_where_there_is_nothing_else() -> None:
    page = judged("/", *A, kind=EndpointKind.SECTION, what="section page")

    assert propose([page], page_url=PAGE, now=NOON).urls(EndpointKind.SECTION) == (PAGE,)
    assert propose([page, judged("/feed", *A)], page_url=PAGE, now=NOON).urls(EndpointKind.SECTION) == ()
    assert propose([], page_url=PAGE, now=NOON).judged == ()


def test_the_rate_is_that_of_the_last_days_and_unknown_without_dates() -> None:
    assert observed_rate(entries("/a", "/b", "/c", "/d", every_h=6), now=NOON) == 5.33
    assert observed_rate([Entry(url=PAGE), Entry(url=PAGE + "a")], now=NOON) is None
    busy_now = entries(*(f"/{n}" for n in range(24)), every_h=1) + entries("/x", newest_at=NOON - timedelta(days=400))
    assert observed_rate(busy_now, now=NOON) == 25.04
    from_the_future = Entry(url=PAGE, published_at=NOON + timedelta(days=30))
    assert observed_rate([*entries("/a", "/b", every_h=24), from_the_future], now=NOON) == 2.0


SCHEDULES = [
    (200.0, timedelta(hours=12), "every 15 minutes"),
    (200.0, timedelta(minutes=48), "every 10 minutes"),
    (24.0, timedelta(days=1), "every 30 minutes"),
    (24.0, timedelta(hours=1), "every 15 minutes"),
    (4.0, timedelta(days=3), "every 2 hours"),
    (0.2, None, "every 6 hours"),
    (None, None, ""),
]


@pytest.mark.parametrize(("per_day", "window", "schedule"), SCHEDULES)
def test_a_schedule_follows_the_rate_and_never_lets_a_feed_overflow(
    per_day: float | None, window: timedelta | None, schedule: str
) -> None:
    assert propose_schedule(per_day, window)[0] == schedule


NAMES = {
    "https://www.theguardian.com/uk/business": "theguardian-business",
    "https://www.bbc.co.uk/news/business": "bbc-business",
    "https://fortune.com/": "fortune",
    "http://127.0.1.12:8000/": "127-0-1-12",
    "https://a.example/index.html": "a",
    "https://zeitung.example/wirtschaft/": "zeitung-wirtschaft",
    "https://news.example/Märkte & Mehr": "news-mrkte-mehr",
}


@pytest.mark.parametrize("url", NAMES)
def test_a_name_is_made_of_site_and_section(url: str) -> None:
    assert derive_name(url, taken=()) == NAMES[url]


def test_a_name_is_unlike_those_that_are_taken() -> None:
    assert derive_name("https://fortune.com/", taken=["fortune", "fortune-2", "x"]) == "fortune-3"
