"""The server's HTTP, below what urllib shows."""

from __future__ import annotations

import http.client
import re
import socket
from urllib.parse import urlsplit

from spiders.rehearsal import RehearsalWeb


def place_of(web: RehearsalWeb) -> tuple[str, int]:
    parts = urlsplit(web.url_of("harbour-ledger", "/"))
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def raw(web: RehearsalWeb, request: bytes) -> bytes:
    with socket.create_connection(place_of(web), timeout=5) as connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65_536):
            received += part
        return received


def test_one_connection_serves_many_requests(web: RehearsalWeb) -> None:
    connection = http.client.HTTPConnection(*place_of(web), timeout=5)
    sizes = []
    for path in ("/", "/feed/", "/about", "/robots.txt"):
        connection.request("GET", path)
        with connection.getresponse() as response:
            sizes.append((response.status, int(response.headers["content-length"]) == len(response.read())))
    connection.request("HEAD", "/")
    with connection.getresponse() as response:
        assert (response.status, response.read()) == (200, b"")
    connection.close()

    assert sizes == [(200, True)] * 4
    assert [request.method for request in web.log] == ["GET"] * 4 + ["HEAD"]
    assert {request.address for request in web.log} == {"127.0.1.11"}


def test_requests_that_are_sent_at_once_are_answered_in_order(web: RehearsalWeb) -> None:
    answered = raw(
        web, b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    assert re.findall(rb"HTTP/1\.1 (\d+) ", answered) == [b"200", b"404"]


def test_what_is_no_request_is_refused_and_the_connection_ends(web: RehearsalWeb) -> None:
    assert raw(web, b"hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert raw(web, b"POST /consent HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 405 ")


def test_a_head_without_end_is_cut_off(web: RehearsalWeb) -> None:
    try:
        answered = raw(web, b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000)
    except ConnectionResetError:
        answered = b""

    assert answered == b""
