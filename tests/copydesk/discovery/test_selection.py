from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from copydesk.discovery.selection import Selection, select
from copydesk.model import EndpointKind, Entry, Source

FEED, SITEMAP, SECTION = EndpointKind.FEED, EndpointKind.SITEMAP, EndpointKind.SECTION
PAGE = "https://ledger.example/business/rates"


def choose(
    noon: datetime,
    url: str = PAGE,
    *,
    kind: EndpointKind = FEED,
    first_poll: bool = False,
    published_days: float | None = None,
    modified_days: float | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> Selection:
    """The decision about an entry that was published and modified so many days before noon."""
    entry = Entry(
        url=url,
        published_at=None if published_days is None else noon - timedelta(days=published_days),
        modified_at=None if modified_days is None else noon - timedelta(days=modified_days),
    )
    source = Source(name="ledger", include=include, exclude=exclude)
    return select(entry, source=source, kind=kind, first_poll=first_poll, now=noon)


@pytest.mark.parametrize("first_poll", [True, False])
@pytest.mark.parametrize("published_days", [None, 0, 4000])
@pytest.mark.parametrize("kind", [FEED, SECTION])
def test_what_a_feed_or_section_lists_is_wanted_however_old(
    noon: datetime, kind: EndpointKind, published_days: float | None, first_poll: bool
) -> None:
    found = choose(noon, kind=kind, published_days=published_days, first_poll=first_poll)
    assert found == Selection(wanted=True, why=f"listed by the {kind.value}")


PATTERNS = [
    # (include, exclude, wanted, why)
    ((), (), True, "listed by the feed"),
    (("/business/",), (), True, "listed by the feed"),
    (("/sport/", "/business/"), (), True, "listed by the feed"),
    (("/sport/",), (), False, "no include pattern matches"),
    ((), ("/business/",), False, "excluded by /business/"),
    ((), ("/sport/",), True, "listed by the feed"),
    (("/business/",), ("/rates$",), False, "excluded by /rates$"),  # what is excluded is not included
    (("https://ledger.example/b*/r",), (), True, "listed by the feed"),
    (("http://ledger.example/",), (), False, "no include pattern matches"),
]


@pytest.mark.parametrize(("include", "exclude", "wanted", "why"), PATTERNS)
def test_patterns_choose_entries(
    noon: datetime, include: tuple[str, ...], exclude: tuple[str, ...], wanted: bool, why: str
) -> None:
    assert choose(noon, include=include, exclude=exclude) == Selection(wanted=wanted, why=why)


FILES = ["/a.jpg", "/a.PDF", "/a.mp3?download=1", "/podcast/a.m4a", "/feed.xml", "/a.tar.gz", "/data.csv"]
PAGES = [
    "/a",
    "/a/",
    "/a.html",
    "/a.htm",
    "/a.php?id=7",
    "/a.aspx",
    "/a.pdf/",
    "/rates-rise-0.5",
    "/a?f=b.pdf",
    "/a.b.c",
]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("kind", EndpointKind)
def test_files_are_no_pages(noon: datetime, kind: EndpointKind, path: str) -> None:
    found = choose(noon, f"https://ledger.example{path}", kind=kind, published_days=0, include=("ledger",))
    assert not found.wanted
    assert found.why.endswith("file is no page")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_pages(noon: datetime, path: str) -> None:
    assert choose(noon, f"https://ledger.example{path}").wanted


AGES = [
    # (first poll, days since published, days since modified, wanted, why)
    (False, None, None, True, "new in the sitemap"),
    (True, None, None, False, "undated, and there before the source was followed"),
    (True, 0, None, True, "recent in the sitemap"),
    (True, None, 0, True, "recent in the sitemap"),
    (False, 2.9, None, True, "recent in the sitemap"),
    (False, 3, None, True, "recent in the sitemap"),
    (False, 3.1, None, False, "older than 3 days"),
    (False, None, 3.1, False, "older than 3 days"),
    (False, 400, 0, False, "older than 3 days"),  # an old article with a new footer
    (False, 0, 400, True, "recent in the sitemap"),
    (True, -1, None, True, "recent in the sitemap"),  # dated tomorrow
]


@pytest.mark.parametrize(("first_poll", "published_days", "modified_days", "wanted", "why"), AGES)
def test_a_sitemap_goes_back_further_than_anyone_wants(
    noon: datetime,
    first_poll: bool,
    published_days: float | None,
    modified_days: float | None,
    wanted: bool,
    why: str,
) -> None:
    found = choose(
        noon, kind=SITEMAP, first_poll=first_poll, published_days=published_days, modified_days=modified_days
    )
    assert found == Selection(wanted=wanted, why=why)


def test_patterns_hold_for_sitemaps_before_ages(noon: datetime) -> None:
    assert choose(noon, kind=SITEMAP, published_days=0, exclude=("/rates",)).why == "excluded by /rates"


@pytest.mark.parametrize(("days", "wanted"), [(0.5, True), (2, True), (2.5, False), (400, False), (None, False)])
def test_a_sitemap_that_nobody_named_is_searched_for_what_was_missed_alone(
    noon: datetime, days: float | None, wanted: bool
) -> None:
    entry = Entry(url=PAGE, published_at=None if days is None else noon - timedelta(days=days))
    since = noon - timedelta(days=2)
    found = select(
        entry, source=Source(name="ledger"), kind=SITEMAP, first_poll=False, now=noon, since=since, since_only=True
    )
    assert found.wanted is wanted
