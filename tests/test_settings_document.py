"""docs/settings.md and the program have the same keys, with the same defaults, and the examples are valid."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import config
from flows.config import NEWS, SOURCE, load_sources

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"
TEMPLATE = Path(config.__file__).parent / "templates" / "news.toml"
ROW = re.compile(r"^\| `(\w+)` \| `(.+?)` \|", re.MULTILINE)


def section(heading: str) -> list[tuple[str, str]]:
    """Key and value of the table under a heading."""
    text = DOCUMENT.read_text(encoding="utf-8")
    body = re.split(r"^#+ ", text.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return ROW.findall(body)


def documented() -> Iterator[tuple[str, str, str]]:
    for heading in re.findall(r"^### \[(\w+)\]$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE):
        yield from ((heading, key, value) for key, value in section(f"[{heading}]"))


def defaults() -> dict[str, dict[str, Any]]:
    """The template with its comments taken away: tests/flows/test_cli.py sees that it has the program's defaults."""
    lines = TEMPLATE.read_text(encoding="utf-8").split("\n")
    return tomllib.loads("\n".join(line.removeprefix("# ") if " = " in line else line for line in lines))


def test_every_key_of_news_toml_is_there_in_order_with_its_default() -> None:
    known = [(name, key, defaults()[name][key]) for name in NEWS for key in NEWS[name]]

    assert [(name, key, tomllib.loads(f"x = {value}")["x"]) for name, key, value in documented()] == known


def test_every_key_of_a_source_is_there_in_order() -> None:
    assert [key for key, _ in section("sources.toml")] == list(SOURCE)


@pytest.mark.parametrize(("key", "example"), section("sources.toml"))
def test_each_example_is_valid(tmp_path: Path, key: str, example: str) -> None:
    lines = {"name": '"a"', "feeds": '["https://a.example/rss"]', key: example}
    if key == "spider":
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / "x.py").write_text("", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(
        "[[source]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items()), encoding="utf-8"
    )

    (source,) = load_sources(tmp_path)
    read, wanted = getattr(source, key), tomllib.loads(f"x = {example}")["x"]
    assert key == "spider" or read == (tuple(wanted) if isinstance(wanted, list) else wanted)
