"""sources.toml, changed by commands: comments, order and every other byte stay as they are."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array

from copydesk.errors import ConfigError, CopydeskError
from copydesk.model import Source
from copydesk.nearest import nearest_name
from flows.config import SOURCES_FILE
from flows.tomllines import key_lines

HEAD = "# What Copydesk follows: one [[source]] a publication. `copydesk init` writes a list to begin with.\n"
KEYS = (
    *(
        "name",
        "homepage",
        "feeds",
        "sitemaps",
        "sections",
        "schedule",
        "cron",
        "include",
        "exclude",
        "language",
        "tags",
    ),
    *("render", "spider"),
)
"""Of a new table, in this order; empty ones are left out."""


def table_text(source: Source) -> str:
    """Return a source as a table of sources.toml."""
    document = tomlkit.document()
    tables = tomlkit.aot()
    table = tomlkit.table()
    for key in KEYS:
        value = getattr(source, key)
        if value:
            table.add(key, list(value) if isinstance(value, tuple) else value)
    tables.append(table)
    document.add("source", tables)
    return tomlkit.dumps(document)


def add_sources(home: Path, sources: Sequence[Source]) -> Path:
    """Add tables at the end of sources.toml, which is made where there is none; its path.

    Raises:
        ConfigError: the file cannot be written, or lists its sources in a way that has no end to add to.
    """
    path = home / SOURCES_FILE
    text = path.read_text(encoding="utf-8") if path.exists() else HEAD
    document = tomlkit.parse(text)
    listed = document.get("source")
    if listed is not None and not isinstance(listed, AoT | Array):
        raise ConfigError(str(path), "source: expected tables headed [[source]], with two brackets")
    if isinstance(listed, Array):
        for source in sources:
            listed.append(tomllib.loads(table_text(source))["source"][0])
        new = tomlkit.dumps(document)
    else:
        new = text if text.endswith("\n") else f"{text}\n"
        new += "".join(f"\n{table_text(source)}" for source in sources)
    expected = [*_tables(text), *(tomllib.loads(table_text(source))["source"][0] for source in sources)]
    _write(path, new, expected)
    return path


def set_enabled(home: Path, name: str, enabled: bool) -> bool:
    """Pause or resume a source in sources.toml. False: it was so already.

    Raises:
        CopydeskError: no such source is followed.
        ConfigError: the file cannot be written.
    """
    path = home / SOURCES_FILE
    text = path.read_text(encoding="utf-8")
    tables = _tables(text)
    names = [str(table.get("name", "")) for table in tables]
    if name not in names:
        raise CopydeskError(name, f"no such source in {SOURCES_FILE}{nearest_name(name, names)}")
    index = names.index(name)
    if tables[index].get("enabled", True) is enabled:
        return False
    document = tomlkit.parse(text)
    table = document["source"][index]
    line = key_lines(text).get(("source", index, "name"))
    if enabled:
        table.remove("enabled")
        new = tomlkit.dumps(document)
    elif "enabled" in tables[index] or line is None:
        table["enabled"] = False
        new = tomlkit.dumps(document)
    else:  # tomlkit would put it below the comments that follow the table, which head the next one
        lines = text.splitlines(keepends=True)
        new = "".join([*lines[:line], "enabled = false\n", *lines[line:]])
    changed = dict(tables[index])
    changed.pop("enabled", None)
    tables[index] = changed if enabled else changed | {"enabled": False}
    _write(path, new, tables)
    return True


def _tables(text: str) -> list[dict[str, Any]]:
    return list(tomllib.loads(text).get("source", []))


def _write(path: Path, text: str, expected: Sequence[Mapping[str, Any]]) -> None:
    """Replace the file whole, or leave it as it was. What it then says is compared with what it is to say."""
    said = _tables(text)
    assert said == list(expected), f"{path} would say something else"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        target = path.resolve()  # a link stays one
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(mode)
        Path(file.name).replace(target)
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written ({error.strerror or error})") from error
