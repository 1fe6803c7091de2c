"""`copydesk web` as a person types it."""

from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.edits import set_news_key
from storage.web.passwords import check_password

PASSWORD = "slate and copper"


def web(home: Path, *args: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["web", "--home", str(home), *args], input=typed, prog_name="copydesk")


def test_a_password_is_kept_as_a_hash_beside_what_was_written_by_hand(tmp_path: Path) -> None:
    news = tmp_path / "news.toml"
    news.write_text('# mine\n[web]\naddress = "127.0.0.1:9000"  # here\n', encoding="utf-8")

    result = web(tmp_path, "--set-password", typed=f"{PASSWORD}\n{PASSWORD}\n")

    text = news.read_text(encoding="utf-8")
    assert result.exit_code == 0, result.output
    assert text.startswith('# mine\n[web]\naddress = "127.0.0.1:9000"  # here\n')
    assert PASSWORD not in text
    assert check_password(PASSWORD, tomllib.loads(text)["web"]["password_hash"])
    assert [path.name for path in tmp_path.iterdir()] == ["news.toml"]


@pytest.mark.parametrize("before", [None, "", '[web]\n# password_hash = ""\n', '[desk]\ndata = "d"\n'])
def test_a_key_is_set_in_any_file(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "news.toml"
    if before is not None:
        path.write_text(before, encoding="utf-8")

    set_news_key(path, "web", "password_hash", "x")

    assert tomllib.loads(path.read_text(encoding="utf-8"))["web"]["password_hash"] == "x"


def test_nobody_else_is_let_in_without_a_password(tmp_path: Path) -> None:
    result = web(tmp_path, "--address", "0.0.0.0:0")

    assert result.exit_code == 1
    assert "a password is needed: `copydesk web --set-password`" in result.output


def test_a_hash_that_is_none_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "news.toml").write_text('[web]\npassword_hash = "slate"\n', encoding="utf-8")

    result = web(tmp_path)

    assert result.exit_code == 1
    assert "web.password_hash: is no hash; `copydesk web --set-password` writes one" in result.output


def test_an_address_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = web(tmp_path, "--address", address)

    assert result.exit_code == 1
    assert f"copydesk: {address}: cannot be listened on" in result.output


def test_what_is_no_address_is_wrong_usage(tmp_path: Path) -> None:
    assert web(tmp_path, "--address", "8001").exit_code == 2
