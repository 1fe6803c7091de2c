"""Feeds that do not change, served from a process of their own: `python -m tests.benchmarks.feeds_web FEEDS HOSTS`.

It prints [[URL, ETag], …] as one line of JSON, and serves until its standard input ends.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.static_web import StaticPage, StaticWeb

ENTRIES = 3
"""Of each feed; they lie elsewhere, and a poll alone does not ask for them."""
ELSEWHERE = "http://127.0.0.1:9/elsewhere/"


def make_feeds(number: int) -> list[StaticPage]:
    return [StaticPage(f"feed-{each}", _feed(each), "application/rss+xml") for each in range(number)]


def _feed(number: int) -> bytes:
    items = "".join(f"<item><link>{ELSEWHERE}{number}/{entry}</link></item>" for entry in range(ENTRIES))
    return f'<rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'.encode()


@contextmanager
def feeds_served(number: int, *, hosts: int) -> Iterator[list[tuple[str, str]]]:
    """Serve so many feeds; their URLs and ETags."""
    command = [sys.executable, "-m", "tests.benchmarks.feeds_web", str(number), str(hosts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        yield [(url, etag) for url, etag in json.loads(server.stdout.readline())]
        server.stdin.close()


def main() -> None:
    number, hosts = map(int, sys.argv[1:])
    feeds = make_feeds(number)
    tags = {f"/{feed.id}.html": f'"{hashlib.md5(feed.body).hexdigest()}"' for feed in feeds}
    with StaticWeb(feeds, hosts=hosts) as web:
        print(json.dumps([(url, tags["/" + url.rpartition("/")[2]]) for url in web.page_urls()]), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
