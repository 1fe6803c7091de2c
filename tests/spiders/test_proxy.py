"""The browser's proxy, spoken to by hand: which addresses it reaches, and how much it lets pass."""

from __future__ import annotations

import asyncio
import socket

import pytest

from spiders.proxy import LoopbackProxy
from spiders.resolver import Guard
from tests.servers import Reply, Server, endless, hang

MOST_BYTES = 100_000


def ask(request: str, *, allow_private: bool = True) -> bytes:
    """All that the proxy answers to what is sent."""

    async def run() -> bytes:
        guard = Guard(allow_private=allow_private)
        proxy = LoopbackProxy(guard, most_bytes=MOST_BYTES, timeout_s=1.0)
        await proxy.start()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(request.encode())
            answer = await asyncio.wait_for(reader.read(-1), 10)
            writer.close()
            return answer
        finally:
            proxy.close()
            await asyncio.sleep(0.01)

    return asyncio.run(run())


def test_a_plain_request_is_passed_on_without_what_is_between_the_browser_and_the_proxy() -> None:
    with Server() as web:
        web.serve("/a?b=1", "<p>text")
        answer = ask(
            f"GET {web.url('/a?b=1')} HTTP/1.1\r\nHost: {web.address}\r\nProxy-Connection: keep-alive\r\n"
            "Proxy-Authorization: Basic eA==\r\nX-Kept: yes\r\n\r\n"
        )
        (asked,) = web.requests("/a?b=1")

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"<p>text")
    assert b"\r\nConnection: close\r\n" in answer
    assert asked.headers["x-kept"] == "yes"
    assert not [name for name in asked.headers if name.startswith("proxy")]


def test_a_tunnel_carries_bytes_both_ways() -> None:
    with Server() as web:
        web.serve("/in", "tunnelled")
        inner = f"GET /in HTTP/1.1\r\nHost: {web.address}\r\nConnection: close\r\n\r\n"
        answer = ask(f"CONNECT {web.address}:{web.port} HTTP/1.1\r\nHost: x\r\n\r\n{inner}")

    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200")
    assert answer.endswith(b"tunnelled")


REFUSED = [
    "GET http://{host}:{port}/ HTTP/1.1",
    "CONNECT {host}:{port} HTTP/1.1",
    "GET http://2130706433:{port}/ HTTP/1.1",
    "CONNECT [::ffff:127.0.0.1]:{port} HTTP/1.1",
    "GET http://0x7f.1:{port}/ HTTP/1.1",
    "CONNECT localhost:{port} HTTP/1.1",
    "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1",
]


@pytest.mark.parametrize("line", REFUSED)
def test_a_private_address_is_refused_in_every_spelling_and_nothing_connects(line: str) -> None:
    with Server() as web:
        answer = ask(line.format(host=web.address, port=web.port) + "\r\n\r\n", allow_private=False)
        asked = web.paths()

    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert b"address refused" in answer
    assert not asked


ODD = {
    "GET / HTTP/1.1": b"400",
    "GET file:///etc/passwd HTTP/1.1": b"400",
    "GET ftp://127.0.0.1/x HTTP/1.1": b"400",
    "CONNECT nowhere HTTP/1.1": b"400",
    "CONNECT a:b:c HTTP/1.1": b"400",
    "GET http://[ HTTP/1.1": b"400",
    "": b"400",
    "GET http://no-such-host.invalid/ HTTP/1.1": b"502",
}


@pytest.mark.parametrize("line", ODD)
def test_what_is_no_request_for_a_page_is_answered_and_goes_nowhere(line: str) -> None:
    assert ask(f"{line}\r\n\r\n").split(b" ")[1] == ODD[line]


def test_a_port_where_nobody_answers_is_a_bad_gateway() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert ask(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 502")


def test_a_connection_that_brings_too_much_or_nothing_is_cut() -> None:
    with Server() as web:
        web.script("/endless", endless)
        web.script("/hang", hang)
        web.script("/large", Reply(b"x" * (MOST_BYTES * 2)))
        endless_bytes = ask(f"GET {web.url('/endless')} HTTP/1.1\r\n\r\n")
        large = ask(f"CONNECT {web.address}:{web.port} HTTP/1.1\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        nothing = ask(f"GET {web.url('/hang')} HTTP/1.1\r\n\r\n")

    assert MOST_BYTES / 2 < len(endless_bytes) < MOST_BYTES + 1_000
    assert len(large) < MOST_BYTES + 1_000
    assert nothing == b""
