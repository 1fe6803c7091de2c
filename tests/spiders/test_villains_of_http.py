"""Servers that break HTTP itself, or lie about what they send."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import brotli
import pytest
import zstandard

from spiders.process import CrawlProcess
from storage.archive import read_body
from storage.store import open_store
from tests.servers import Exchange, Reply, Script, Server
from tests.spiders.crawls import Desk, source_of

MOST_BYTES = 200_000
ZEROS = b"\0" * 50_000_000
PAGE = b"<title>Report</title><p>A report that came whole."
REPORT = b"<p>" + random.Random(7).randbytes(3000).hex().encode()


def raw(data: bytes) -> Script:
    """Write these bytes for a response, and close."""

    def script(exchange: Exchange) -> None:
        exchange.wfile.write(data)

    return script


def slow_headers(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        if exchange.server.web.closing.wait(0.2):
            return
        exchange.wfile.write(b"X-%d: slow\r\n" % number)


def early_hints(exchange: Exchange) -> None:
    for _ in range(200_000):
        exchange.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 10)


def header_flood(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(2_000_000):
        if exchange.server.web.closing.is_set():
            return
        exchange.wfile.write(b"X-%d: %s\r\n" % (number, b"y" * 100))


def stall(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Type": "text/html", "Content-Length": "5000"})
    exchange.wfile.write(b"<p>only this, and then")
    exchange.server.web.closing.wait(60)


PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def packed(coding: str, body: bytes) -> Reply:
    return Reply(body, headers={"Content-Encoding": coding})


VILLAINS: Mapping[str, tuple[Reply | Script, str]] = {
    "/slow-headers": (slow_headers, "no whole response within 1.5 s"),
    "/header-flood": (header_flood, "its headers are larger than anybody needs"),
    "/hints": (early_hints, "its headers are larger than anybody needs"),
    "/brotli-bomb": (packed("br", brotli.compress(ZEROS, quality=1)), f"larger than {MOST_BYTES} bytes"),
    "/zstd-bomb": (packed("zstd", zstandard.compress(ZEROS)), f"larger than {MOST_BYTES} bytes"),
    "/deflate-bomb": (packed("deflate", zlib.compress(ZEROS)), f"larger than {MOST_BYTES} bytes"),
    **{f"/torn-{coding}": (packed(coding, pack(REPORT)[:-99]), "ended before") for coding, pack in PACKERS.items()},
    "/torn-chunk": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<p>only this"), "ended before"),
    "/no-end-of-chunks": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n"), "ended before"),
    "/bad-chunk": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<p>\r\n0\r\n\r\n"), "ended before"),
    "/stalled": (stall, "no whole response within 1.5 s"),
    "/bad-length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n<p>"), "a header makes no sense"),
    "/http-0.9": (raw(b"<html>\r\n<p>A page as in 1991."), "what came is no HTTP response"),
    "/one-line-of-http-0.9": (raw(b"<p>A page as in 1991."), "closed before the response was complete"),
    "/nothing": (raw(b""), "closed before the response was complete"),
}
"""What each path answers, and words of the line that the user reads."""


@pytest.mark.timeout(90)
def test_each_villain_gets_a_clear_line_and_the_others_get_their_crawl(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"timeout_s": 1.5, "max_body_bytes": MOST_BYTES, "concurrency_per_host": 8})
    with Server() as villain, Server() as good:
        for path, (reply, _) in VILLAINS.items():
            villain.script(path, reply)
        ran = desk.crawl(source_of(villain, [*VILLAINS], concurrency_per_host=8), source_of(good, ["/a", "/b"]))

    assert ran.end.finish_reason == "finished"
    assert {path for path, outcome in ran.outcomes().items() if outcome == "kept"} == {"/a", "/b"}
    wrong = {path: ran.detail(path) for path, (_, words) in VILLAINS.items() if words not in ran.detail(path)}
    assert not wrong


HARMLESS: Mapping[str, Reply | Script] = {
    "/length-too-small": raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n" + PAGE),
    "/no-type": raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE),
    "/wrong-type": Reply(PAGE, headers={"Content-Type": "application/octet-stream"}),
    "/http-1.0": raw(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE),
    **{f"/{coding}": packed(coding, pack(PAGE)) for coding, pack in PACKERS.items()},
    "/bare-deflate": packed("deflate", zlib.compress(PAGE, wbits=-15)),
    "/gzip-members": packed("gzip", gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
    "/gzip-and-more": packed("gzip", gzip.compress(PAGE) + b"\0\0"),
    "/unknown-coding": packed("aws-chunked", PAGE),
    "/twice-packed": Reply(gzip.compress(gzip.compress(PAGE)), headers={"Content-Encoding": "gzip, gzip"}),
}
"""Wrong, and nothing is lost by it: kept for the extraction to judge."""


def test_what_is_only_a_little_wrong_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with Server() as web:
        for path, reply in HARMLESS.items():
            web.script(path, reply)
        ran = desk.crawl(source_of(web, [*HARMLESS]))

    assert ran.outcomes() == dict.fromkeys(HARMLESS, "kept")
    with open_store(desk.database) as store:
        bodies = {
            row.final_url: read_body(tmp_path / "archive", row.pointer) for row in store.snapshots.pending(limit=99)
        }
    wrong = {url for url, body in bodies.items() if body != PAGE and not url.endswith("/length-too-small")}
    assert not wrong


def test_cookies_that_redirect_for_ever_end(tmp_path: Path) -> None:
    again = Reply(status=302, headers={"Location": "/wall", "Set-Cookie": "seen=1; Path=/"})
    with Server() as web:
        web.script("/wall", again)
        ran = Desk(tmp_path).crawl(source_of(web, ["/wall", "/fine"]))

    assert ran.outcomes() == {"/wall": "failed", "/fine": "kept"}
    assert "redirects in a circle" in ran.detail("/wall")
    assert not any("cookie" in asked.headers for asked in web.asked)


def test_a_proxy_of_the_environment_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy resolves names by itself, out of the address guard's sight."""
    with Server() as proxy, Server() as web:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.address}:{proxy.port}")
        ran = Desk(tmp_path).crawl(source_of(web, ["/a"]))

    assert ran.outcomes() == {"/a": "kept"}
    assert not proxy.asked


class Rebinding(CrawlProcess):
    """Resolves `rebind.example` to a public address when it is first asked, to a private one ever after."""

    MODULE = "tests.spiders.rebinding"


def test_a_name_that_changes_its_address_after_the_check_is_reached_at_the_checked_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"allow_private_addresses": False})
    with Server("127.0.0.2") as public, Server("127.0.0.3", port=public.port) as private:
        for web in (public, private):
            web.serve("/a", PAGE.decode())
            web.serve("/b", PAGE.decode())
        urls = tuple(f"http://rebind.example:{public.port}{path}" for path in ("/a", "/b"))
        plan = desk.plan(urls=urls)
        with Rebinding(plan) as process:
            ran = desk.ran(plan.crawl_id, list(process.events()))

    assert not private.asked
    assert ran.outcomes() == {"/a": "kept", "/b": "kept"}
