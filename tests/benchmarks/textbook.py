"""The yardstick: what a textbook shows. One Scrapy spider, extraction in its item pipeline, one upsert an item.

    python -m tests.benchmarks.textbook DATABASE FEED...          the whole way
    python -m tests.benchmarks.textbook --fetch-only - FEED...    the same spider, which keeps nothing

On a second run it skips the URLs that its table has.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}


class TextbookSpider(scrapy.Spider):
    name = "textbook"

    def __init__(self, feeds: list[str], database: str) -> None:
        super().__init__()
        self.feeds, self.database = feeds, database
        self.seen: set[str] = set()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        if self.database != "-":
            import sqlite_utils

            table = sqlite_utils.Database(self.database)["articles"]
            if table.exists():
                self.seen = {row["url"] for row in table.rows_where(select="url")}
        for url in self.feeds:
            yield scrapy.Request(url, callback=self.parse)

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        for url in response.xpath("//item/link/text()").getall():
            if url not in self.seen:
                yield scrapy.Request(url, callback=self.parse_article)

    def parse_article(self, response: Response) -> Iterator[dict[str, Any]]:
        yield {"url": response.url, "html": response.text}


class ExtractPipeline:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        import trafilatura

        document = trafilatura.bare_extraction(item.pop("html"), url=item["url"], with_metadata=True)
        if document is not None:
            item |= {"title": document.title, "text": document.text, "date": document.date, "author": document.author}
        return item


class StorePipeline:
    def __init__(self, crawler: Any) -> None:
        import sqlite_utils

        self.table = sqlite_utils.Database(crawler.spider.database)["articles"]

    @classmethod
    def from_crawler(cls, crawler: Any) -> StorePipeline:
        return cls(crawler)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        self.table.upsert(item, pk="url", alter=True)
        return item


def main() -> None:
    arguments = sys.argv[1:]
    fetch_only = arguments[0] == "--fetch-only"
    database, *feeds = arguments[1:] if fetch_only else arguments
    pipelines = {} if fetch_only else {ExtractPipeline: 100, StorePipeline: 200}
    process = CrawlerProcess(SETTINGS | {"ITEM_PIPELINES": pipelines})
    process.crawl(TextbookSpider, feeds=feeds, database=database)
    process.start()


if __name__ == "__main__":
    main()
