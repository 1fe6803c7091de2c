"""What a key of news.toml or sources.toml may hold: how a value is read, and what is expected where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from copydesk.urls import check_pattern
from flows.engines import parse_where
from flows.schedules import check_cron, parse_every
from storage.address import is_postgres
from storage.places import is_sound


class UnexpectedError(ValueError):
    """A value is not what its key may hold; the text is the whole complaint about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of value."""

    expected: str
    """Completes "expected …"."""
    read: Callable[[object], object]
    """Returns the value for the settings; raises TypeError or ValueError where it is not of this kind."""
    is_text: bool = False
    """True: an environment variable holds it as it stands; False: as TOML would write it."""
    is_list: bool = False
    """True: an environment variable may also hold it with commas alone."""

    def check(self, raw: object) -> object:
        """Return the value as settings hold it.

        Raises:
            UnexpectedError: it is not of this kind.
        """
        try:
            return self.read(raw)
        except UnexpectedError:
            raise
        except (TypeError, ValueError) as error:
            raise UnexpectedError(f"expected {self.expected}, found {_shown(raw)}") from error


def number(*, least: float = 0, above: float | None = None) -> Kind:
    """A number, whole or not."""

    def read(raw: object) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not raw < float("inf"):
            raise TypeError
        if raw < least or (above is not None and raw <= above):
            raise ValueError
        return raw

    limits = f"above {above:g}" if above is not None else f"of {least:g} or more"
    return Kind(expected=f"a number {limits}", read=read)


def whole(*, least: int = 0) -> Kind:
    """A whole number."""

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise TypeError
        if raw < least:
            raise ValueError
        return raw

    return Kind(expected=f"a whole number of {least} or more", read=read)


def text(expected: str = "a text in quotes", accepts: Callable[[str], object] | None = None) -> Kind:
    """A string for which `accepts` gives something true (anything, without it)."""

    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise TypeError
        if accepts is not None and not accepts(raw):
            raise ValueError
        return raw

    return Kind(expected=expected, read=read, is_text=True)


def checked_text(check: Callable[[str], object]) -> Kind:
    """A string that `check` accepts; its ValueError says what was expected."""

    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise TypeError
        try:
            check(raw)
        except ValueError as error:
            raise UnexpectedError(str(error)) from error
        return raw

    return Kind(expected="a text in quotes", read=read, is_text=True)


def choice(*values: str) -> Kind:
    """One of a few strings."""
    return text(" or ".join(f'"{value}"' for value in values), lambda raw: raw in values)


def listed(element: Kind) -> Kind:
    """A list of values of one kind, as a tuple. A single value is a mistake that people make, so it is named."""

    def read(raw: object) -> tuple[object, ...]:
        if not isinstance(raw, list):
            raise TypeError
        return tuple(element.check(value) for value in raw)

    return Kind(expected=f"a list, each {element.expected}", read=read, is_list=True)


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def is_url(raw: str) -> bool:
    """Whether a text is an absolute http or https URL with a host."""
    try:
        parts = urlsplit(raw)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port_is_fine and not re.search(r"\s", raw)


def _is_address(raw: str) -> bool:
    """`127.0.0.1:8001`, `[::1]:8001`, `localhost:8001`; port 0 is any free one."""
    host, colon, port = raw.rpartition(":")
    return bool(colon and host and port.isascii() and port.isdigit() and int(port) < 65536)


def _is_timezone(raw: str) -> bool:
    if raw == "UTC":  # known even where the system brings no time zones
        return True
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(raw)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _shown(raw: object) -> str:
    """A value as a TOML file shows it, shortened."""
    if isinstance(raw, str):
        return f'"{raw[:80]}{"…" if len(raw) > 80 else ""}"'
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, int | float):
        return str(raw)
    return "a list" if isinstance(raw, list) else "a table" if isinstance(raw, dict) else str(raw)


def _selector(raw: str) -> None:
    """Raises ValueError where a CSS selector, or an XPath (it begins with `/` or `.//`), cannot be read."""
    import cssselect
    from lxml import etree

    try:
        if raw.startswith(("/", ".//")):
            etree.XPath(raw)
        else:
            cssselect.parse(raw)
    except (cssselect.SelectorError, etree.XPathError) as error:
        raise ValueError(f'expected a CSS selector or an XPath, found "{raw}" ({error})') from error


BOOLEAN = Kind(expected="true or false", read=_boolean)
TEXT = text()
URL = text("an http or https URL", is_url)
NAME = text("a name of a-z, 0-9 and -", re.compile(r"[a-z0-9]+(-[a-z0-9]+)*").fullmatch)
LANGUAGE = text('a language tag such as "en" or "pt-BR"', re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*").fullmatch)
ADDRESS = text('an address and a port such as "127.0.0.1:8001"', _is_address)
TIMEZONE = text('a time zone such as "UTC" or "Europe/Berlin"', _is_timezone)
RETENTION = text(
    '"keep", "90 days" or "50 GB"', re.compile(r"keep|[1-9]\d* (days?|weeks?|months?|years?)|[1-9]\d* [MGT]B").fullmatch
)
DATABASE = text(
    'the path of an SQLite file, or "postgresql://USER@HOST/NAME"',
    lambda raw: raw and ("://" not in raw or is_postgres(raw)),
)
ARCHIVE = text(
    'a path, or a URL such as "s3://bucket/folder" without credentials, which come from the environment',
    is_sound,
)
PATH = text("a path", str.strip)
CONTACT = text("an e-mail address or a URL on one line", lambda raw: not re.search(r"[\r\n()]", raw))
SCHEDULE = checked_text(parse_every)
CRON = checked_text(check_cron)
SELECTOR = checked_text(_selector)
WHERE = checked_text(parse_where)
PATTERN = checked_text(check_pattern)
POOL = text(
    "a name of letters, digits, - and _ that does not begin with prefect",
    re.compile(r"(?!prefect)[\w-]+", re.I).fullmatch,
)
