"""The command line: `copydesk`. Commands are loaded when they are asked for, so that `--help` answers at once."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Group

COMMANDS = {
    "init": "flows.cli.init",
    "sources": "flows.cli.sources",
    "crawl": "flows.cli.crawl",
    "up": "flows.cli.up",
    "deploy": "flows.cli.up",
    "articles": "flows.cli.articles",
    "show": "flows.cli.articles",
    "diff": "flows.cli.diff",
    "why": "flows.cli.articles",
    "crawls": "flows.cli.crawls",
    "stats": "flows.cli.crawls",
    "health": "flows.cli.health",
    "retention": "flows.cli.takedown",
    "takedown": "flows.cli.takedown",
    "backup": "flows.cli.takedown",
    "copy": "flows.cli.copy",
    "duplicates": "flows.cli.duplicates",
    "rematch": "flows.cli.rematch",
    "stories": "flows.cli.stories",
    "quarantine": "flows.cli.quarantine",
    "gaps": "flows.cli.gaps",
    "junk": "flows.cli.junk",
    "export": "flows.cli.export",
    "reextract": "flows.cli.reextract",
    "backfill": "flows.cli.backfill",
    "extract": "flows.cli.extract",
    "web": "flows.cli.web",
    "demo": "flows.cli.demo",
    "completion": "flows.cli.completion",
}
"""Command and the module that holds it under the same name, in the order of the help."""
ABOUT = {
    "init": "write news.toml and sources.toml",
    "sources": "what is followed: list, add, check, pause, import, export",
    "crawl": "crawl now, once",
    "up": "the desk at work: schedules, runs, pages",
    "deploy": "bring the schedules in line with sources.toml",
    "articles": "list or search what came in",
    "show": "one article",
    "diff": "what its publisher changed, word by word",
    "why": "the whole trail of a URL",
    "crawls": "what ran",
    "stats": "how much is stored, and of each day",
    "health": "how every source is, and since when",
    "retention": "which stored pages go by age or size",
    "takedown": "remove a page or a domain, for good",
    "backup": "copy everything while the desk runs",
    "copy": "move to another database, PostgreSQL too",
    "duplicates": "which articles are copies, and why",
    "rematch": "match all articles again",
    "stories": "the events that most articles are about",
    "quarantine": "pages that gave no article",
    "gaps": "when something may have been missed",
    "junk": "what the desk has learned to cut",
    "export": "articles as files",
    "reextract": "today's rules on stored pages",
    "backfill": "take in the past: WARC files, sitemaps",
    "extract": "a page to article JSON, without a database",
    "web": "the inspection page alone",
    "demo": "a crawl that needs no network",
    "completion": "what the shell needs to complete commands",
}
"""Command and what it is for, in the help of all: so that it loads none of them, which takes longer than all else."""


class Desk(Group):
    """The `copydesk` group: loads commands late, and turns a CopydeskError into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, ABOUT[name]) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # here, where a closed pipe is met; at the interpreter's end it would be an error
            return result
        except BrokenPipeError:  # `copydesk articles | head`: the reader has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except CopydeskError as error:
            click.echo(f"copydesk: {error}", err=True)
            ctx.exit(1)


@click.group(
    cls=Desk,
    example="copydesk demo",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="copydesk", prog_name="copydesk")
def cli() -> None:
    """A news desk: follows publications, keeps the clean text of every article once, and shows why.

    Begin with `copydesk init`, `copydesk crawl --all` and `copydesk articles`; without a network, with `copydesk demo`.
    """


def main() -> None:
    """The console script."""
    cli(prog_name="copydesk")
