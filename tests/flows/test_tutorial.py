"""docs/tutorial.md, typed line by line; the rehearsal web stands for the real one."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from spiders.rehearsal.web import RehearsalWeb

DOCUMENT = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
READ = "https://news.example/business"
SICK_IS_NO_FAILURE = ("health",)
"""`health` says with its exit code how the sources are."""


def typed() -> list[str]:
    return [line for block in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")) for line in block.splitlines()]


def test_the_tutorial_works_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPYDESK_CRAWL_DELAY_S", "0")
    monkeypatch.setenv("COPYDESK_CRAWL_ALLOW_PRIVATE_ADDRESSES", "true")
    told: dict[str, str] = {}
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as web:
        for line in typed():
            words = shlex.split(line.replace(READ, web.url_of("morning-assay", "/")))
            result = CliRunner().invoke(cli, words[1:], prog_name=words[0])
            assert result.exit_code in ((0, 1) if words[1] in SICK_IS_NO_FAILURE else (0,)), f"{line}\n{result.output}"
            told[" ".join(words[1:3])] = result.stdout

    assert len(told) >= 12
    assert '"source": "example"' in told["articles --limit"]
    assert (tmp_path / "articles.jsonl").stat().st_size > 1_000
    assert (tmp_path / "uk.csv").read_text("utf-8-sig").count("example") >= 1
    assert (tmp_path / "backup-of-today" / "news.toml").exists()
