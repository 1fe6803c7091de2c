"""Certificates that do not prove whose the server is: nothing is asked of it, and the user is told why."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers import Server, fresh_address
from tests.spiders.certificates import Authority
from tests.spiders.crawls import Desk, source_of

Serve = Callable[[Authority, str], ssl.SSLContext]
NOT_PROVED = "TLS: certificate verify failed: it is expired, self-signed, or its authority is not known here"
VILLAINS: dict[str, tuple[Serve, str]] = {
    "expired": (
        lambda authority, address: authority.serve_as(address, last_at=datetime.now(UTC) - timedelta(hours=1)),
        NOT_PROVED,
    ),
    "self-signed": (lambda authority, address: authority.serve_self_signed(address), NOT_PROVED),
    "another host's": (
        lambda authority, address: authority.serve_as("127.0.0.99"),
        "TLS: the certificate is not for this host",
    ),
}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that crawl processes of the test trust."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trust))
    return authority


def test_a_certificate_of_an_authority_that_is_known_is_accepted(tmp_path: Path, authority: Authority) -> None:
    address = fresh_address()
    with Server(address, tls=authority.serve_as(address)) as web:
        ran = Desk(tmp_path).crawl(source_of(web, ["/a"]))

    assert ran.outcomes() == {"/a": "kept"}


@pytest.mark.parametrize("name", VILLAINS)
def test_a_certificate_that_proves_nothing_is_refused(tmp_path: Path, authority: Authority, name: str) -> None:
    serve, words = VILLAINS[name]
    address = fresh_address()
    with Server(address, tls=serve(authority, address)) as web:
        ran = Desk(tmp_path).crawl(source_of(web, ["/a"]))

    assert not web.asked
    (poll,) = ran.polls
    assert poll["outcome"] == "failed"
    assert str(poll["detail"]).startswith(words), poll["detail"]


def test_a_redirect_to_a_server_that_proves_nothing_is_lost(tmp_path: Path, authority: Authority) -> None:
    address = fresh_address()
    with Server(address, tls=authority.serve_self_signed(address)) as hidden, Server() as web:
        hidden.serve("/a", "<p>forged")
        web.serve("/a", status=302, Location=hidden.url("/a"))
        ran = Desk(tmp_path).crawl(source_of(web, ["/a", "/b"]))

    assert not hidden.asked
    assert ran.outcomes() == {"/a": "failed", "/b": "kept"}
    assert ran.detail("/a") == NOT_PROVED
