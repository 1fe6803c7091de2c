"""The yardstick of polling: a bare Scrapy spider that asks for feeds conditionally and keeps nothing.

python -m tests.benchmarks.bare_polls FEEDS.json        [[URL, ETag], …]
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from tests.benchmarks.textbook import SETTINGS


class PollSpider(scrapy.Spider):
    name = "polls"
    handle_httpstatus_list = (304,)

    def __init__(self, feeds: list[tuple[str, str]]) -> None:
        super().__init__()
        self.feeds = feeds

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url, etag in self.feeds:
            yield scrapy.Request(url, headers={"If-None-Match": etag}, callback=self.parse)

    def parse(self, response: Response) -> None:
        if response.status != 304:
            raise SystemExit(f"{response.url} answered {response.status}, not 304")


def main() -> None:
    process = CrawlerProcess(SETTINGS | {"ROBOTSTXT_OBEY": False})  # the crawl beside it knows those files from before
    process.crawl(PollSpider, feeds=json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    process.start()


if __name__ == "__main__":
    main()
