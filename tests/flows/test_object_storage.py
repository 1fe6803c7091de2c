"""The archive on an object store that speaks S3: crawls, crashes, other machines, and what is to go."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.desk import wait_for
from tests.object_store import BUCKET, ObjectStore, object_store
from tests.prose import make_page
from tests.static_web import StaticWeb

PAGES = 8
SETTINGS = """
[desk]
archive = "s3://{bucket}/{prefix}"
database = "{database}"
[crawl]
delay_s = 0.02
allow_private_addresses = true
relook_hours = []
[extract]
workers = 1
[archive]
segment_mb = {segment_mb}
"""


@pytest.fixture(scope="module")
def bucket() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


def write_home(
    home: Path, web: StaticWeb, *, prefix: str, database: Path | None = None, segment_mb: float = 64
) -> Path:
    home.mkdir(exist_ok=True)
    settings = SETTINGS.format(
        bucket=BUCKET, prefix=prefix, database=database or home / "data" / "copydesk.db", segment_mb=segment_mb
    )
    (home / "news.toml").write_text(settings)
    tables = [f'[[source]]\nname = "{each.name}"\nfeeds = {json.dumps(each.feeds)}\n' for each in web.sources()]
    (home / "sources.toml").write_text("".join(tables))
    return home


def desk(home: Path, environ: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *words, "--home", str(home)],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def start_crawl(home: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "crawl", "--all", "--home", str(home)],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def segments(home: Path) -> list[Path]:
    return sorted((home / "data" / "archive").glob("*.warc.gz"))


def ids(home: Path, environ: Mapping[str, str]) -> list[int]:
    rows = desk(home, environ, "articles", "--limit", "99", "--format", "jsonl").stdout.splitlines()
    return [json.loads(row)["id"] for row in rows]


def test_another_machine_reads_every_page_from_the_bucket_and_a_page_taken_down_leaves_it(
    tmp_path: Path, bucket: ObjectStore
) -> None:
    with StaticWeb([make_page(number) for number in range(PAGES)], hosts=2) as web:
        first = write_home(tmp_path / "first", web, prefix="far/archive", segment_mb=0.005)
        done = desk(first, bucket.environ, "crawl", "--all")
        assert done.returncode == 0, done.stderr
        assert segments(first) == [], "what is uploaded goes from here"
        stored = {key for key in bucket.objects() if "/far/" in key}
        assert len(stored) > 1, "a file is closed by its size, while the crawl goes on"

        other = write_home(tmp_path / "other", web, prefix="far/archive", database=first / "data" / "copydesk.db")
        articles = ids(other, bucket.environ)
        assert len(articles) == PAGES
        shown = [desk(other, bucket.environ, "show", str(number), "--html").stdout for number in articles[:2]]
        assert all("<html" in page for page in shown)
        out = tmp_path / "out.warc.gz"
        exported = desk(other, bucket.environ, "export", "--format", "warc", str(out))
        assert exported.returncode == 0, exported.stderr
        again = desk(other, bucket.environ, "reextract")
        assert again.returncode == 0, again.stderr
        backed_up = desk(other, bucket.environ, "backup", str(tmp_path / "copy"))
        assert backed_up.returncode == 0, backed_up.stderr
        assert len(segments(tmp_path / "copy")) == len(stored)

        url = json.loads(desk(other, bucket.environ, "show", str(articles[0]), "--format", "jsonl").stdout)["url"]
        gone = desk(other, bucket.environ, "takedown", url, "--yes")
        assert gone.returncode == 0, gone.stderr
        assert not [key for key, content in bucket.objects().items() if holds(content, url)]
        assert len(ids(other, bucket.environ)) == PAGES - 1
        last = desk(other, bucket.environ, "show", str(articles[-1]), "--html")
        assert "<html" in last.stdout, last.stderr


def holds(content: bytes, url: str) -> bool:
    return url.encode() in gzip.decompress(content)


def test_what_a_killed_crawl_left_is_uploaded_by_the_next_and_nothing_is_lost(
    tmp_path: Path, bucket: ObjectStore
) -> None:
    with StaticWeb([make_page(number) for number in range(PAGES)], hosts=2) as web:
        home = write_home(tmp_path / "desk", web, prefix="killed")
        # The object store is away: the file is closed, and waits.
        away = {**bucket.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
        crawl = start_crawl(home, away)
        wait_for(lambda: is_closed(home), within_s=60, every_s=0.02, what="a closed file")
        os.killpg(crawl.pid, signal.SIGKILL)
        crawl.wait()
        assert len(segments(home)) == 1
        elsewhere = write_home(tmp_path / "other", web, prefix="killed", database=home / "data" / "copydesk.db")
        waiting = desk(elsewhere, bucket.environ, "crawl", "--all")
        assert "Traceback" not in waiting.stderr, waiting.stderr

        done = desk(home, bucket.environ, "crawl", "--all")
        assert done.returncode == 0, done.stderr
        assert segments(home) == []
        shutil.rmtree(home / "data" / "archive")
        articles = ids(elsewhere, bucket.environ)
        assert len(articles) == PAGES
        for number in (articles[0], articles[-1]):
            assert "<html" in desk(elsewhere, bucket.environ, "show", str(number), "--html").stdout


def is_closed(home: Path) -> bool:
    folder = home / "data" / "archive"
    return bool(segments(home)) and not list(folder.glob("*.writing"))


def test_a_crawl_goes_on_without_its_object_store_and_says_so_in_one_line(tmp_path: Path) -> None:
    with StaticWeb([make_page(number) for number in range(4)], hosts=1) as web, object_store() as own:
        home = write_home(tmp_path / "desk", web, prefix="later")
        own.stop()
        done = desk(home, own.environ, "crawl", "--all")
        assert done.returncode == 0, done.stderr
        assert "does not answer" in done.stderr
        assert "no-secret" not in done.stderr
        assert len(segments(home)) == 1
        assert len(ids(home, own.environ)) == 4, "a file that is still here is read here"

        own.start()
        crawls = [start_crawl(home, own.environ) for _ in range(2)]
        assert all(crawl.wait(timeout=240) is not None for crawl in crawls)
        assert segments(home) == []
        assert len(own.objects()) == 1
