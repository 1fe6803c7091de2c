"""`copydesk completion`, and what the shell is offered for an option."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from copydesk.errors import ConfigError
from flows.cli.common import Session, command

SHELLS = ("bash", "zsh", "fish")


@command(example="copydesk completion bash")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(session: Session, shell: str) -> None:
    """Print what a shell needs to complete commands, options and the names of sources.

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
        from flows.config import load_sources

        home = ctx.params.get("home") or Path()
        try:
            names = [source.name for source in load_sources(home)]
        except ConfigError:  # a shell is no place to say what is wrong with the file; every command says it
            return []
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]
