"""The command line, through click's runner and as a process of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from flows.cli import ABOUT, COMMANDS, cli
from flows.cli.common import parse_when
from flows.config import NEWS, load_settings, load_sources

ROOT = Path(__file__).parents[2]
HEAVY = ("scrapy", "twisted", "trafilatura", "sqlite_utils", "pydantic", "rich", "lxml", "prefect")


def copydesk(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="copydesk")


def commands(group: click.Group = cli, name: str = "copydesk") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for each in group.list_commands(context):
        command = group.get_command(context, each)
        assert command is not None
        yield f"{name} {each}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {each}")


@pytest.mark.parametrize(("name", "command"), [("copydesk", cli), *commands()], ids=lambda value: str(value))
def test_help_ends_with_an_example_that_the_command_understands(name: str, command: click.Command) -> None:
    result = copydesk(*name.split()[1:], "--help")

    example = result.output.rstrip().rpartition("Example:\n  ")[2]
    assert result.exit_code == 0
    assert example.startswith(name)


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda value: str(value))
def test_every_command_says_what_it_does_in_one_line(name: str, command: click.Command) -> None:
    assert command.help
    assert command.help.partition("\n")[0].endswith((".", ","))


@pytest.mark.parametrize(
    ("name", "command"),
    [each for each in commands() if not isinstance(each[1], click.Group)],
    ids=lambda value: str(value),
)
def test_every_command_has_the_common_options(name: str, command: click.Command) -> None:
    known = {option for parameter in command.params for option in parameter.opts}

    assert {"--format", "--home", "--verbose", "-v"} <= known


def test_the_help_of_all_says_what_each_is_for() -> None:
    assert list(ABOUT) == list(COMMANDS)
    assert all(f"  {name} " in copydesk("--help").output for name in COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom flows.cli import cli\n"
        "try:\n    cli(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)

    assert result.stderr.strip() == "[]"


def test_an_unknown_command_is_told_the_nearest() -> None:
    result = copydesk("artcles")

    assert result.exit_code == 2
    assert 'there is no command "artcles"; did you mean "articles"?' in result.output


def test_an_unknown_subcommand_is_told_the_nearest() -> None:
    assert 'did you mean "list"?' in copydesk("quarantine", "lst").output


# init


def test_init_writes_both_files_and_they_are_valid(tmp_path: Path) -> None:
    result = copydesk("init", str(tmp_path / "desk"), "--contact", "desk@example.org")

    sources = load_sources(tmp_path / "desk")
    assert result.exit_code == 0
    assert load_settings(tmp_path / "desk").crawl.contact == "desk@example.org"
    assert len(sources) >= 25
    assert len({source.language.partition("-")[0] for source in sources}) >= 8


def test_init_asks_a_person_for_the_contact(tmp_path: Path) -> None:
    code = "import sys; from flows.cli import main; sys.argv = ['copydesk', *sys.argv[1:]]; main()"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", code, "init", str(tmp_path / "desk")]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, b"desk@example.org\n")
        process.wait()
        told = os.read(ours, 10_000).decode()
    os.close(ours)

    assert "Contact for the user agent" in told
    assert load_settings(tmp_path / "desk").crawl.contact == "desk@example.org"


def test_init_shows_every_key_with_its_default(tmp_path: Path) -> None:
    copydesk("init", str(tmp_path), "--contact", "")
    path = tmp_path / "news.toml"
    lines = path.read_text().split("\n")
    path.write_text("\n".join(line.removeprefix("# ") if " = " in line else line for line in lines))
    shown, keys = load_settings(tmp_path), tomllib.loads(path.read_text())
    path.unlink()

    assert shown == load_settings(tmp_path)
    assert {(section, key) for section in keys for key in keys[section]} == {
        (section, key) for section in NEWS for key in NEWS[section]
    }


def test_init_never_writes_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("# mine")

    first = copydesk("init", str(tmp_path), "--contact", "")
    again = copydesk("init", str(tmp_path), "--contact", "")

    assert (tmp_path / "sources.toml").read_text() == "# mine"
    assert first.exit_code == 0
    assert again.exit_code == 1
    assert "nothing was changed" in again.output


def test_init_if_missing_is_silent_where_both_are(tmp_path: Path) -> None:
    copydesk("init", str(tmp_path), "--if-missing")

    result = copydesk("init", str(tmp_path), "--if-missing")

    assert (result.exit_code, result.output) == (0, "")


def test_init_refuses_a_contact_that_would_break_the_user_agent(tmp_path: Path) -> None:
    result = copydesk("init", str(tmp_path), "--contact", "a\nb")

    assert result.exit_code == 1
    assert "--contact: expected an e-mail address or a URL on one line" in result.output
    assert not (tmp_path / "news.toml").exists()


def test_init_into_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = copydesk("init", str(tmp_path / "file" / "desk"), "--contact", "")

    assert result.exit_code == 1
    assert result.output.count("\n") == 1


# wrong usage and what is not there


WRONG_USAGE = {
    "nothing to crawl": (("crawl",), "say what to crawl"),
    "all and a name": (("crawl", "--all", "a"), "exclude each other"),
    "url and all": (("crawl", "--all", "--url", "https://a.example/"), "--url goes with one NAME at most"),
    "no URL": (("crawl", "--url", "a.example"), 'expected an http or https URL, found "a.example"'),
    "batch without out": (("extract", "--batch", "a.jsonl"), "--batch goes with --out"),
    "out without batch": (("extract", "a.html", "--out", "b.jsonl"), "--out goes with --batch"),
    "nothing to extract": (("extract",), "name a FILE, a URL, or - for stdin"),
    "bad day": (("articles", "--since", "soon"), 'expected a day such as 2026-11-01, "yesterday"'),
    "text and html": (("show", "1", "--text", "--html"), "exclude each other"),
    "unknown format": (("stats", "--format", "xml"), "'xml' is not one of"),
}


@pytest.mark.parametrize(("args", "line"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_wrong_usage_is_exit_code_2_and_says_what_is_right(args: tuple[str, ...], line: str, tmp_path: Path) -> None:
    result = copydesk(*args, "--home", str(tmp_path))

    assert result.exit_code == 2
    assert line in " ".join(result.output.split())


@pytest.mark.parametrize(
    "args",
    [("articles",), ("show", "1"), ("why", "https://a.example/"), ("stats",), ("crawls",), ("quarantine", "list")],
)
def test_without_a_store_a_command_says_how_to_get_one(args: tuple[str, ...], tmp_path: Path) -> None:
    result = copydesk(*args, "--home", str(tmp_path))

    assert result.exit_code == 1
    assert result.output == (
        f"copydesk: {tmp_path / 'data' / 'copydesk.db'}: nothing is stored here yet; run `copydesk crawl --all` first\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_source_that_is_not_followed_is_told_the_nearest(tmp_path: Path) -> None:
    copydesk("init", str(tmp_path), "--contact", "")

    result = copydesk("crawl", "guardian-busness", "--home", str(tmp_path))

    assert result.exit_code == 1
    assert result.output == (
        'copydesk: guardian-busness: no such source in sources.toml; did you mean "guardian-business"?\n'
    )


def test_a_wrong_settings_file_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "news.toml").write_text("[crawl]\ndelay = 1\n")

    result = copydesk("articles", "--home", str(tmp_path))

    assert (result.exit_code, result.output) == (
        1,
        f"copydesk: {tmp_path / 'news.toml'}: line 2: crawl.delay: unknown key; expected delay_s\n",
    )


def test_home_can_come_from_the_environment(tmp_path: Path) -> None:
    result = CliRunner(env={"COPYDESK_HOME": str(tmp_path)}).invoke(cli, ["stats"])

    assert str(tmp_path) in result.output


def test_extract_of_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    result = copydesk("extract", str(tmp_path / "gone.html"))

    assert result.exit_code == 1
    assert result.output == f"copydesk: {tmp_path / 'gone.html'}: cannot be read (No such file or directory)\n"


def test_sources_are_listed_before_the_first_crawl(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nname = "a"\nfeeds = ["https://a.example/rss"]\n'
        '[[source]]\nname = "b"\nfeeds = ["https://b.example/rss"]\nenabled = false\n'
    )

    result = copydesk("sources", "list", "--home", str(tmp_path), "--format", "csv")

    assert result.stdout.splitlines() == [
        "name,homepage,schedule,enabled,last_crawled_at,next_look_at,articles,state,next_look_why",
        "a,,every 15 minutes,True,,,0,new,",
        "b,,every 15 minutes,False,,,0,paused,",
    ]


NOW = datetime(2026, 11, 4, 15, 30, tzinfo=UTC)
WHEN = {
    "today": "2026-11-04T00:00:00+00:00",
    "Yesterday": "2026-11-03T00:00:00+00:00",
    "3d": "2026-11-01T15:30:00+00:00",
    "12h": "2026-11-04T03:30:00+00:00",
    "90m": "2026-11-04T14:00:00+00:00",
    "2w": "2026-10-21T15:30:00+00:00",
    "2026-11-01": "2026-11-01T00:00:00+00:00",
    "2026-11-01t09:30": "2026-11-01T09:30:00+00:00",
    "2026-11-01T09:30+01:00": "2026-11-01T09:30:00+01:00",
    "2026-11-01 09:30": "2026-11-01T09:30:00+00:00",
}


@pytest.mark.parametrize(("text", "instant"), WHEN.items())
def test_days_and_spans_are_understood(text: str, instant: str) -> None:
    found = parse_when(text, now=NOW)

    assert found is not None
    assert found.isoformat() == instant


@pytest.mark.parametrize("text", ["soon", "3", "d", "2026-13-01", "", "3 fortnights"])
def test_what_names_no_instant_is_none(text: str) -> None:
    assert parse_when(text, now=NOW) is None


def test_the_console_script_runs() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "flows.cli", "--version"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ,
        check=True,
    )

    assert result.stdout.startswith("copydesk, version ")


def test_every_command_is_loaded_from_a_module_that_holds_it() -> None:
    assert [name for name, _ in commands() if name.count(" ") == 1] == [f"copydesk {name}" for name in COMMANDS]
