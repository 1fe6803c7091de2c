"""`copydesk completion`, and what the shell is offered for an option."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from copydesk.errors import ConfigError
from flows.cli.common import Session, command

if TYPE_CHECKING:
    from copydesk.model import Source

SHELLS = ("bash", "zsh", "fish")


@command(example="copydesk completion bash")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(session: Session, shell: str) -> None:
    """Print what a shell needs to complete commands, options and the names of sources and tags.

    In ~/.bashrc or ~/.zshrc: eval "$(copydesk completion bash)"; for fish: copydesk completion fish | source
    """
    from flows.cli import cli

    made = get_completion_class(shell)
    assert made is not None, "click knows the shells of SHELLS"
    print(made(cli, {}, "copydesk", "_COPYDESK_COMPLETE").source())


class SourceName(click.ParamType[str]):
    """The name of a source; the shell is offered those of sources.toml."""

    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _offer((source.name for source in _sources(ctx)), incomplete)


class TagName(click.ParamType[str]):
    """A tag of sources; the shell is offered those of sources.toml."""

    name = "tag"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _offer(sorted({tag for source in _sources(ctx) for tag in source.tags}), incomplete)


def _sources(ctx: click.Context) -> tuple[Source, ...]:
    from flows.config import load_sources

    try:
        return load_sources(ctx.params.get("home") or Path())
    except ConfigError:  # a shell is no place to say what is wrong with the file; every command says it
        return ()


def _offer(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
