"""A store of a million articles, made once and kept outside the repository: $BENCH_CACHE, else ~/.cache."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.text import body_hash, content_hash
from storage.instants import to_text
from storage.store import open_store
from tests.browser.desk import make_texts, sources

BATCH = 20_000
DAYS = 90
COPIES = 0.12
"""Of the articles are copies of one of the last ones."""
STORIES = 0.4
"""Belong to a story of several."""


def open_million(articles: int) -> tuple[Path, datetime]:
    """The home folder of a store of so many articles, and the instant that is its now."""
    folder = Path(os.environ.get("BENCH_CACHE") or Path.home() / ".cache" / "copydesk-bench")
    home = folder / f"articles-{articles}"
    if not (home / "now").exists():
        shutil.rmtree(home, ignore_errors=True)
        (home / "data").mkdir(parents=True)
        (home / "news.toml").touch()
        start = time.monotonic()
        now = datetime.now(UTC)
        _fill(home / "data" / "copydesk.db", articles, now)
        (home / "now").write_text(now.isoformat(), encoding="utf-8")
        print(f"made {articles:,} articles in {time.monotonic() - start:.0f} s, once, in {home}", flush=True)
    return home, datetime.fromisoformat((home / "now").read_text(encoding="utf-8"))


def _fill(path: Path, articles: int, now: datetime) -> None:
    with open_store(path) as store:
        store.sources.sync(sources(), now=now - timedelta(days=DAYS))
        store.crawls.begin(trigger="benchmark", sources=[source.name for source in sources()], at=now)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    rows = _rows(articles, now)
    for _ in range(-(-articles // BATCH)):
        batch = [row for row, _ in zip(rows, range(BATCH), strict=False)]
        connection.execute("BEGIN")
        for sql in (ENTRY, SNAPSHOT, FETCH, ARTICLE, REVISION):
            connection.executemany(sql, batch)
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _rows(articles: int, now: datetime) -> Iterator[dict[str, object]]:
    dice = random.Random(11)
    names = [source.name for source in sources()][:-1]
    last: list[tuple[int, str, str]] = []
    step = timedelta(days=DAYS) / articles
    for number, (headline, body) in enumerate(make_texts(articles), 1):
        of, source = None, dice.choice(names)
        if last and dice.random() < COPIES:
            of, headline, body = dice.choice(last)
        else:
            last = [*last[-20:], (number, headline, body)]
        at = now - timedelta(days=DAYS) + step * number
        url = f"https://{source}.example/a/{number}"
        story = (of or number) // dice.randrange(2, 30) + 1 if dice.random() < STORIES else None
        yield {
            "id": number,
            "url": url,
            "source": source,
            "headline": headline,
            "body": body,
            "published": to_text(at),
            "seen": to_text(at + timedelta(minutes=7)),
            "section": dice.choice(("Economy", "Companies", "Markets", "Money")),
            "authors": json.dumps(["A. Writer"]),
            "words": body.count(" ") + 1,
            "content_hash": content_hash(headline, body),
            "body_hash": body_hash(body),
            "of": of,
            "relation": "exact" if of else None,
            "story": story,
        }


ENTRY = """
INSERT INTO entries (id, key, source, url, title, state, first_seen_at)
VALUES (:id, :url, :source, :url, :headline, 'fetched', :seen)
"""
SNAPSHOT = """
INSERT INTO snapshots (id, entry_id, crawl_id, source, url, final_url, status, content_type, headers, fetched_at,
                       digest, body_bytes, file, offset, length, state, article_id, change, why, notes, extractor,
                       stored_at)
VALUES (:id, :id, 1, :source, :url, :url, 200, 'text/html', '{}', :seen,
        'sha1:x', 50000, 'none.warc.gz', 0, 9000, 'stored', :id, 'new', 'first sight of this canonical URL', '[]',
        'benchmark', :seen)
"""
FETCH = """
INSERT INTO fetches (entry_id, crawl_id, at, outcome, status, detail, snapshot_id)
VALUES (:id, 1, :seen, 'kept', 200, '', :id)
"""
ARTICLE = """
INSERT INTO articles (id, canonical_url, url, source, headline, body_text, authors, published_at, published_utc,
                      section, keywords, language, word_count, content_hash, body_hash, revision, first_seen_at,
                      fetched_at, snapshot_id, extractor, candidates, duplicate_of, relation, story_id)
VALUES (:id, :url, :url, :source, :headline, :body, :authors, :published, :published, :section, '[]', 'en', :words,
        :content_hash, :body_hash, 1, :seen, :seen, :id, 'benchmark', '[]', :of, :relation, :story)
"""
REVISION = """
INSERT INTO revisions (article_id, number, cause, headline, body_text, content_hash, seen_at, snapshot_id, extractor)
VALUES (:id, 1, 'publisher', :headline, :body, :content_hash, :seen, :id, 'benchmark')
"""
