"""What single sources need beyond the rest: a browser, a spider of the user's own. Found before a crawl begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import spiders
from copydesk.errors import ConfigError
from copydesk.model import Source
from spiders.chromium import missing_for_browser
from spiders.plan import CrawlEvent


def equip(sources: Sequence[Source], home: Path, on_trouble: Callable[[CrawlEvent], None]) -> tuple[Source, ...]:
    """Return the sources that can be crawled here, with the paths of their spiders; the others are told.

    Raises:
        ConfigError: none of them can be crawled; says what the first one lacks.
    """
    able: list[Source] = []
    lacking: list[tuple[Source, str]] = []
    for source in sources:
        path = spider_path(source.spider, home) if source.spider else ""
        if source.spider and not path:
            lacking.append((source, f'spider = "{source.spider}": no such file in {home / "sites"} or spiders/sites'))
        elif source.render == "browser" and (missing := missing_for_browser()):
            lacking.append((source, missing))
        else:
            able.append(replace(source, spider=path))
    if lacking and not able:
        raise ConfigError(lacking[0][0].name, lacking[0][1])
    for source, what in lacking:
        on_trouble(CrawlEvent(event="trouble", source=source.name, what=what))
    return tuple(able)


def spider_path(name: str, home: Path) -> str:
    """Return where a spider's file is: beside sources.toml, else in the program; empty where it is in neither."""
    for path in (home / name, Path(spiders.__file__).parent / name):
        if path.is_file():
            return str(path.resolve())
    return ""
