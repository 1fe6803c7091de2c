"""Spiders of the user's own, a file a site. See docs/own-spiders.md.

A file has one class that says where the articles of a page are; fetching, robots.txt, delays, keeping and extracting
stay as they are. It lies here, or in a folder beside sources.toml, and is loaded in the crawl process only.
"""

from __future__ import annotations

import importlib.util
import inspect
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from copydesk.discovery.reading import Reading
from copydesk.errors import ConfigError, ParseError
from copydesk.model import Entry
from copydesk.urls import resolve_url
from spiders.outcomes import Answer

__all__ = ["Entry", "SiteSpider"]

MOST_ENTRIES = 5_000
"""Of one page; a spider that yields without end is cut."""


class SiteSpider:
    """Reads the start pages of one source: what `sections` names, or else its homepage."""

    def parse(self, response: Response) -> Iterable[Entry | Request | str]:
        """Yield an `Entry` (or just a URL) for each article, and `response.follow(…)` for a page to read the same way.

        Relative URLs are resolved. Called in a thread, so it may take its time, but must not fetch anything itself.
        """
        raise NotImplementedError


def load_spider(path: str) -> SiteSpider:
    """Return the spider of a file.

    Raises:
        ConfigError: the file is missing or broken, or does not hold exactly one `SiteSpider`.
    """
    spec = importlib.util.spec_from_file_location(f"spiders.sites.{Path(path).stem}", path)
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise ConfigError(path, "there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigError(path, _told(error, path)) from error
    found = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, SiteSpider) and each.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise ConfigError(path, f"expected one class that is a SiteSpider, found {len(found)}")
    spider: SiteSpider = found[0]()
    return spider


def read_with(spider: SiteSpider, path: str, answer: Answer) -> Reading:
    """Return what a user's spider finds on a page; `child_urls` are the pages that it follows.

    Raises:
        ParseError: the spider raised an error, yielded something else, or found nothing at all.
    """
    entries: list[Entry] = []
    follow: list[str] = []
    try:
        for found in _limited(spider.parse(_response(answer))):
            if isinstance(found, Request):
                follow.append(found.url)
            else:
                entries.append(_entry(found, answer.final_url))
    except Exception as error:
        raise ParseError(answer.final_url, f"{Path(path).name}: {_told(error, path)}") from error
    if not entries and not follow:
        raise ParseError(answer.final_url, f"{Path(path).name} found no article on it")
    number = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
    return Reading(what=f"{Path(path).name}, {number}", entries=tuple(entries), child_urls=tuple(follow))


def _limited(found: Iterable[Any] | None) -> Iterator[Any]:
    for number, each in enumerate(found or ()):
        if number >= MOST_ENTRIES:
            return
        yield each


def _entry(found: Any, page_url: str) -> Entry:
    entry = Entry(url=found) if isinstance(found, str) else found
    if not isinstance(entry, Entry):
        raise TypeError(f"expected an Entry, a URL or response.follow(…), found {type(entry).__name__}")
    url = resolve_url(page_url, entry.url)
    if url is None:
        raise ValueError(f"no http or https URL: {entry.url[:80]}")
    return Entry(
        url=url,
        title=entry.title,
        published_at=entry.published_at,
        modified_at=entry.modified_at,
        language=entry.language,
    )


def _response(answer: Answer) -> Response:
    headers = Headers(dict(answer.header_map()))
    kind = responsetypes.from_args(headers=headers, url=answer.final_url, body=answer.body)
    return kind(url=answer.final_url, status=answer.status, headers=headers, body=answer.body)


def _told(error: BaseException, path: str) -> str:
    """`line 12: KeyError: 'href'`: the last line of the user's file that was on the way."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    if isinstance(error, SyntaxError) and error.filename == path:
        lines = [error.lineno]
    where = f"line {lines[-1]}: " if lines else ""
    return f"{where}{type(error).__name__}: {error}"[:300]
