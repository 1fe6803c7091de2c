"""`copydesk web`."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace

import click

from copydesk.errors import ConfigError, CopydeskError, StorageError
from flows.cli.common import Session, command, say
from flows.config import NEWS_FILE, Settings

NO_PAGE = (
    "the inspection page reads SQLite files alone; `copydesk copy --to page.db` makes one of all that is stored, and "
    "`COPYDESK_DESK_DATABASE=page.db copydesk web` shows it"
)


@command(example="copydesk web")
@click.option("--address", default="", metavar="HOST:PORT", help="Where to listen, in place of `[web] address`.")
@click.option("--set-password", is_flag=True, help="Ask for a password, and write its hash into news.toml.")
def web(session: Session, address: str, set_password: bool) -> None:
    """Serve the inspection page: what came in, what was searched, refused, missed and learned. Ctrl-C ends it."""
    if set_password:
        _set_password(session)
        return
    settings = session.settings()
    if address:
        from flows.kinds import ADDRESS, UnexpectedError

        try:
            ADDRESS.check(address)
        except UnexpectedError as error:
            raise click.BadParameter(str(error), param_hint="--address") from error
        settings = replace(settings, web=replace(settings.web, address=address))
    serve_page(settings)


def serve_page(settings: Settings) -> None:
    """Serve the page until SIGINT or SIGTERM.

    Raises:
        ConfigError: the password hash in news.toml is none.
        StorageError: the address cannot be listened on or needs a password; the database cannot be opened.
    """
    from storage.address import shown
    from storage.web.options import WebOptions, split_address
    from storage.web.passwords import is_hash
    from storage.web.server import serve

    database = settings.desk.database
    if isinstance(database, str):
        raise StorageError(shown(database), NO_PAGE)
    hashed = settings.web.password_hash
    if hashed and not is_hash(hashed):
        subject = str(settings.home / NEWS_FILE)
        raise ConfigError(subject, "web.password_hash: is no hash; `copydesk web --set-password` writes one")
    host, port = split_address(settings.web.address)
    options = WebOptions(
        database=database,
        archive=settings.desk.archive,
        host=host,
        port=port,
        password_hash=hashed,
        allow_sql=settings.web.allow_sql,
    )
    with contextlib.suppress(KeyboardInterrupt):
        serve(options, ready=lambda url: say(f"the page is at {url} ; Ctrl-C ends it"))


def _set_password(session: Session) -> None:
    from flows.edits import set_news_key
    from storage.web.passwords import hash_password

    if sys.stdin.isatty():
        password = click.prompt("Password of the page", hide_input=True, confirmation_prompt=True, err=True)
    else:  # a script that sets up a server
        password = sys.stdin.readline().rstrip("\n")
        if not password:
            raise CopydeskError("--set-password", "found no password on standard input")
    path = session.home / NEWS_FILE
    set_news_key(path, "web", "password_hash", hash_password(password))
    say(f"the hash of the password is in {path}; a page that runs must be started again")
