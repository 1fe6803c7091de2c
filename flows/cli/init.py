"""`copydesk init`."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import click

from copydesk.errors import ConfigError
from flows.cli.common import Session, command, say


@command(example="copydesk init newsdesk --contact desk@example.org")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path), metavar="[DIR]")
@click.option("--if-missing", is_flag=True, help="Write only what is not there, and say nothing where both are.")
@click.option("--contact", help="An e-mail address or a URL for the user agent; asked for on a terminal.")
def init(session: Session, folder: Path | None, if_missing: bool, contact: str | None) -> None:
    """Write news.toml and sources.toml, with comments and a starter list of business-news publications.

    A file that is there is never written over.
    """
    from flows.config import NEWS_FILE, SOURCES_FILE

    home = folder or session.home
    missing = [name for name in (NEWS_FILE, SOURCES_FILE) if not (home / name).exists()]
    if not missing:
        if not if_missing:
            raise ConfigError(str(home), f"{NEWS_FILE} and {SOURCES_FILE} are here already; nothing was changed")
        return
    if contact is None and NEWS_FILE in missing and sys.stdin.isatty() and sys.stderr.isatty():
        contact = click.prompt(
            "Contact for the user agent, so that publishers can reach you (e-mail or URL, empty for none)",
            default="",
            show_default=False,
            err=True,
        )
    write_starters(home, missing, contact=contact or "")
    for name in missing:
        say(f"wrote {home / name}")
    say(f"next: copydesk crawl --all{'' if home == Path() else f' --home {home}'}")


def write_starters(home: Path, names: list[str], *, contact: str) -> None:
    """Write starter files into a folder, which is made.

    Raises:
        ConfigError: the contact does not fit into a user agent, or the folder cannot be written.
    """
    from flows import kinds

    try:
        kinds.CONTACT.check(contact)
    except kinds.UnexpectedError as error:
        raise ConfigError("--contact", str(error)) from error
    quoted = contact.replace("\\", "\\\\").replace('"', '\\"')
    try:
        home.mkdir(parents=True, exist_ok=True)
        for name in names:
            text = (files("flows.templates") / name).read_text(encoding="utf-8")
            with (home / name).open("x", encoding="utf-8") as file:
                file.write(text.replace('contact = ""', f'contact = "{quoted}"'))
    except OSError as error:
        raise ConfigError(str(error.filename or home), f"cannot be written ({error.strerror})") from error
