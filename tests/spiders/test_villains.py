"""Servers that are broken or hostile: each gets a clear line, and everybody else gets their crawl."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest

from spiders.process import CrawlProcess
from tests.servers import Exchange, Reply, Server, drip, endless, hang
from tests.spiders.crawls import Desk, source_of

MOST_BYTES = 200_000
BOMB = gzip.compress(b"\0" * 50_000_000)


def promise_more(exchange: Exchange) -> None:
    exchange.start(200, {"Content-Type": "text/html", "Content-Length": "5000"})
    exchange.wfile.write(b"<p>only this")


def hang_up(exchange: Exchange) -> None:
    exchange.connection.shutdown(socket.SHUT_RDWR)


def no_http(exchange: Exchange) -> None:
    exchange.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


VILLAINS = {
    "/circle": (Reply(status=302, headers={"Location": "/circle"}), "redirects in a circle"),
    "/chain0": (Reply(status=302, headers={"Location": "/chain1"}), "redirects more than 10 times"),
    "/disk": (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "redirects to file:///etc/passwd: only"),
    "/script": (Reply(status=302, headers={"Location": "javascript:alert(1)"}), "only http and https are followed"),
    "/nowhere": (Reply(status=302, headers={"Location": "http://["}), "redirects to what is no URL"),
    "/large": (Reply(b"x" * (MOST_BYTES + 1)), f"larger than {MOST_BYTES} bytes"),
    "/endless": (endless, f"larger than {MOST_BYTES} bytes"),
    "/bomb": (Reply(BOMB, headers={"Content-Encoding": "gzip"}), f"larger than {MOST_BYTES} bytes"),
    "/drip": (drip(b"x", every_s=0.2), "no whole response within 1.5 s"),
    "/hang": (hang, "no whole response within 1.5 s"),
    "/short": (promise_more, "the response ended before all that it promised had come"),
    "/hang-up": (hang_up, "the connection was closed before the response was complete"),
    "/ssh": (no_http, "what came is no HTTP response"),
    "/not-gzip": (Reply(b"<p>plain", headers={"Content-Encoding": "gzip"}), "not compressed as its Content-Encoding"),
    "/error": (Reply(b"oops", 500), "HTTP 500 Internal Server Error"),
    "/denied": (Reply(b"no", 403), "HTTP 403 Forbidden"),
}
"""What each path of one server answers, and what the report says of it."""
REFUSED = ("/disk", "/script")
FOR_EVER = ("/large", "/endless", "/bomb")


@pytest.mark.timeout(60)
def test_each_villain_gets_a_clear_line_and_the_others_get_their_crawl(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"timeout_s": 1.5, "max_body_bytes": MOST_BYTES, "concurrency_per_host": 8})
    with Server() as villain, Server() as good:
        for path, (reply, _) in VILLAINS.items():
            villain.script(path, reply)
        for number in range(1, 13):
            villain.script(f"/chain{number}", Reply(status=302, headers={"Location": f"/chain{number + 1}"}))
        villain.serve("/fine", "<p>among thieves")
        hostile = source_of(villain, [*VILLAINS, "/fine"], concurrency_per_host=8)
        ran = desk.crawl(hostile, source_of(good, ["/a", "/b"]))
        villain.forget()
        again = desk.crawl(hostile, clock_offset_s=40 * 86_400.0)

    outcomes = ran.outcomes()
    assert ran.end.finish_reason == "finished"
    assert {path for path, outcome in outcomes.items() if outcome == "kept"} == {"/fine", "/a", "/b"}
    assert {path for path, outcome in outcomes.items() if outcome == "refused"} == set(REFUSED)
    wrong = {path: ran.detail(path) for path, (_, words) in VILLAINS.items() if words not in ran.detail(path)}
    assert not wrong
    assert all(ran.detail(path) for path in VILLAINS)
    assert (ran.end.failed, ran.end.waiting) == (len(VILLAINS), 0)
    assert not {"/" + str(row["url"]).rpartition("/")[2] for row in again.fetches} & {*FOR_EVER, *REFUSED}
    assert {"/error", "/denied", "/hang"} <= set(villain.paths())


@pytest.mark.timeout(60)
def test_a_host_that_does_not_answer_is_given_up_and_its_pages_wait(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"timeout_s": 1.0})
    with Server() as feeds:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
        paths = [f"{dead}/{number}" for number in range(9)]
        ran = desk.crawl(source_of(feeds, [*paths, "http://no-such-host.invalid/a", "/fine"]))

    words = {str(row["detail"]) for row in ran.fetches if str(row["url"]).startswith(dead)}
    assert words == {"connection refused"}
    assert len(ran.fetches) < len(paths)
    assert any("did not answer 3 times in a row (connection refused)" in line for line in ran.troubles)
    assert ran.outcomes()["/fine"] == "kept"
    assert ran.detail("no-such-host.invalid/a") == "no such host: the name does not resolve (DNS)"


ADDRESSES = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"]


def test_no_spelling_of_a_private_address_is_connected_to(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"allow_private_addresses": False})
    with Server("127.0.0.1") as web:
        urls = tuple(f"http://{address}:{web.port}/{number}" for number, address in enumerate(ADDRESSES))
        ran = desk.crawl(urls=urls)
        feed = desk.crawl(source_of(web, ["/a"]))

    assert not web.asked
    assert {row["outcome"] for row in ran.fetches} == {"refused"}
    assert all("address refused: " in str(row["detail"]) for row in ran.fetches), ran.fetches
    assert [row["outcome"] for row in feed.polls] == ["refused"]


class PublicLoopback(CrawlProcess):
    """Takes 127.0.0.2 for a public address, so that a public server can redirect to a private one."""

    MODULE = "tests.spiders.public_loopback"


def test_a_public_server_cannot_redirect_to_a_private_address(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"allow_private_addresses": False})
    with Server("127.0.0.2") as public, Server() as private:
        private.serve("/secret", "passwords")
        public.serve("/page", "<p>hello")
        public.script("/trap", Reply(status=302, headers={"Location": private.url("/secret")}))
        plan = desk.plan(urls=(public.url("/page"), public.url("/trap")))
        with PublicLoopback(plan) as process:
            ran = desk.ran(plan.crawl_id, list(process.events()))

    assert ran.outcomes() == {"/page": "kept", "/trap": "refused"}
    assert f"{private.address} is a loopback address" in ran.detail("/trap")
    assert not private.asked
