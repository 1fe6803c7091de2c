"""Datasette as the desk uses it: our templates, our pages, and how errors are told."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database as DatasetteDatabase
from datasette.plugins import pm
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from copydesk.errors import CopydeskError
from storage.web import feed, pages, show
from storage.web.guard import App, Guard
from storage.web.options import WebOptions
from storage.web.reader import Reader

log = logging.getLogger(__name__)

Function = TypeVar("Function", bound=Callable[..., Any])

HERE = Path(__file__).parent
PLUGIN = "copydesk"
PRINTER = "datasette.handle_exception"
"""Datasette's own plugin, which prints every local variable of a failed page."""
DATABASE = "data"
"""Under this name the tables are in Datasette's own pages and its JSON: `/data/articles.json`."""
SETTINGS = {
    "sql_time_limit_ms": 2_000,
    "num_sql_threads": 3,
    "allow_download": False,
    "suggest_facets": False,
    "default_cache_ttl": 0,
    "max_returned_rows": 1_000,
    "truncate_cells_html": 300,
}


class Desk(Datasette):  # type: ignore[misc]
    """One database with our pages."""

    def __init__(self, options: WebOptions) -> None:
        super().__init__(
            files=[str(options.database)],
            template_dir=str(HERE / "templates"),
            static_mounts=[("static", str(HERE / "static"))],
            settings=SETTINGS | {"default_allow_sql": options.allow_sql},
            metadata={"title": "Copydesk"},
        )
        self.options = options
        self.reader = Reader(options.database)
        self.remove_database(next(name for name in self.databases if name != "_internal"))
        self.add_database(DatasetteDatabase(self, path=str(options.database)), name=DATABASE)


def make_app(options: WebOptions) -> App:
    """The whole page as an ASGI application."""
    if not pm.has_plugin(PLUGIN):
        pm.register(sys.modules[__name__], PLUGIN)
        pm.unregister(name=PRINTER)
    app: App = Desk(options).app()
    return Guard(app, options)


def hook(function: Function) -> Function:
    """Mark a function as a hook of Datasette. A plugin is the whole process's, so each asks whether the instance is
    ours."""
    marked: Function = hookimpl(function)
    return marked


@hook
def register_routes(datasette: Datasette) -> list[tuple[str, Any]]:
    return pages.ROUTES if isinstance(datasette, Desk) else []


@hook
def prepare_jinja2_environment(env: Any, datasette: Datasette) -> None:
    if isinstance(datasette, Desk):
        env.filters.update(show.FILTERS)
        env.globals.update(show.GLOBALS)
        env.globals.update(feed_title=feed.feed_title, feed_link=feed.feed_link)
        env.trim_blocks = env.lstrip_blocks = True


@hook
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    return pages.common(request, datasette.options) if isinstance(datasette, Desk) else {}


@hook
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Any:
    if not isinstance(datasette, Desk):
        return None

    async def inner() -> Response:
        status, text = _explain(exception)
        if status >= 500:
            log.error("page failed path=%s", request.path, exc_info=exception)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": text, "status": status}, status=status)
        context = {"status": status, "error": text, **pages.common(request, datasette.options)}
        template = datasette.jinja_env.get_template("error.html")
        return Response.html(await template.render_async(context), status=status)

    return inner


def _explain(exception: Exception) -> tuple[int, str]:
    """Status and words of an error page."""
    if isinstance(exception, CopydeskError):
        return 503, str(exception)
    if isinstance(exception, DatasetteError):
        return exception.status, str(exception.message or exception.title or "")
    if isinstance(exception, Base400):
        text = str(exception.args[0]) if exception.args else ""
        return exception.status, "There is nothing at this address." if text in ("", "404") else text
    return 500, f"This page failed ({type(exception).__name__}); the log of the server says where."
