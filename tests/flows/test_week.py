"""A week in the rehearsal web, whose clock is ours, and a burst that overflows a feed while the crawler sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.model import Source
from flows.config import load_settings
from spiders.rehearsal import RehearsalWeb
from storage.records import ArticleQuery
from storage.store import Row, open_store
from tests.flows.test_crawl import crawl_all

AWAKE = (0.0, 24.0, 48.0)
"""Hours of the week at which the crawler runs; six articles come between 49 and 52 h, and the feed lists five."""
BACK = (72.0, 168.0)


class Week:
    """The rehearsal web and a clock that both sides go by."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.started_at = datetime.now(UTC)
        self.hours = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=self.hours)

    def crawl(self, source: Source, hours: tuple[float, ...]) -> None:
        for self.hours in hours:
            crawl_all(self.home, [source], clock_offset_s=self.hours * 3600)

    def gaps(self, state: str) -> list[Row]:
        with open_store(load_settings(self.home).desk.database, read_only=True) as store:
            return store.gaps.rows(state=state, now=self.now())

    def articles(self) -> set[str]:
        with open_store(load_settings(self.home).desk.database, read_only=True) as store:
            return {str(row["canonical_url"]) for row in store.articles.find(ArticleQuery(limit=None, duplicates=True))}


def expected(web: RehearsalWeb, source: Source) -> set[str]:
    return {article.canonical_url for article in web.expected().articles if article.source == source.name}


def test_a_week_with_a_burst_while_the_crawler_sleeps_ends_with_every_article_and_the_gap_closed(
    tmp_path: Path,
) -> None:
    week = Week(tmp_path)
    with RehearsalWeb(clock=week.now) as web:
        source = next(source for source in web.sources() if source.name == "morning-assay")
        week.crawl(source, AWAKE)
        assert not week.gaps("")
        week.crawl(source, BACK)
        everything = expected(web, source)

    (gap,) = [row for row in week.gaps("") if row["endpoint_url"] == source.feeds[0] and row["state"] != "missed"]
    assert gap["state"] == "closed"
    assert gap["closed_by"] in (source.sitemaps[0], source.homepage)
    assert "none of its 5 entries was listed at the look before, 24 h ago" in gap["reason"]
    assert week.articles() == everything
    (missed,) = week.gaps("missed")
    assert missed["reason"].startswith("1 of ")


def test_where_nothing_else_lists_them_the_gap_stays_open_and_says_what_may_be_missing(tmp_path: Path) -> None:
    week = Week(tmp_path)
    with RehearsalWeb(clock=week.now) as web:
        whole = next(source for source in web.sources() if source.name == "morning-assay")
        source = Source(name=whole.name, feeds=whole.feeds, exclude=whole.exclude)
        week.crawl(source, (0.0, 48.0, 72.0))
        lost = expected(web, source) - week.articles()

    (gap,) = week.gaps("")
    assert (gap["state"], gap["closed_by"]) == ("open", None)
    assert gap["may_miss"] >= 1
    assert "about" in gap["reason"]
    assert any("results-broadgate" in url for url in lost)
    assert len([url for url in lost if "results" in url]) == 1
