"""One slow source among twenty: a scheduled crawl ends in time, and none of the others misses a run."""

from __future__ import annotations

from pathlib import Path

from copydesk.model import Source
from flows.crawl import CrawlJob, crawl
from tests.flows.test_crawl import headlines, settings_of
from tests.prose import make_page
from tests.servers import Server
from tests.static_web import StaticWeb

LONGEST_S = 6.0
SLOW_PAGES = 90
RUNS = 3


def test_a_slow_source_costs_nobody_else_a_run_and_goes_on_in_the_next(tmp_path: Path) -> None:
    quick = [make_page(number) for number in range(19)]
    with StaticWeb(quick, hosts=19) as web, Server() as slow:
        for number in range(SLOW_PAGES):
            slow.serve(f"/{number}", make_page(100 + number).body)
        feed = slow.feed("/feed", [f"/{number}" for number in range(SLOW_PAGES)])
        sluggish = Source(name="slow", feeds=(feed,), delay_s=0.3, concurrency_per_host=1)
        sources = [sluggish, *web.sources()]
        stored = []
        for _ in range(RUNS):
            job = CrawlJob(sources=tuple(sources), followed=tuple(sources))
            report = crawl(job, settings_of(tmp_path, max_run_s=LONGEST_S))
            stored.append(sum("report" in headline.lower() for headline in headlines(tmp_path)))
            assert report.finish_reason == "max_run_s"
            assert all(report.by_source[source.name].polled == 1 for source in sources)
        final = crawl(CrawlJob(sources=tuple(sources), followed=tuple(sources)), settings_of(tmp_path))

    assert stored == sorted(set(stored))  # each run brings more of the slow one
    assert stored[-1] < 19 + SLOW_PAGES
    assert (final.finish_reason, final.pending) == ("finished", 0)
    assert len(headlines(tmp_path)) == len(set(headlines(tmp_path))) == 19 + SLOW_PAGES
