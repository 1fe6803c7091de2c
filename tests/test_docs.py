"""Commands and documents say the same: each command is documented, and each documented command exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from copydesk.health.history import Cause
from flows.cli import cli

ROOT = Path(__file__).parents[1]
DESIGN = ROOT / "docs" / "design.md"
USER_DOCUMENTS = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").glob("*.md") if path != DESIGN)]
"""What a user types from. docs/design.md also names commands of later versions."""
TYPED = re.compile(r"(?:^\s*(?:\$ )?|`)(?:\.venv/bin/)?copydesk ([^`#\n]+)", re.MULTILINE)
PLACES = re.compile(r"`([\w/]+\.py)` \(((?:`\w+`(?:, )?)+)\)")
QUOTED = re.compile(r"`(\w+)`")
KEYS = re.compile(r"`(desk|crawl|matching|extract|bulk|schedule|web|retention|alerts)\.(\w+)\b(?!\()")
PLACEHOLDERS = re.compile(r"[\[\]|]|\.\.\.|…")


def commands(group: click.Group = cli, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")


def typed(path: Path) -> list[str]:
    return [match[1].strip() for match in TYPED.finditer(path.read_text(encoding="utf-8"))]


def resolve(words: list[str]) -> click.Command:
    """The command that words name; raises LookupError where there is none."""
    command: click.Command = cli
    for word in words:
        if not isinstance(command, click.Group):
            break
        if word.startswith("-"):
            break
        found = command.get_command(click.Context(command), word)
        if found is None:
            raise LookupError(word)
        command = found
    return command


@pytest.mark.parametrize("path", USER_DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_tells_to_type_exists_with_its_options(path: Path) -> None:
    wrong = []
    for line in typed(path):
        words = shlex.split(PLACEHOLDERS.sub(" ", line))
        try:
            command = resolve(words)
        except LookupError as error:
            wrong.append(f"copydesk {line}: no command {error}")
            continue
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        known |= {"-h", "--help", "--version"}
        wrong += [f"copydesk {line}: no option {word}" for word in words if word.startswith("--") and word not in known]

    assert not wrong


def test_every_command_is_in_a_document() -> None:
    documented = "\n".join(line for path in USER_DOCUMENTS for line in typed(path))
    names = [name for name, command in commands() if not isinstance(command, click.Group)]

    missing = [name for name in names if not re.search(rf"^{name}\b", documented, re.MULTILINE)]

    assert not missing


def test_whatever_an_alert_may_say_operations_say_what_to_do() -> None:
    rows = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").splitlines()
    told = {name for row in rows if row.startswith("| `") for name in QUOTED.findall(row.split("|")[1])}

    assert set(Cause) - {Cause.NONE} <= told


def test_every_option_is_in_the_list_of_commands() -> None:
    listed = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    options = {option for _, command in commands() for each in command.params for option in each.opts}

    assert not [option for option in sorted(options) if option.startswith("--") and option not in listed]


@pytest.mark.parametrize("path", [*USER_DOCUMENTS, DESIGN], ids=lambda path: path.name)
def test_what_a_document_says_is_set_somewhere_is_set_there(path: Path) -> None:
    """Constants and functions as `file.py` (`NAME`, `NAME`), keys of news.toml as `crawl.key`."""
    text = path.read_text(encoding="utf-8")
    wrong = []
    for file, names in PLACES.findall(text):
        code = (ROOT / file).read_text(encoding="utf-8")
        wrong += [
            f"{file} {name}"
            for name in QUOTED.findall(names)
            if not re.search(rf"^(?:\s*(?:async )?def |class )?{name}\b", code, re.M)
        ]
    keys = (ROOT / "flows" / "templates" / "news.toml").read_text(encoding="utf-8")
    for table, key in KEYS.findall(text):
        section = keys.partition(f"[{table}]")[2].partition("\n[")[0]
        if not re.search(rf"^(?:# )?{key} =", section, re.M):
            wrong.append(f"news.toml {table}.{key}")
    assert not wrong
