"""Bad input through the command line: each a clear line, the rest goes on, the exit code says what became of it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prose import make_headline, make_page
from tests.servers import Reply, Server
from tests.static_web import StaticWeb

ROOT = Path(__file__).parents[2]
NEWS = "[crawl]\ndelay_s = 0\ntimeout_s = 3\nallow_private_addresses = true\n"
UNREACHABLE = "http://127.0.9.9:9/feed.xml"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 40
CYRILLIC = "Центральный банк повысил ключевую ставку до девяти процентов, сообщила пресс-служба. " * 12


def copydesk(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli", *args, "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=120)


def write_sources(home: Path, feeds: dict[str, str]) -> None:
    (home / "news.toml").write_text(NEWS)
    tables = (f'[[source]]\nname = "{name}"\nfeeds = ["{feed}"]\n' for name, feed in feeds.items())
    (home / "sources.toml").write_text("\n".join(tables))


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    with Server() as a, Server() as b, Server() as c, Server() as d, Server() as e, Server() as f:
        yield [a, b, c, d, e, f]


def test_bad_feeds_and_pages_get_a_line_each_and_good_ones_are_stored(tmp_path: Path, servers: list[Server]) -> None:
    good, malformed, large, charset, binary, circle = servers
    for number in (1, 2):
        good.serve(f"/{number}.html", make_page(number).body.decode())
    malformed.serve("/feed.xml", "<<<& this is <no> feed")
    large.script("/page.html", Reply(b"<p>" + b"x" * 20_000_000, headers={"Content-Type": "text/html"}))
    page = f"<meta charset=utf-8><title>Ставка</title><article><h1>Ставка повышена</h1><p>{CYRILLIC}</p></article>"
    charset.script("/page.html", Reply(page.encode("cp1251"), headers={"Content-Type": "text/html; charset=utf-8"}))
    binary.script("/page.html", Reply(PNG, headers={"Content-Type": "text/html"}))
    circle.script("/page.html", Reply(status=302, headers={"Location": "/page.html"}))
    feeds = {"good": good.feed("/feed.xml", ["/1.html", "/2.html"]), "malformed": malformed.url("/feed.xml")}
    for name, server in (("large", large), ("charset", charset), ("binary", binary), ("circle", circle)):
        feeds[name] = server.feed("/feed.xml", ["/page.html"])
    write_sources(tmp_path, feeds | {"unreachable": UNREACHABLE})

    done = copydesk(tmp_path, "crawl", "--all")

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    for url, words in (
        (feeds["malformed"], "this is no feed"),
        (large.url("/page.html"), "larger than 10000000 bytes"),
        (circle.url("/page.html"), "redirects in a circle"),
        (UNREACHABLE, "connection refused"),
    ):
        assert len([line for line in lines if url in line and words in line]) == 1, (url, words, done.stderr)
    (row,) = rows(done.stdout)
    assert (row["new"], row["quarantined"], row["failed"], row["finish_reason"]) == (3, 1, 4, "finished")
    stored = {str(row["headline"]): str(row["body_text"]) for row in rows(copydesk(tmp_path, "articles").stdout)}
    assert set(stored) == {make_headline(1), make_headline(2), "Ставка повышена"}
    assert stored["Ставка повышена"] == CYRILLIC.strip()
    (refused,) = rows(copydesk(tmp_path, "quarantine", "list").stdout)
    assert (refused["source"], refused["reason"]) == ("binary", "not_html")
    assert refused["detail"]
    for server in (large, circle):
        trail = rows(copydesk(tmp_path, "why", server.url("/page.html")).stdout)
        assert {"discovered", "fetched", "scheduled"} <= {step["step"] for step in trail}


def test_a_database_of_a_newer_version_is_one_line_and_stays_as_it_is(tmp_path: Path) -> None:
    write_sources(tmp_path, {"a": UNREACHABLE})
    assert copydesk(tmp_path, "crawl", "--all").returncode == 0
    database = tmp_path / "data" / "copydesk.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = database.read_bytes()

    for command in (("crawl", "--all"), ("articles",), ("stats",)):
        refused = copydesk(tmp_path, *command)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert "newer Copydesk" in refused.stderr
    assert database.read_bytes() == before


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_sources_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.toml").write_text(text)

    refused = copydesk(tmp_path, "crawl", "--all")

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "sources.toml" in refused.stderr


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    write_sources(tmp_path, {"a": UNREACHABLE})
    (tmp_path / "data").write_text("a file stands where the folder should")

    refused = copydesk(tmp_path, "crawl", "--all")

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / "data") in refused.stderr


def test_two_crawls_of_the_same_source_at_once_fetch_every_page_once(tmp_path: Path) -> None:
    pages = 40
    with StaticWeb([make_page(number) for number in range(pages)], hosts=1, delay_s=0.05) as web:
        write_sources(tmp_path, {source.name: source.feeds[0] for source in web.sources()})
        command = [sys.executable, "-m", "flows.cli", "crawl", "--all", "--home", str(tmp_path)]
        both = [subprocess.Popen(command, cwd=ROOT, text=True, stdout=-1, stderr=-1) for _ in range(2)]
        ended = [(*process.communicate(timeout=120), process.returncode) for process in both]
        fetched = [request.path for request in web.log if request.path.startswith("/page-")]

    assert [code for *_, code in ended] == [0, 0], ended
    assert len(fetched) == len(set(fetched)) == pages
    assert sum("is being crawled by another crawl" in errors for _, errors, _ in ended) == 1
    assert len(rows(copydesk(tmp_path, "articles", "--limit", "1000").stdout)) == pages
