"""`copydesk health`, as people and cron call it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.certificates import certificate_until
from flows.cli import cli
from flows.config import load_settings
from storage.records import PollOutcome
from storage.store import open_store
from tests.flows.hooks import Hook
from tests.flows.months import DAY, HOUR, Desk, Publication, daily
from tests.servers import Server

KEYS = ["source", "state", "cause", "since", "evidence"]
"""Of the JSON contract."""


def health(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["health", *args, "--home", str(home)], prog_name="copydesk")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two publications, looked at until now: one is well, one is behind a wall since this morning."""
    papers = [Publication(name=name, plan=daily) for name in ("ledger", "courier")]
    tables = (f'[[source]]\nname = "{each.name}"\nfeeds = ["{each.feed}"]\n' for each in papers)
    (tmp_path / "sources.toml").write_text("\n".join(tables), encoding="utf-8")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with open_store(load_settings(tmp_path).desk.database) as store:
        desk = Desk(store, papers, start=hour - 35 * DAY - 4 * HOUR)
        desk.live(35 * DAY, every=3 * HOUR)
        papers[1].feed_failure = (PollOutcome.FAILED, 403, "HTTP 403 Forbidden")
        desk.live(4 * HOUR, every=HOUR)
    return tmp_path


def test_each_source_is_a_line_of_the_contract_and_cron_sees_that_one_is_sick(home: Path) -> None:
    result = health(home)

    rows = {row["source"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert all(set(KEYS) <= row.keys() for row in rows.values())
    assert rows["ledger"]["state"] in ("healthy", "quiet")
    assert (rows["courier"]["state"], rows["courier"]["cause"]) == ("sick", "forbidden")
    assert "HTTP 403 Forbidden" in rows["courier"]["evidence"]
    assert datetime.fromisoformat(rows["courier"]["since"]) > datetime.now(UTC) - timedelta(hours=5)
    assert result.exit_code == 1


def test_one_source_alone_is_asked_for_by_name(home: Path) -> None:
    well, sick = health(home, "--source", "ledger"), health(home, "--source", "courier")

    assert (well.exit_code, sick.exit_code) == (0, 1)
    assert json.loads(well.stdout)["source"] == "ledger"


def test_on_a_terminal_it_says_what_to_do(home: Path) -> None:
    result = health(home, "--format", "table")

    assert "forbidden" in result.stdout
    assert "courier: the publisher turns machines away" in result.stderr


def test_a_name_that_is_not_followed_is_an_error_of_one_line(home: Path) -> None:
    result = health(home, "--source", "courrier")

    assert result.exit_code == 1
    assert result.stderr == 'copydesk: courrier: no such source is stored; did you mean "courier"?\n'


def test_what_changed_is_told_once_over_many_calls(home: Path) -> None:
    with Hook() as hook:
        (home / "news.toml").write_text(f'[alerts]\nurls = ["{hook.url}"]\n', encoding="utf-8")
        hook.status = 500
        failed = health(home)
        hook.status = 200
        for _ in range(3):
            health(home)

    (line,) = failed.stderr.splitlines()
    assert line.startswith("WARNING flows.alerts alert not delivered (tried again with the next check) address=json://")
    assert "s3cret" not in line
    assert hook.titles == ["Copydesk: courier is sick: machines are turned away (403)"]


def test_a_test_alert_says_which_addresses_work(home: Path) -> None:
    with Hook() as hook, Hook() as broken:
        broken.status = 404
        (home / "news.toml").write_text(f'[alerts]\nurls = ["{hook.url}", "{broken.url}"]\n', encoding="utf-8")
        result = health(home, "--test-alert")

    assert [json.loads(line)["state"] for line in result.stdout.splitlines()] == ["delivered", "failed"]
    assert result.exit_code == 1
    assert hook.titles == ["Copydesk: this is a test"]


def test_a_test_alert_without_an_address_says_where_to_name_one(home: Path) -> None:
    result = health(home, "--test-alert")

    assert result.exit_code == 1
    assert result.stderr == 'copydesk: news.toml: no address to tell: set urls = ["…"] under [alerts]\n'


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[Server]:
    """A server whose certificate ran out an hour ago."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    until = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=90))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "expired.pem"
    kind = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(key.private_bytes(*kind) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Server("127.0.0.1", tls=context) as server:
        yield server


def test_a_servers_certificate_says_until_when_it_was_good(expired: Server) -> None:
    until = certificate_until(expired.url("/rss"))

    assert until is not None
    assert timedelta(minutes=59) < datetime.now(UTC) - until < timedelta(minutes=70)


def test_where_nobody_answers_nothing_is_known_of_the_certificate() -> None:
    assert certificate_until("https://127.0.0.1:9/rss") is None
    assert certificate_until("http://127.0.0.1/rss") is None
