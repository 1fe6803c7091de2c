"""What a shell is offered, asked as shells ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli.completion import SHELLS

SOURCES = """
[[source]]
name = "harbour-ledger"
homepage = "https://ledger.example/"
feeds = ["https://ledger.example/rss"]

[[source]]
name = "handelsbote"
homepage = "https://bote.example/"
feeds = ["https://bote.example/rss"]
tags = ["markets", "de"]
"""


def offered(typed: str, *, home: Path) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = typed.split(" ")
    asked = {"_COPYDESK_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    result = subprocess.run(
        [str(Path(sys.executable).with_name("copydesk"))],
        env=os.environ | asked,
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.partition(",")[2] for line in result.stdout.splitlines() if line]


def test_commands_are_completed(tmp_path: Path) -> None:
    assert offered("copydesk exp", home=tmp_path) == ["export"]


def test_options_are_completed(tmp_path: Path) -> None:
    assert "--without-paywalled" in offered("copydesk export --wi", home=tmp_path)


def test_names_of_sources_are_completed(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES)

    assert offered("copydesk articles --source ha", home=tmp_path) == ["harbour-ledger", "handelsbote"]
    assert offered("copydesk crawl harb", home=tmp_path) == ["harbour-ledger"]
    assert offered("copydesk sources pause handelsbote h", home=tmp_path) == []


def test_tags_are_completed(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES)

    assert offered("copydesk articles --tag ", home=tmp_path) == ["de", "markets"]


def test_a_broken_sources_file_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("[[source")

    assert offered("copydesk articles --source ha", home=tmp_path) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_its_script(shell: str, tmp_path: Path) -> None:
    copydesk = Path(sys.executable).with_name("copydesk")

    result = subprocess.run([copydesk, "completion", shell], capture_output=True, text=True, check=True)

    assert f"{shell}_complete" in result.stdout
