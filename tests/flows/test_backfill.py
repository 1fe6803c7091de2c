"""The past: WARC files as others write them, and sitemaps, into a real store."""

from __future__ import annotations

import gc
import gzip
import json
import os
import pty
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zstandard
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows import backfill_sitemaps
from flows.cli import cli
from flows.config import load_settings, load_sources
from flows.crawl import CrawlJob, crawl
from storage.store import open_store
from tests.prose import make_headline, make_page
from tests.servers import Server
from tests.static_web import StaticWeb

pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),  # warcio's writer leaves them
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NEWS = "[crawl]\ndelay_s = 0\nallow_private_addresses = true\nmax_body_bytes = 200000\n[extract]\nworkers = 1\n"
SIZE = 10


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk")


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def one(result: Result) -> dict[str, Any]:
    (row,) = rows(result)
    return row


@pytest.fixture(autouse=True)
def closed_files() -> Iterator[None]:
    """warcio's writer leaves temporary files open: they are closed here, before another test is blamed for them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "news.toml").write_text(NEWS)
    return tmp_path


def warc(pages: int = SIZE, *, gzipped: bool = True, extras: bool = True) -> bytes:
    """A file as a crawler writes it: a page an hour of 1 November, and what else such files hold."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=gzipped)

    def put(
        url: str, body: bytes, *, kind: str = "response", status: str = "200 OK", at: str = "", **fields: str
    ) -> None:
        named = {"Content-Type": "text/html; charset=utf-8"} | {
            key.replace("_", "-"): value for key, value in fields.items()
        }
        head = StatusAndHeaders(status, list(named.items()), protocol="HTTP/1.1")
        stamp = {"WARC-Date": at or "2026-11-01T00:00:00Z"}
        writer.write_record(
            writer.create_warc_record(url, kind, payload=BytesIO(body), http_headers=head, warc_headers_dict=stamp)
        )

    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "another crawler"}))
    for number in range(pages):
        body, host = make_page(number).body, "www.one.example" if number % 2 else "two.example"
        packing = {"X_Robots_Tag": "noarchive"} if number == 5 else {}
        if number == 1:
            body, packing = gzip.compress(body), {"Content_Encoding": "gzip"}
        if number == 2:
            body, packing = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), {"Transfer_Encoding": "chunked"}
        put(f"https://{host}/page-{number}", body, at=f"2026-11-01T{number % 24:02}:00:00Z", **packing)
    if extras:
        put("https://two.example/moved", b"", status="301 Moved", Location="/x")
        put("https://two.example/a.png", b"\x89PNG", Content_Type="image/png")
        put("https://two.example/large", b"x" * 300_000)
        put("dns:two.example", b"x", Content_Type="text/dns")
        put("https://two.example/again", b"", kind="revisit")
    return out.getvalue()


FORMS = {
    "a.warc.gz": lambda: warc(),
    "a.warc": lambda: warc(gzipped=False),
    "whole.warc.gz": lambda: gzip.compress(warc(gzipped=False)),
    "a.warc.zst": lambda: b"".join(
        zstandard.ZstdCompressor().compress(part) for part in (warc(gzipped=False)[:5000], warc(gzipped=False)[5000:])
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_pages_of_a_warc_become_articles_with_the_dates_of_their_fetches(home: Path, name: str) -> None:
    (home / name).write_bytes(FORMS[name]())
    row = one(copydesk(home, "backfill", str(home / name)))
    again = one(copydesk(home, "backfill", str(home / name)))
    found = rows(copydesk(home, "articles", "--duplicates"))

    assert (row["kept"], row["new"], row["too_large"], row["known"]) == (SIZE, SIZE, 1, 0)
    assert (again["kept"], again["new"]) == (0, 0)
    assert {each["headline"] for each in found} == {make_headline(number) for number in range(SIZE)}
    by_number = {each["url"].rpartition("-")[2]: each for each in found}
    assert by_number["3"]["fetched_at"].startswith("2026-11-01T03:00:00")
    assert by_number["3"]["source"] == "one-example"
    assert one(copydesk(home, "crawls", "--limit", "1"))["trigger"] == "backfill"
    step = {each["step"]: each for each in rows(copydesk(home, "why", by_number["3"]["url"]))}
    assert step["fetched"]["why"] == f"from {name}"
    assert step["scheduled"]["what"] == "no further look"


def test_filters_by_host_and_date_and_a_source_by_name(home: Path) -> None:
    file = home / "a.warc.gz"
    file.write_bytes(warc())
    (home / "sources.toml").write_text('[[source]]\nname = "two"\nfeeds = ["https://feeds.two.example/rss"]\n')

    assert one(copydesk(home, "backfill", str(file), "--host", "www.one.example"))["kept"] == 5
    dated = copydesk(home, "backfill", str(file), "--since", "2026-11-01T04:00", "--until", "2026-11-01T07:00")
    assert (one(dated)["kept"], one(dated)["known"]) == (2, 1)
    assert one(copydesk(home, "backfill", str(file), "--source", "mine"))["kept"] == 3
    with open_store(home / "data" / "copydesk.db", read_only=True) as store:
        found = [store.articles.get(f"https://two.example/page-{number}") for number in (4, 0)]
    assert [each["source"] for each in found if each] == ["two", "mine"]


def test_what_a_publisher_reserved_when_it_was_fetched_can_be_left_out_of_exports(home: Path) -> None:
    (home / "a.warc.gz").write_bytes(warc())
    one(copydesk(home, "backfill", str(home / "a.warc.gz")))

    every = rows(copydesk(home, "export", "-", "--duplicates"))
    free = rows(copydesk(home, "export", "-", "--duplicates", "--without-reserved"))
    (reserved,) = {row["url"] for row in every} - {row["url"] for row in free}
    assert reserved.endswith("/page-5")
    why = {row["step"]: row for row in rows(copydesk(home, "why", reserved))}
    assert "noarchive (X-Robots-Tag)" in why["fetched"]["why"]
    assert "rights     noarchive (X-Robots-Tag)" in copydesk(home, "show", reserved, "--format", "table").stdout


def test_an_old_page_replaces_nothing_that_was_fetched_later(home: Path) -> None:
    with StaticWeb([make_page(1)], hosts=1) as web:
        url = next(iter(web.page_urls()))
        copydesk(home, "crawl", "--url", url)
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    old = make_page(1).body.replace(make_headline(1).encode(), b"An older headline of it")
    date = {"WARC-Date": "2020-01-01T00:00:00Z"}
    writer.write_record(
        writer.create_warc_record(url, "response", payload=BytesIO(old), http_headers=head, warc_headers_dict=date)
    )
    (home / "old.warc.gz").write_bytes(out.getvalue())
    row = one(copydesk(home, "backfill", str(home / "old.warc.gz")))

    assert (row["kept"], row["new"], row["revised"]) == (1, 0, 0)
    assert [each["headline"] for each in rows(copydesk(home, "articles"))] == [make_headline(1)]


@pytest.mark.faults
def test_a_backfill_that_is_killed_goes_on_where_it_was_with_nothing_twice(home: Path) -> None:
    pages = 400
    file = home / "a.warc.gz"
    file.write_bytes(warc(pages))
    database = home / "data" / "copydesk.db"
    code = "import sys; from flows.cli import main; sys.argv = ['copydesk', *sys.argv[1:]]; main()"
    command = [sys.executable, "-c", code, "backfill", str(file), "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
        if database.exists():
            with open_store(database, read_only=True) as store:
                if store.stats()["snapshots"] >= 64:
                    break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with open_store(database, read_only=True) as store:
        before = store.stats()["snapshots"]
    row = one(copydesk(home, "backfill", str(file)))
    with open_store(database, read_only=True) as store:
        stats = store.stats()

    assert 64 <= before < pages
    assert row["kept"] == pages - before
    assert stats["snapshots"] == stats["articles"] + stats["quarantined"] == pages


DAMAGED = {
    "no WARC": (lambda: b"no warc at all", 0),
    "torn at once": (lambda: b"\x1f\x8b\x08\x00torn", 0),
    "torn in a page": (lambda: warc(4, extras=False)[:-400], 3),
    "torn in a plain page": (lambda: warc(4, gzipped=False, extras=False)[:-400], 3),
    "torn where it is packed as a whole": (lambda: gzip.compress(warc(4, gzipped=False, extras=False))[:-400], 2),
    "torn in what is no page": (lambda: warc(4, gzipped=False)[:-20], 4),
    "other bytes in the middle": (lambda: _overwritten(warc(4, extras=False), at=3000), 1),
}


def _overwritten(raw: bytes, *, at: int) -> bytes:
    return raw[:at] + b"\0" * 500 + raw[at + 500 :]


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_is_one_line_and_what_came_before_is_kept_whole(home: Path, name: str) -> None:
    make, whole = DAMAGED[name]
    (home / "a.warc.gz").write_bytes(make())
    (home / "b.warc.gz").write_bytes(warc(6))
    result = copydesk(home, "backfill", str(home / "a.warc.gz"), str(home / "b.warc.gz"))
    again = copydesk(home, "backfill", str(home / "a.warc.gz"))

    assert (result.exit_code, again.exit_code) == (1, 1)
    assert "Traceback" not in result.output
    (line,) = [line for line in result.stderr.splitlines() if "a.warc.gz: is no WARC, or is damaged: " in line]
    assert line in again.stderr
    row = json.loads(result.stdout)
    assert (row["damaged"], row["kept"], row["new"]) == (1, 6, 6)
    assert json.loads(again.stdout)["kept"] == 0
    assert {each["headline"] for each in rows(copydesk(home, "articles"))} == {
        make_headline(number) for number in range(6)
    }
    with open_store(home / "data" / "copydesk.db", read_only=True) as store:
        kept = [step["why"] for n in range(4) for step in store.why(page_url(n)) if step["step"] == "fetched"]
    assert kept == sorted(kept)
    assert kept.count("from a.warc.gz") >= whole


def page_url(number: int) -> str:
    return f"https://{'www.one.example' if number % 2 else 'two.example'}/page-{number}"


def test_an_empty_file_holds_nothing(home: Path) -> None:
    (home / "a.warc.gz").write_bytes(b"")

    assert one(copydesk(home, "backfill", str(home / "a.warc.gz")))["kept"] == 0


def test_a_page_that_was_cut_off_when_it_was_fetched_is_none(home: Path) -> None:
    raw = warc(2, gzipped=False, extras=False)
    (home / "a.warc").write_bytes(
        raw.replace(b"WARC-Type: response", b"WARC-Truncated: length\r\nWARC-Type: response", 1)
    )
    row = one(copydesk(home, "backfill", str(home / "a.warc")))

    assert (row["kept"], row["too_large"]) == (1, 1)


def test_a_folder_or_a_pattern_stands_for_the_files_in_it(home: Path) -> None:
    (home / "in" / "2026-11").mkdir(parents=True)
    (home / "in" / "notes.txt").write_text("no WARC")
    (home / "in" / "a.warc.gz").write_bytes(warc(2))
    (home / "in" / "2026-11" / "b.warc").write_bytes(warc(4, gzipped=False))

    assert one(copydesk(home, "backfill", str(home / "in" / "*.gz")))["kept"] == 2
    assert one(copydesk(home, "backfill", str(home / "in")))["kept"] == 2
    assert {each["fetched_at"][:10] for each in rows(copydesk(home, "articles"))} == {"2026-11-01"}


@pytest.mark.parametrize("name", ["none.warc.gz", "none-*.warc", "."])
def test_a_name_that_means_no_file_is_one_line(home: Path, name: str) -> None:
    result = copydesk(home, "backfill", str(home / name))

    assert result.exit_code == 1
    assert "no such file" in result.stderr or "holds no WARC files" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_a_sitemap_lists_is_fetched_since_a_day_and_only_once(home: Path) -> None:
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    with Server() as web:
        for number in range(4):
            serve_page(web, number)
        days = ("2026-10-01", "2026-10-20", "2026-10-25", "2026-11-01")
        urls = "".join(
            f"<url><loc>{web.url(f'/page-{n}')}</loc><lastmod>{day}</lastmod></url>" for n, day in enumerate(days)
        )
        web.serve("/map-2026-10.xml", f"<urlset {ns}>{urls}</urlset>", content_type="application/xml")
        maps = "".join(
            f"<sitemap><loc>{web.url(path)}</loc></sitemap>"
            for path in ("/map-2026-10.xml", "/map-2019-01.xml", "/index.xml")
        )
        web.serve("/index.xml", f"<sitemapindex {ns}>{maps}</sitemapindex>", content_type="application/xml")
        args = ("backfill", "--sitemap", web.url("/index.xml"), "--since", "2026-10-15", "--source", "past")
        first, second = one(copydesk(home, *args)), one(copydesk(home, *args))
        paths = web.paths()

    assert (first["new"], second["new"]) == (3, 0)
    assert [paths.count(f"/page-{number}") for number in range(4)] == [0, 1, 1, 1]
    assert "/map-2019-01.xml" not in paths
    assert {each["source"] for each in rows(copydesk(home, "articles"))} == {"past"}


def serve_sitemaps(web: Server, *numbers: Sequence[int]) -> str:
    """An index of sitemaps, each of some pages."""
    for at, pages in enumerate(numbers):
        urls = "".join(f"<url><loc>{serve_page(web, number)}</loc></url>" for number in pages)
        web.serve(f"/map-{at}.xml", f"<urlset>{urls}</urlset>", content_type="application/xml")
    maps = "".join(f"<sitemap><loc>{web.url(f'/map-{at}.xml')}</loc></sitemap>" for at in range(len(numbers)))
    return web.serve("/index.xml", f"<sitemapindex>{maps}</sitemapindex>", content_type="application/xml")


def test_sitemaps_that_list_too_much_for_one_call_are_gone_on_with_by_the_next(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_sitemaps, "MOST_PAGES", 2)
    with Server() as web:
        index = serve_sitemaps(web, [0, 1, 2], [2, 3], [4])
        first = copydesk(home, "backfill", "--sitemap", index)
        second = copydesk(home, "backfill", "--sitemap", index)

    assert (one(first)["new"], one(second)["new"]) == (3, 2)
    assert "the sitemaps list more" in first.stderr
    assert "the sitemaps list more" not in second.stderr


def test_a_sitemap_in_an_index_that_cannot_be_read_is_told_and_the_others_are(home: Path) -> None:
    with Server() as web:
        index = serve_sitemaps(web, [0], [1], [2])
        web.serve("/map-0.xml", "gone", status=404)
        web.serve("/map-1.xml", "<p>no sitemap")
        result = copydesk(home, "backfill", "--sitemap", index)

    assert one(result)["new"] == 1
    assert f"{web.url('/map-0.xml')}: cannot be had: HTTP 404" in result.stderr
    assert f"{web.url('/map-1.xml')}: no sitemap" in result.stderr


def test_of_a_followed_source_only_what_its_patterns_let_pass_is_fetched(home: Path) -> None:
    with Server() as web:
        index = serve_sitemaps(web, [0, 1, 2])
        (home / "sources.toml").write_text(
            f'[[source]]\nname = "part"\nfeeds = ["{web.url("/rss")}"]\nexclude = ["/page-1"]\n'
        )
        assert one(copydesk(home, "backfill", "--sitemap", index))["new"] == 2

    assert "/page-1" not in web.paths()


def test_a_person_at_a_terminal_sees_how_far_a_sitemap_is(home: Path) -> None:
    with Server() as web:
        pages = "".join(f"<url><loc>{serve_page(web, number)}</loc></url>" for number in range(3))
        web.serve("/map.xml", f"<urlset>{pages}</urlset>", content_type="application/xml")
        code = "import sys; from flows.cli import main; sys.argv = ['copydesk', *sys.argv[1:]]; main()"
        command = [sys.executable, "-c", code, "backfill", "--sitemap", web.url("/map.xml"), "--home", str(home)]
        ours, theirs = pty.openpty()
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
            os.close(theirs)
            seen = b"".join(iter(lambda: _read(ours), b""))
            assert process.stdout is not None
            assert json.loads(process.stdout.read())["new"] == 3
        os.close(ours)

    assert "3/3" in seen.decode()
    assert "3 entries are listed; 3 of their pages are not fetched yet" in seen.decode()


def serve_page(web: Server, number: int) -> str:
    return web.serve(f"/page-{number}", make_page(number).body)


def _read(terminal: int) -> bytes:
    """What was written to a terminal; nothing once its other end is closed."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_a_sitemap_of_the_past_closes_the_gap_that_it_fills(home: Path) -> None:
    with Server() as web:
        urls = [serve_page(web, number) for number in range(6)]
        at = [datetime(2026, 11, 1 + 2 * number, 12, tzinfo=UTC) for number in range(6)]

        def feed(numbers: Sequence[int]) -> str:
            items = "".join(
                f"<item><link>{urls[n]}</link><pubDate>{format_datetime(at[n])}</pubDate></item>" for n in numbers
            )
            document = f"<rss version='2.0'><channel>{items}</channel></rss>"
            return web.serve("/feed.xml", document, content_type="text/xml")

        listed = "".join(
            f"<url><loc>{u}</loc><lastmod>{a.isoformat()}</lastmod></url>" for u, a in zip(urls, at, strict=True)
        )
        web.serve("/map.xml", f"<urlset>{listed}</urlset>", content_type="application/xml")
        (home / "sources.toml").write_text(f'[[source]]\nname = "one"\nfeeds = ["{feed([0, 1])}"]\n')
        settings, followed = load_settings(home), load_sources(home)
        for numbers, day in (([0, 1], 4), ([4, 5], 12)):
            feed(numbers)
            offset_s = (datetime(2026, 11, day, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
            crawl(CrawlJob(sources=followed, followed=followed, clock_offset_s=offset_s), settings)
        assert [row["state"] for row in rows(copydesk(home, "gaps"))] == ["open"]

        later = copydesk(home, "backfill", "--sitemap", web.url("/map.xml"), "--since", "2026-11-08")
        (narrowed,) = rows(copydesk(home, "gaps"))
        whole = copydesk(home, "backfill", "--sitemap", web.url("/map.xml"), "--since", "2026-11-01")

    assert one(later)["new"] == 0
    assert (narrowed["state"], narrowed["until_at"][:10]) == ("open", "2026-11-09")
    assert one(whole)["new"] == 2
    assert "gap 1 is closed" in whole.stderr
    (gap,) = rows(copydesk(home, "gaps"))
    assert (gap["state"], gap["closed_by"]) == ("closed", web.url("/map.xml"))


def test_files_and_a_sitemap_exclude_each_other(home: Path) -> None:
    assert copydesk(home, "backfill").exit_code == 2
    (home / "a.warc").write_bytes(b"")
    assert copydesk(home, "backfill", str(home / "a.warc"), "--sitemap", "https://a.example/x").exit_code == 2


def test_our_own_archive_fills_another_desk(home: Path, tmp_path: Path) -> None:
    with StaticWeb([make_page(number) for number in range(3)], hosts=1) as web:
        urls = [argument for url in web.page_urls() for argument in ("--url", url)]
        copydesk(home, "crawl", *urls)
    (other := tmp_path / "other").mkdir()
    files = [str(path) for path in (home / "data" / "archive").glob("*.warc.gz")]

    assert one(copydesk(other, "backfill", *files))["new"] == 3


@pytest.mark.parametrize("name", ["out.warc.gz", "out.warc"])
def test_an_exported_warc_is_read_by_warcio_and_fills_another_desk(home: Path, tmp_path: Path, name: str) -> None:
    (home / "a.warc.gz").write_bytes(warc())
    (home / "sources.toml").write_text('[[source]]\nname = "one"\nfeeds = ["https://one.example/rss"]\n')
    copydesk(home, "backfill", str(home / "a.warc.gz"))
    result = copydesk(home, "export", str(home / name), "--source", "one")
    with (home / name).open("rb") as file:
        found = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    (other := tmp_path / "other").mkdir()

    assert result.exit_code == 0, result.output
    assert [kind for kind, _, _ in found] == ["warcinfo", *["response"] * 5]
    pages = {url: body for _, url, body in found[1:]}
    assert pages["https://www.one.example/page-1"] == make_page(1).body
    assert one(copydesk(other, "backfill", str(home / name)))["new"] == 5
