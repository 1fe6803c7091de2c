"""sources.toml, changed: what a person wrote stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.errors import ConfigError, CopydeskError
from copydesk.model import Source
from flows.cli.init import write_starters
from flows.config import load_sources
from flows.sourcesfile import add_sources, set_enabled

BY_HAND = """# mine

[[source]]   # the first
name = "ledger"  # why not
feeds = [
  "https://ledger.example/rss",  # slow
]
# about the ledger

# Ports -------

[[source]]
feeds = ['https://courier.example/rss']
name = "courier"
enabled = true  # for now"""
NEW = Source(name="assay", homepage="https://assay.example/", feeds=('https://assay.example/rss?a="b"',), tags=("x",))


def write(home: Path, text: str = BY_HAND) -> Path:
    path = home / "sources.toml"
    path.write_text(text)
    return path


def test_a_source_is_added_at_the_end_and_not_a_byte_before_it_changes(tmp_path: Path) -> None:
    path = write(tmp_path)
    add_sources(tmp_path, [NEW])

    assert path.read_text().startswith(BY_HAND + "\n\n[[source]]\n")
    assert load_sources(tmp_path)[2] == NEW


def test_the_first_source_makes_the_file(tmp_path: Path) -> None:
    add_sources(tmp_path / "new", [NEW])

    assert load_sources(tmp_path / "new") == (NEW,)


def test_sources_in_an_inline_list_get_one_more(tmp_path: Path) -> None:
    write(tmp_path, 'source = [{name = "ledger", feeds = ["https://ledger.example/rss"]}]\n')
    add_sources(tmp_path, [NEW])
    set_enabled(tmp_path, "ledger", False)

    assert [(source.name, source.enabled) for source in load_sources(tmp_path)] == [("ledger", False), ("assay", True)]


def test_a_paused_source_is_resumed_to_the_very_file_that_was(tmp_path: Path) -> None:
    write_starters(tmp_path, ["sources.toml"], contact="")
    path = tmp_path / "sources.toml"
    before = path.read_text()

    assert set_enabled(tmp_path, "rte-business", False)
    assert not set_enabled(tmp_path, "rte-business", False)
    paused = [source.name for source in load_sources(tmp_path) if not source.enabled]
    added = [line for line in path.read_text().splitlines() if line not in before.splitlines()]
    assert (paused, added) == (["rte-business"], ["enabled = false"])

    assert set_enabled(tmp_path, "rte-business", True)
    assert path.read_text() == before


def test_a_switch_that_stands_there_is_turned_in_its_place_with_its_comment(tmp_path: Path) -> None:
    path = write(tmp_path)
    set_enabled(tmp_path, "courier", False)

    assert path.read_text() == BY_HAND.replace("enabled = true  # for now", "enabled = false  # for now")


def test_an_unknown_name_is_told_the_nearest(tmp_path: Path) -> None:
    write(tmp_path)

    with pytest.raises(CopydeskError, match='did you mean "courier"'):
        set_enabled(tmp_path, "curier", False)


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text(BY_HAND)
    real.chmod(0o640)
    (tmp_path / "sources.toml").symlink_to(real)
    add_sources(tmp_path, [NEW])

    assert (tmp_path / "sources.toml").is_symlink()
    assert "assay" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="cannot be written"):
        add_sources(tmp_path / "file" / "inner", [NEW])
