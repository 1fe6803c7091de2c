"""Pages that no one here wrote, served on loopback as sources with feeds, and crawled the whole way three times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from copydesk.model import Reason
from flows.config import load_settings
from flows.crawl import CrawlJob, CrawlReport, crawl
from storage.records import ArticleQuery
from storage.store import open_store
from tests.static_web import StaticWeb, read_pack

DAY_S = 86_400
SETTINGS = "[crawl]\ndelay_s = 0\nconcurrency_per_host = 4\nallow_private_addresses = true\n"
CHANGED = 5
"""Pages whose text is edited overnight."""
RETOUCHED = 5
"""Pages whose bytes change overnight, but not their text."""


@dataclass
class Desk:
    web: StaticWeb
    home: Path
    pages: dict[str, bytes]

    def crawl(self, *, clock_offset_s: float = 0) -> CrawlReport:
        sources = tuple(self.web.sources())
        job = CrawlJob(sources=sources, followed=sources, clock_offset_s=clock_offset_s)
        self.web.log.clear()
        return crawl(job, load_settings(self.home))

    def page_requests(self) -> list[bool]:
        """Of the last crawl: whether each request for an article was conditional."""
        return [request.conditional for request in self.web.log if request.path.endswith(".html")]


@pytest.fixture(scope="module")
def desk(real_pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("real-pages")
    (home / "news.toml").write_text(SETTINGS, encoding="utf-8")
    pages = read_pack(real_pages)
    with StaticWeb(pages) as web:
        yield Desk(web, home, {page.id: page.body for page in pages})


@pytest.fixture(scope="module")
def first(desk: Desk) -> CrawlReport:
    return desk.crawl()


def test_98_of_100_real_pages_become_articles_and_the_rest_has_a_true_reason(desk: Desk, first: CrawlReport) -> None:
    assert first.finish_reason == "finished"
    assert first.counts.fetched == len(desk.pages)
    with open_store(desk.home / "data" / "copydesk.db") as store:
        articles = list(store.articles.find(ArticleQuery(duplicates=True, limit=None)))
        quarantined = store.quarantine.rows()
    assert first.counts.new + first.counts.unchanged + first.counts.revised >= 0.98 * len(desk.pages)
    assert first.counts.quarantined == len(quarantined) <= 0.02 * len(desk.pages)
    assert all(len(article["body_text"]) > 50 and article["headline"] for article in articles)
    assert {row["reason"] for row in quarantined} <= set(Reason)
    assert all(row["detail"] for row in quarantined)


def test_a_second_crawl_at_the_same_clock_fetches_no_article_and_stores_nothing(desk: Desk, first: CrawlReport) -> None:
    again = desk.crawl()
    assert desk.page_requests() == []
    assert all(request.conditional for request in desk.web.log if request.path == "/feed.xml")
    assert (again.counts.new, again.counts.revised, again.counts.unchanged, again.counts.quarantined) == (0, 0, 0, 0)
    assert again.articles == first.articles


def test_a_day_later_pages_are_looked_at_conditionally_and_only_changed_texts_are_revised(
    desk: Desk, first: CrawlReport
) -> None:
    with open_store(desk.home / "data" / "copydesk.db") as store:
        long_ones = [
            (row["url"].rpartition("/")[2].removesuffix(".html"), str(row["body_text"]))
            for row in store.articles.find(ArticleQuery(duplicates=True, limit=None))
        ]
    edited = edit_some(desk, long_ones)
    for page_id in [name for name in desk.pages if name not in edited][:RETOUCHED]:
        desk.web.replace(page_id, desk.pages[page_id] + b"<!-- served by node 7 -->")
    later = desk.crawl(clock_offset_s=DAY_S + 60)
    statuses = Counter(request.status for request in desk.web.log if request.path.endswith(".html"))
    assert all(desk.page_requests())
    assert statuses == {304: len(desk.pages) - CHANGED - RETOUCHED, 200: CHANGED + RETOUCHED}
    assert (later.counts.new, later.counts.revised) == (0, CHANGED)
    assert later.articles == first.articles


def edit_some(desk: Desk, articles: list[tuple[str, str]]) -> list[str]:
    """Swap a word in the middle of some texts, where it stands in the page just as it does in the text."""
    edited: list[str] = []
    for page_id, text in articles:
        passage = max(text.split("\n\n"), key=len)[20:80].strip()
        if len(edited) < CHANGED and desk.pages[page_id].count(passage.encode()) == 1:
            changed = passage[:20] + " amended overnight " + passage[20:]
            desk.web.replace(page_id, desk.pages[page_id].replace(passage.encode(), changed.encode()))
            edited.append(page_id)
    assert len(edited) == CHANGED
    return edited
