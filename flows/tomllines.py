"""On which line a key of a TOML text stands: the standard library's reader does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
"""`("crawl", "delay_s")`; in arrays of tables with the table's index: `("source", 0, "feeds")`."""

HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
PAIR = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
TOKEN = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*|[\[\]{}]''', re.DOTALL
)
"""What counts when looking for a value's end: strings and comments whole, brackets one by one."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every table header and key of a valid TOML text.

    Inside of inline tables nothing is looked for; ask with `line_of`, which falls back to the nearest parent.
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, statement in _statements(text):
        if header := HEADER.match(statement.splitlines()[0]):
            table = _key(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, number)
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif pair := PAIR.match(statement):
            path = (*table, *_key(pair[1]))
            found.setdefault(path, number)
            for line, value in _strings(statement[pair.end() :], number + statement[: pair.end()].count("\n")):
                found.setdefault((*path, value), line)
    return found


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int:
    """The line of a key, or of the nearest thing around it; 1 where there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and `key = value` pairs, values over several lines whole, each with the number of its first line."""
    lines = text.splitlines(keepends=True)
    number = 0
    while number < len(lines):
        first, statement = number, lines[number]
        number += 1
        if not statement.strip() or statement.lstrip().startswith("#"):
            continue
        while not HEADER.match(statement) and _is_open(statement) and number < len(lines):
            statement += lines[number]
            number += 1
        yield first + 1, statement


def _is_open(statement: str) -> bool:
    """Whether a bracket or a multi-line string is not closed yet."""
    depth = sum({"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0) for token in TOKEN.findall(statement))
    rest = TOKEN.sub("", statement)
    return depth > 0 or '"""' in rest or "'''" in rest


def _strings(value: str, number: int) -> Iterator[tuple[int, str]]:
    """The strings of an array, so that a bad one is named with its own line."""
    for match in TOKEN.finditer(value):
        if match[0][0] in "\"'":
            yield number + value[: match.start()].count("\n"), match[0].strip("\"'")


def _key(text: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in KEY_PART.findall(text))
