"""The server of the page: Datasette with our pages before it, behind the guard."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from copydesk.errors import StorageError
from storage.web.options import WebOptions, is_loopback

log = logging.getLogger(__name__)

BACKLOG = 128
ENDING_S = 3
"""How long open requests may go on when the server is told to end."""


def check_options(options: WebOptions) -> None:
    """Refuse to show the desk to others without a password.

    Raises:
        StorageError: the address is not loopback, and there is no password.
    """
    if not options.password_hash and not is_loopback(options.host):
        raise StorageError(
            f"{options.host}:{options.port}",
            "others can reach this address, so a password is needed: `copydesk web --set-password`",
        )


def serve(options: WebOptions, *, ready: Callable[[str], None] = lambda address: None) -> None:
    """Serve the page until SIGINT or SIGTERM; `ready` is told its URL once it can be opened.

    Raises:
        StorageError: the address cannot be listened on, needs a password, or the database cannot be opened.
    """
    check_options(options)
    from storage.store import open_store

    open_store(options.database).close()  # made where there is none: the page says that nothing is stored yet
    with _listen(options) as listening:
        host, port = listening.getsockname()[:2]
        from uvicorn import Config, Server

        from storage.web.desk import make_app

        config = Config(
            make_app(options),
            log_config=None,
            access_log=False,
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=ENDING_S,
        )
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        log.info("serves page=%s database=%s", url, options.database)
        ready(url)
        Server(config).run(sockets=[listening])


def _listen(options: WebOptions) -> socket.socket:
    subject = f"{options.host}:{options.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        message = f"cannot be listened on ({error.strerror or error}); `[web] address` of news.toml names another one"
        raise StorageError(subject, message) from error
    return listening
