"""Settings and sources: what is read, and what each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.errors import ConfigError
from flows.config import load_settings, load_sources
from flows.schedules import CRON_FIELDS, check_cron, parse_every

SOURCE = '[[source]]\nname = "a"\nfeeds = ["https://a.example/rss"]\n'

WRONG_NEWS = {  # SPEC (design.md: unknown key, wrong type), and mistakes that people make
    "unknown key": ("[crawl]\ndelay = 2\n", "line 2: crawl.delay: unknown key; expected delay_s"),
    "unknown key far from any": (
        "[web]\nzzz = 2\n",
        "line 2: web.zzz: unknown key; expected one of address, password_hash, allow_sql",
    ),
    "unknown section": ("\n[extrct]\n", "line 2: extrct: unknown section; expected [extract]"),
    "key without a section": (
        "delay_s = 2\n",
        "line 1: delay_s: unknown section; expected it under [crawl]",
    ),
    "section that is a value": ("crawl = 3\n", "line 1: crawl: expected a table headed [crawl]"),
    "text for a number": (
        '[crawl]\n# slow\ndelay_s = "2"\n',
        'line 3: crawl.delay_s: expected a number of 0 or more, found "2"',
    ),
    "boolean for a number": (
        "[crawl]\nconcurrency = true\n",
        "line 2: crawl.concurrency: expected a whole number of 1 or more, found true",
    ),
    "part of a whole": (
        "[extract]\nworkers = 1.5\n",
        "line 2: extract.workers: expected a whole number of 0 or more, found 1.5",
    ),
    "negative": ("[matching]\nwindow_h = -1\n", "line 2: matching.window_h: expected a number of 0 or more, found -1"),
    "zero where something is needed": (
        "[extract]\ntimeout_s = 0\n",
        "line 2: extract.timeout_s: expected a number above 0, found 0",
    ),
    "not a number": ("[crawl]\ndelay_s = nan\n", "line 2: crawl.delay_s: expected a number of 0 or more, found nan"),
    "number for a list": (
        "[crawl]\nrelook_hours = 6\n",
        "line 2: crawl.relook_hours: expected a list, each a number above 0, found 6",
    ),
    "one of a list": (
        "[crawl]\nrelook_hours = [1, 0]\n",
        "line 2: crawl.relook_hours: expected a number above 0, found 0",
    ),
    "text for a boolean": (
        '[crawl]\nrespect_robots = "yes"\n',
        'line 2: crawl.respect_robots: expected true or false, found "yes"',
    ),
    "other database": (
        '[desk]\ndatabase = "mysql://host/db"\n',
        'line 2: desk.database: expected the path of an SQLite file, or "postgresql://USER@HOST/NAME", '
        'found "mysql://host/db"',
    ),
    "contact that breaks a header": (
        '[desk]\ncontact = "a\\nb"\n',
        'line 2: desk.contact: expected an e-mail address or a URL on one line, found "a\nb"',
    ),
    "bad schedule": (
        '[schedule]\ndefault = "hourly"\n',
        'line 2: schedule.default: expected "every N minutes", "every N hours" or "every N days", found "hourly"',
    ),
    "bad time zone": (
        '[schedule]\ntimezone = "Mars/Base"\n',
        'line 2: schedule.timezone: expected a time zone such as "UTC" or "Europe/Berlin", found "Mars/Base"',
    ),
    "bad address": (
        '[web]\naddress = "8001"\n',
        'line 2: web.address: expected an address and a port such as "127.0.0.1:8001", found "8001"',
    ),
    "bad retention": (
        '[retention]\nsnapshots = "90"\n',
        'line 2: retention.snapshots: expected "keep", "90 days" or "50 GB", found "90"',
    ),
    "syntax": ("[crawl]\ndelay_s = \n", "line 2: not valid TOML: Invalid value at column 11"),
    "open string at the end": ('[desk]\n\ndata = "da', "line 3: not valid TOML: Unterminated string"),
    "two tables of a name": (
        "[crawl]\n[crawl]\n",
        "line 2: not valid TOML: Cannot declare ('crawl',) twice at column 7",
    ),
}

WRONG_SOURCES = {
    "empty": ("", "line 1: source: names no source; expected at least one [[source]] with a name and feeds"),
    "only comments": (
        "# later\n",
        "line 1: source: names no source; expected at least one [[source]] with a name and feeds",
    ),
    "plural": (
        SOURCE.replace("source", "sources"),
        "line 1: sources: unknown key; expected [[source]]",
    ),
    "one bracket": (
        SOURCE.replace("[[source]]", "[source]"),
        "line 1: source: expected tables headed [[source]], with two brackets",
    ),
    "unknown key": (SOURCE + "feedz = []\n", "line 4: source.feedz: unknown key; expected feeds"),
    "no name": (
        '[[source]]\nfeeds = ["https://a.example/rss"]\n',
        "line 1: source.name: missing; expected a name of a-z, 0-9 and -",
    ),
    "name with a space": (
        SOURCE.replace('"a"', '"The Post"'),
        'line 2: source.name: expected a name of a-z, 0-9 and -, found "The Post"',
    ),
    "empty name": (SOURCE.replace('"a"', '""'), 'line 2: source.name: expected a name of a-z, 0-9 and -, found ""'),
    "duplicate name": (
        SOURCE + "\n" + SOURCE,
        'line 6: source.name: expected a name of its own, found "a", which line 2 has already',
    ),
    "kept name": (
        SOURCE.replace('"a"', '"by-hand"'),
        'line 2: source.name: "by-hand" is kept for `copydesk crawl --url`',
    ),
    "text for a list": (
        SOURCE.replace('["https', '"https').replace('rss"]', 'rss"'),
        'line 3: source.feeds: expected a list, each an http or https URL, found "https://a.example/rss"',
    ),
    "bad URL on a line of its own": (
        SOURCE + 'sitemaps = [\n  "https://a.example/s.xml", # ] not the end\n  "a.example/news.xml",\n]\n',
        'line 6: source.sitemaps: expected an http or https URL, found "a.example/news.xml"',
    ),
    "other scheme": (
        SOURCE.replace("https:", "ftp:"),
        'line 3: source.feeds: expected an http or https URL, found "ftp://a.example/rss"',
    ),
    "no host": (
        SOURCE.replace("a.example", ""),
        'line 3: source.feeds: expected an http or https URL, found "https:///rss"',
    ),
    "bad port": (
        SOURCE.replace("a.example", "a.example:99999"),
        'line 3: source.feeds: expected an http or https URL, found "https://a.example:99999/rss"',
    ),
    "nothing to look at": (
        '[[source]]\nname = "a"\nhomepage = "https://a.example/"\n',
        "line 1: source.feeds: nothing to look at; expected at least one of feeds, sitemaps, sections",
    ),
    "short cron": (
        SOURCE + 'cron = "* * *"\n',
        "line 4: source.cron: expected five cron fields (minute hour day-of-month month day-of-week), found 3",
    ),
    "cron out of range": (
        SOURCE + 'cron = "0 25 * * *"\n',
        'line 4: source.cron: expected a cron hour between 0 and 23, found "25"',
    ),
    "schedule and cron": (
        SOURCE + 'schedule = "every hour"\ncron = "0 * * * *"\n',
        "line 5: source.cron: expected either schedule or cron, found both",
    ),
    "bad selector": (
        SOURCE + 'prune = ["div.promo", "div["]\n',
        'line 4: source.prune: expected a CSS selector or an XPath, found "div[" '
        "(Expected ident or '*', got <EOF at 4>)",
    ),
    "bad XPath": (
        SOURCE + 'prune = ["//div["]\n',
        'line 4: source.prune: expected a CSS selector or an XPath, found "//div[" (Invalid expression)',
    ),
    "bad language": (
        SOURCE + 'language = "english please"\n',
        'line 4: source.language: expected a language tag such as "en" or "pt-BR", found "english please"',
    ),
    "unknown renderer": (SOURCE + 'render = "chrome"\n', 'line 4: source.render: expected "browser", found "chrome"'),
}


@pytest.mark.parametrize(("text", "line"), WRONG_NEWS.values(), ids=WRONG_NEWS)
def test_a_mistake_in_news_toml_is_told_with_line_and_key(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "news.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert str(caught.value) == f"{path}: {line}"


@pytest.mark.parametrize(("text", "line"), WRONG_SOURCES.values(), ids=WRONG_SOURCES)
def test_a_mistake_in_sources_toml_is_told_with_line_and_key(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_sources(tmp_path)

    assert str(caught.value) == f"{path}: {line}"


def test_all_mistakes_of_a_file_are_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "news.toml"
    path.write_text("[crawl]\ndelay = 1\ntimeout_s = 0\n[wb]\n")

    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)

    assert [line.removeprefix(f"{path}: ").split(":")[0] for line in str(caught.value).split("\n")] == [
        "line 2",
        "line 3",
        "line 4",
    ]


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(SOURCE.encode() + b'tags = ["\xe9"]\n')

    with pytest.raises(ConfigError, match="line 4: expected UTF-8, found byte 0xe9"):
        load_sources(tmp_path)


def test_without_news_toml_the_defaults_of_the_design_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert settings.desk.database == tmp_path / "data" / "copydesk.db"
    assert (settings.crawl.delay_s, settings.crawl.concurrency, settings.crawl.relook_hours) == (1, 32, (1, 6, 24, 72))
    assert (settings.extract.timeout_s, settings.schedule.default) == (20, "every 15 minutes")


def test_without_sources_toml_init_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="copydesk init"):
        load_sources(tmp_path)


def test_archive_and_database_follow_the_data_folder_unless_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "news.toml").write_text('[desk]\ndata = "/srv/desk"\narchive = "cold"\n')

    desk = load_settings(tmp_path).desk

    assert desk.database == Path("/srv/desk/copydesk.db")
    assert desk.archive == tmp_path / "cold"


def test_a_database_on_a_server_is_no_path(tmp_path: Path) -> None:
    url = "postgresql://desk@db.example/news?sslmode=require"
    assert load_settings(tmp_path, environ={"COPYDESK_DESK_DATABASE": url}).desk.database == url


def test_the_contact_goes_where_the_user_agent_is_made(tmp_path: Path) -> None:
    (tmp_path / "news.toml").write_text('[desk]\ncontact = "desk@example.org"\n')

    assert load_settings(tmp_path).crawl.contact == "desk@example.org"


ENVIRONMENT = {  # variable, value, and where it lands
    "number": ("COPYDESK_CRAWL_DELAY_S", "2.5", lambda s: s.crawl.delay_s == 2.5),
    "boolean": ("COPYDESK_CRAWL_RESPECT_ROBOTS", "false", lambda s: s.crawl.respect_robots is False),
    "list as TOML": ("COPYDESK_CRAWL_RELOOK_HOURS", "[2, 4]", lambda s: s.crawl.relook_hours == (2, 4)),
    "list with commas": ("COPYDESK_CRAWL_RELOOK_HOURS", "2,4", lambda s: s.crawl.relook_hours == (2, 4)),
    "texts with commas": (
        "COPYDESK_ALERTS_URLS",
        "ntfy://a,ntfy://b",
        lambda s: s.alerts.urls == ("ntfy://a", "ntfy://b"),
    ),
    "text that looks like a number": ("COPYDESK_DESK_CONTACT", "42", lambda s: s.desk.contact == "42"),
    "path": ("COPYDESK_DESK_DATA", "/srv/x", lambda s: s.desk.data == Path("/srv/x")),
    "empty is unset": ("COPYDESK_CRAWL_DELAY_S", "", lambda s: s.crawl.delay_s == 9),
}


@pytest.mark.parametrize(("name", "value", "holds"), ENVIRONMENT.values(), ids=ENVIRONMENT)
def test_the_environment_overrides_the_file(tmp_path: Path, name: str, value: str, holds: object) -> None:
    (tmp_path / "news.toml").write_text("[crawl]\ndelay_s = 9\n")

    assert callable(holds)
    assert holds(load_settings(tmp_path, environ={name: value, "PATH": "/bin"}))


def test_flags_override_the_environment(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, environ={"COPYDESK_CRAWL_DELAY_S": "2"}, overrides={"crawl": {"delay_s": 3}})

    assert settings.crawl.delay_s == 3


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("COPYDESK_CRAWL_DELAY", "2", "COPYDESK_CRAWL_DELAY: unknown variable; expected COPYDESK_CRAWL_DELAY_S"),
        ("COPYDESK_CRAWL_DELAY_S", "slow", 'COPYDESK_CRAWL_DELAY_S: expected a number of 0 or more, found "slow"'),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, value: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, environ={name: value})

    assert str(caught.value) == line


def test_a_source_comes_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        SOURCE
        + 'delay_s = 2\nprune = ["div.promo", "//aside"]\ntags = ["uk"]\n'
        + 'enabled = false\ncron = "*/15 6-22 * * mon-fri"\n'
    )

    (source,) = load_sources(tmp_path)

    assert (source.name, source.feeds, source.delay_s) == ("a", ("https://a.example/rss",), 2)
    assert (source.prune, source.tags, source.enabled) == (("div.promo", "//aside"), ("uk",), False)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCE, encoding="utf-8-sig")

    assert load_sources(tmp_path)[0].name == "a"


CRON = [  # SPEC: crontab(5)
    "* * * * *",
    "*/15 6-22 * * mon-fri",
    "0,30 0 1-7/2 jan-mar 0",
    "5 4 * * sun",
    "0 0 31 12 7",
    "0 22 * * 1-5",
]
NOT_CRON = ["60 * * * *", "* * 0 * *", "*/0 * * * *", "5-1 * * * *", "a * * * *", "* * * * mon-", ", * * * *", "@daily"]


@pytest.mark.parametrize("line", CRON)
def test_cron_lines_are_accepted(line: str) -> None:
    check_cron(line)


@pytest.mark.parametrize("line", NOT_CRON)
def test_what_is_no_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        check_cron(line)


def test_every_cron_field_has_its_range() -> None:
    assert [(low, high) for _, low, high, _ in CRON_FIELDS] == [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("every 15 minutes", 900), ("every minute", 60), ("Every 2 Hours", 7200), ("every 1 day", 86400)],
)
def test_intervals_are_read(text: str, seconds: int) -> None:
    assert parse_every(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["every 0 minutes", "15 minutes", "every 15", "every -1 hours", "every 1.5 hours", ""])
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_every(text)
