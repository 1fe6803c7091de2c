"""news.toml and sources.toml as frozen data: read once, passed down. Every complaint names file, line and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from copydesk.errors import ConfigError
from copydesk.model import Source
from flows import kinds
from flows.kinds import Kind, UnexpectedError
from flows.tomllines import KeyPath, key_lines, line_of
from spiders.plan import CrawlPlan, CrawlSettings
from storage.address import is_postgres
from storage.places import MOST_WAITING_BYTES, SEGMENT_BYTES, ArchivePlace, RemoteArchive, is_remote

NEWS_FILE = "news.toml"
SOURCES_FILE = "sources.toml"
PREFIX = "COPYDESK_"
POOL_TYPES = ("process", "docker", "kubernetes")
"""What may start the runs: our own workers, a container each, a job of a Kubernetes cluster each."""
BY_HAND = CrawlPlan(crawl_id=0, database="", archive="").urls_source
"""The source that pages asked for by hand are booked on; no table may take its name."""
NOT_SETTINGS = frozenset({"COPYDESK_HOME", "COPYDESK_RUN_MARKS", "COPYDESK_SERVER_IS_OURS"})
"""Variables of ours that the command line reads itself."""

NEWS: dict[str, dict[str, Kind]] = {
    "desk": {
        "data": kinds.PATH,
        "archive": kinds.ARCHIVE,
        "database": kinds.DATABASE,
        "contact": kinds.CONTACT,
    },
    "crawl": {
        "delay_s": kinds.number(),
        "concurrency_per_host": kinds.whole(least=1),
        "concurrency": kinds.whole(least=1),
        "timeout_s": kinds.number(above=0),
        "max_body_bytes": kinds.whole(least=1_000),
        "max_pages_per_source": kinds.whole(least=0),
        "allow_private_addresses": kinds.BOOLEAN,
        "respect_robots": kinds.BOOLEAN,
        "relook_hours": kinds.listed(kinds.number(above=0)),
        "longest_rest_h": kinds.number(above=0),
        "max_run_s": kinds.number(),
    },
    "archive": {
        "endpoint_url": kinds.URL,
        "segment_mb": kinds.number(above=0),
        "most_waiting_gb": kinds.number(above=0),
    },
    "matching": {"window_h": kinds.number()},
    "extract": {"workers": kinds.whole(), "timeout_s": kinds.number(above=0)},
    "bulk": {"on": kinds.WHERE},
    "schedule": {
        "default": kinds.SCHEDULE,
        "timezone": kinds.TIMEZONE,
        "address": kinds.ADDRESS,
        "shards": kinds.whole(least=1),
        "runs_per_worker": kinds.whole(),
        "work_pool": kinds.POOL,
        "pool_type": kinds.choice(*POOL_TYPES),
    },
    "web": {"address": kinds.ADDRESS, "password_hash": kinds.TEXT, "allow_sql": kinds.BOOLEAN},
    "retention": {"snapshots": kinds.RETENTION},
    "alerts": {"urls": kinds.listed(kinds.TEXT)},
}
"""Section, key and what it may hold."""

SOURCE: dict[str, Kind] = {
    "name": kinds.NAME,
    "homepage": kinds.URL,
    "feeds": kinds.listed(kinds.URL),
    "sitemaps": kinds.listed(kinds.URL),
    "sections": kinds.listed(kinds.URL),
    "schedule": kinds.SCHEDULE,
    "cron": kinds.CRON,
    "include": kinds.listed(kinds.PATTERN),
    "exclude": kinds.listed(kinds.PATTERN),
    "tags": kinds.listed(kinds.TEXT),
    "language": kinds.LANGUAGE,
    "delay_s": kinds.number(),
    "concurrency_per_host": kinds.whole(least=1),
    "render": kinds.choice("browser"),
    "enabled": kinds.BOOLEAN,
    "prune": kinds.listed(kinds.SELECTOR),
    "spider": kinds.PATH,
}
"""The keys of a `[[source]]` table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskSettings:
    """The `[desk]` table, paths joined to the home folder."""

    data: Path
    archive: ArchivePlace
    """A folder, or an object store and the folder of what waits for it."""
    database: Path | str
    """A file, or the address of a PostgreSQL database, which is text."""
    contact: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchingSettings:
    """The `[matching]` table."""

    window_h: float = 72
    """How far back copies that are not exact are looked for; 0: no limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractSettings:
    """The `[extract]` table."""

    workers: int = 0
    """0: one a core."""
    timeout_s: float = 20
    """A page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkSettings:
    """The `[bulk]` table."""

    on: str = "here"
    """What runs back-fills of files and re-extractions: `here`, `dask`, `dask=ADDRESS`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSettings:
    """The `[schedule]` table."""

    default: str = "every 15 minutes"
    timezone: str = "UTC"
    """In which cron lines are read."""
    address: str = "127.0.0.1:4200"
    """Where `copydesk up` serves Prefect's API and pages."""
    shards: int = 1
    """Runs that each schedule's sources are spread over, by host."""
    runs_per_worker: int = 0
    """At a time. 0: no limit, but one where there are several shards: the first worker to look would take them all."""
    work_pool: str = "copydesk"
    """Of Prefect, whose workers start the runs."""
    pool_type: str = "process"
    """One of `POOL_TYPES`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSettings:
    """The `[web]` table."""

    address: str = "127.0.0.1:8001"
    password_hash: str = ""
    allow_sql: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionSettings:
    """The `[retention]` table."""

    snapshots: str = "keep"


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertSettings:
    """The `[alerts]` table."""

    urls: tuple[str, ...] = ()
    """Apprise addresses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """news.toml, with what environment and flags changed."""

    home: Path
    desk: DeskSettings
    crawl: CrawlSettings
    matching: MatchingSettings = MatchingSettings()
    extract: ExtractSettings = ExtractSettings()
    bulk: BulkSettings = BulkSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    web: WebSettings = WebSettings()
    retention: RetentionSettings = RetentionSettings()
    alerts: AlertSettings = AlertSettings()


@dataclass(slots=True)
class _Problems:
    """What is wrong with one file, gathered so that a user mends it in one go."""

    file: str
    lines: dict[KeyPath, int]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, path: KeyPath, key: str, complaint: str) -> None:
        line = line_of(path, self.lines)
        self.found.append((line, f"line {line}: {key}: {complaint}"))

    def raise_any(self) -> None:
        if self.found:
            raise ConfigError(self.file, f"\n{self.file}: ".join(text for _, text in sorted(self.found)))


def load_settings(
    home: Path, *, environ: Mapping[str, str] | None = None, overrides: Mapping[str, Mapping[str, object]] | None = None
) -> Settings:
    """Return the settings of a home folder: the defaults, then news.toml, then `environ`, then `overrides`.

    Raises:
        ConfigError: news.toml or a COPYDESK_* variable is wrong; a line for each problem.
    """
    path = home / NEWS_FILE
    tables: dict[str, dict[str, Any]] = {}
    if path.exists():
        raw, lines = _read(path)
        problems = _Problems(str(path), lines)
        tables = _check_news(raw, problems)
        problems.raise_any()
    for layer in (_from_environ(environ or {}), overrides or {}):
        for section, values in layer.items():
            tables.setdefault(section, {}).update(values)
    return _settings(home, tables)


def load_sources(home: Path) -> tuple[Source, ...]:
    """Return the sources of sources.toml, in its order, paused ones too.

    Raises:
        ConfigError: the file is missing, empty or wrong; a line for each problem.
    """
    path = home / SOURCES_FILE
    if not path.exists():
        raise ConfigError(str(path), "there is no such file; `copydesk init` writes one with a starter list")
    raw, lines = _read(path)
    problems = _Problems(str(path), lines)
    for key in raw.keys() - {"source"}:
        problems.add((key,), key, f"unknown key; expected {_nearest(key, ['source'], form='[[{}]]')}")
    tables = raw.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.add(("source",), "source", "expected tables headed [[source]], with two brackets")
        tables = []
    elif not tables and not problems.found:
        problems.add((), "source", "names no source; expected at least one [[source]] with a name and feeds")
    sources = [_check_source(table, index, problems) for index, table in enumerate(tables)]
    _check_names(sources, problems)
    problems.raise_any()
    return tuple(Source(**source) for source in sources)


def _read(path: Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text), key_lines(text)
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(
            str(path), f"line {line}: expected UTF-8, found byte 0x{error.object[error.start]:02x}"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), _syntax_complaint(error, text)) from error


def _syntax_complaint(error: tomllib.TOMLDecodeError, text: str) -> str:
    """The reader's own complaint, with the line first (it says `… (at line 3, column 7)` or `(at end of document)`)."""
    what, _, where = str(error).rpartition(" (at ")
    if where.startswith("line "):
        line, _, column = where.rstrip(")").removeprefix("line ").partition(", column ")
        return f"line {line}: not valid TOML: {what} at column {column}"
    return f"line {max(1, text.rstrip().count(chr(10)) + 1)}: not valid TOML: {what or error}"


def _check_news(raw: Mapping[str, Any], problems: _Problems) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for section, table in raw.items():
        if section not in NEWS:
            homes = [f"[{name}]" for name, keys in NEWS.items() if section in keys]  # a key above the first header
            nearest = f"it under {' or '.join(homes)}" if homes else _nearest(section, NEWS, form="[{}]")
            problems.add((section,), section, f"unknown section; expected {nearest}")
        elif not isinstance(table, dict):
            problems.add((section,), section, f"expected a table headed [{section}]")
        else:
            tables[section] = _check_table(table, NEWS[section], (section,), section, problems)
    return tables


def _check_table(
    table: Mapping[str, Any], known: Mapping[str, Kind], path: KeyPath, label: str, problems: _Problems
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, raw in table.items():
        if key not in known:
            problems.add((*path, key), f"{label}.{key}", f"unknown key; expected {_nearest(key, known)}")
            continue
        if raw == "" and known[key].is_text and key != "name":
            continue  # an empty text is the default, as in a template that was not filled in
        try:
            values[key] = known[key].check(raw)
        except UnexpectedError as error:
            problems.add((*path, key, *_culprit(known[key], raw)), f"{label}.{key}", str(error))
    return values


def _culprit(kind: Kind, raw: object) -> tuple[str, ...]:
    """The element of a list that is wrong, for its own line number."""
    for value in raw if isinstance(raw, list) else ():
        try:
            kind.check([value])
        except UnexpectedError:
            return (value,) if isinstance(value, str) else ()
    return ()


def _check_source(table: Mapping[str, Any], index: int, problems: _Problems) -> dict[str, Any]:
    path: KeyPath = ("source", index)
    source = _check_table(table, SOURCE, path, "source", problems)
    if "name" not in table:
        problems.add(path, "source.name", f"missing; expected {kinds.NAME.expected}")
    is_misspelt = bool(table.keys() - SOURCE.keys())  # one complaint is enough
    begins_at_homepage = table.get("spider") and table.get("homepage")
    if not (is_misspelt or begins_at_homepage or any(table.get(key) for key in ("feeds", "sitemaps", "sections"))):
        problems.add(path, "source.feeds", "nothing to look at; expected at least one of feeds, sitemaps, sections")
    if table.get("schedule") and table.get("cron"):
        problems.add((*path, "cron"), "source.cron", "expected either schedule or cron, found both")
    return source


def _check_names(sources: list[dict[str, Any]], problems: _Problems) -> None:
    seen: dict[str, int] = {}
    for index, source in enumerate(sources):
        name = source.get("name", "")
        if name == BY_HAND:
            problems.add(("source", index, "name"), "source.name", f'"{BY_HAND}" is kept for `copydesk crawl --url`')
        elif name and name in seen:
            first = line_of(("source", seen[name], "name"), problems.lines)
            complaint = f'expected a name of its own, found "{name}", which line {first} has already'
            problems.add(("source", index, "name"), "source.name", complaint)
        seen.setdefault(name, index)


def _nearest(key: str, known: Iterable[str], *, form: str = "{}") -> str:
    """The nearest valid key, or all of them where none is near."""
    import difflib

    names = list(known)
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    return form.format(near[0]) if near else "one of " + ", ".join(form.format(name) for name in names)


def _from_environ(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """COPYDESK_CRAWL_DELAY_S=2 is `delay_s = 2` of `[crawl]`; lists as TOML, or with commas."""
    variables = {f"{PREFIX}{section}_{key}".upper(): (section, key) for section, keys in NEWS.items() for key in keys}
    tables: dict[str, dict[str, Any]] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        if name not in variables:
            raise ConfigError(name, f"unknown variable; expected {_nearest(name, variables)}")
        section, key = variables[name]
        if not environ[name]:
            continue  # compose files pass on variables that nobody set
        try:
            kind = NEWS[section][key]
            value = kind.check(environ[name] if kind.is_text else _toml_value(environ[name], kind))
        except UnexpectedError as error:
            raise ConfigError(name, str(error)) from error
        tables.setdefault(section, {})[key] = value
    return tables


def _toml_value(text: str, kind: Kind) -> object:
    listed = (f"[{text}]", "[" + ",".join(f"'{part.strip()}'" for part in text.split(",")) + "]")
    for form in (text, *(listed if kind.is_list else ())):
        try:
            return tomllib.loads(f"value = {form}")["value"]
        except tomllib.TOMLDecodeError:
            continue
    return text


def _database(home: Path, named: str) -> str | Path:
    return named if is_postgres(named) else home / named


def _archive(home: Path, data: Path, named: str, options: Mapping[str, Any]) -> ArchivePlace:
    if not is_remote(named):
        return home / named if named else data / "archive"
    return RemoteArchive(
        folder=data / "archive",
        url=named,
        endpoint_url=options.get("endpoint_url", ""),
        segment_bytes=int(options.get("segment_mb", SEGMENT_BYTES / 10**6) * 10**6),
        most_waiting_bytes=int(options.get("most_waiting_gb", MOST_WAITING_BYTES / 10**9) * 10**9),
    )


def _settings(home: Path, tables: Mapping[str, Mapping[str, Any]]) -> Settings:
    desk = tables.get("desk", {})
    data = home / desk.get("data", "data")
    crawl = CrawlSettings(**tables.get("crawl", {}))
    return Settings(
        home=home,
        desk=DeskSettings(
            data=data,
            archive=_archive(home, data, desk.get("archive", ""), tables.get("archive", {})),
            database=_database(home, desk["database"]) if "database" in desk else data / "copydesk.db",
            contact=desk.get("contact", ""),
        ),
        crawl=replace(crawl, contact=desk.get("contact", "")),
        matching=MatchingSettings(**tables.get("matching", {})),
        extract=ExtractSettings(**tables.get("extract", {})),
        bulk=BulkSettings(**tables.get("bulk", {})),
        schedule=ScheduleSettings(**tables.get("schedule", {})),
        web=WebSettings(**tables.get("web", {})),
        retention=RetentionSettings(**tables.get("retention", {})),
        alerts=AlertSettings(**tables.get("alerts", {})),
    )
