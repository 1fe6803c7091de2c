"""Addresses and what answers them. Each asks the database one question and fills one template."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from datasette.utils.asgi import NotFound, Request, Response

from storage.web import article, beside, feed, find, lists, snapshot, sources, story, today
from storage.web.find import Search, as_csv
from storage.web.options import WebOptions

if TYPE_CHECKING:
    from storage.web.desk import Desk

NAV = (
    ("/", "Today"),
    ("/search", "Search"),
    ("/sources", "Sources"),
    ("/crawls", "Crawls"),
    ("/quarantine", "Quarantine"),
    ("/gaps", "Gaps"),
    ("/junk", "Junk"),
    ("/data", "Data"),
)
THEMES = ("light", "dark")
THEME_COOKIE = "copydesk_theme"
THEME_S = 400 * 24 * 3600
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_PAGES = 100_000


def common(request: Request | None, options: WebOptions) -> dict[str, Any]:
    """What every template is given."""
    path = request.path if request is not None else ""
    theme = request.cookies.get(THEME_COOKIE, "") if request is not None else ""
    here = "/" + path.split("/")[1] if path.count("/") else path
    return {
        "nav": NAV,
        "here": {"/article": "", "/day": "/", "/stories": "/"}.get(here, here),
        "theme": theme if theme in THEMES else "",
        "full_path": request.full_path if request is not None else "/",
        "has_password": bool(options.password_hash),
        "datasette_version": "",
    }


async def show_today(request: Request, datasette: Desk) -> Response:
    """The story clusters of the last 24 hours."""
    return await _show_day(request, datasette, "")


async def show_day(request: Request, datasette: Desk) -> Response:
    """Those of any day."""
    return await _show_day(request, datasette, _day(request.url_vars["day"]))


async def go_to_day(request: Request, datasette: Desk) -> Response:
    """The form that asks for a day leads here."""
    day = request.args.get("day") or ""
    return Response.redirect(f"/day/{_day(day)}" if day else "/")


async def _show_day(request: Request, datasette: Desk, day: str) -> Response:
    page, now = _page(request), datetime.now(UTC)
    found = await datasette.reader.ask(lambda database: today.read_day(database, day=day, now=now, page=page))
    return await _render(datasette, request, "today.html", day=found)


async def show_story(request: Request, datasette: Desk) -> Response:
    """All articles about one event; what became part of another story leads there."""
    story_id, page = _id(request), _page(request)
    found = _there(await datasette.reader.ask(lambda database: story.read_story(database, story_id, page=page)))
    if found.story["id"] != story_id:
        return Response.redirect(f"/stories/{found.story['id']}")
    return await _render(datasette, request, "story.html", page=found)


async def show_article(request: Request, datasette: Desk) -> Response:
    article_id = _id(request)
    found = await datasette.reader.ask(lambda database: article.read_article(database, article_id))
    return await _render(datasette, request, "article.html", page=_there(found))


async def show_text(request: Request, datasette: Desk) -> Response:
    """Headline and text, plain and whole."""
    article_id = _id(request)
    found = await datasette.reader.ask(lambda database: article.read_text(database, article_id))
    return Response.text(_there(found))


async def show_revisions(request: Request, datasette: Desk) -> Response:
    article_id, page, size = _id(request), _page(request), article.REVISIONS_A_PAGE
    found, rows, count = await datasette.reader.ask(
        lambda database: (
            article.read_brief(database, article_id),
            article.read_revisions(database, article_id, limit=size, offset=(page - 1) * size),
            article.count_revisions(database, article_id),
        )
    )
    more = {"article": _there(found), "revisions": rows, "count": count, "number": page, "last": -(-count // size)}
    return await _render(datasette, request, "revisions.html", **more)


async def show_why(request: Request, datasette: Desk) -> Response:
    article_id = _id(request)
    found = await datasette.reader.ask(lambda database: article.read_why(database, article_id))
    row, trail = _there(found)
    return await _render(datasette, request, "why.html", article=row, trail=trail)


async def show_beside(request: Request, datasette: Desk) -> Response:
    first, second = _id(request), int(request.url_vars["other"])
    found = await datasette.reader.ask(lambda database: beside.read_beside(database, first, second))
    return await _render(datasette, request, "beside.html", beside=_there(found))


async def show_snapshot(request: Request, datasette: Desk) -> Response:
    snapshot_id, as_source = _id(request), request.url_vars["form"] == "/source"
    archive = datasette.options.archive
    found = await datasette.reader.ask(
        lambda database: snapshot.read_snapshot(database, archive, snapshot_id, as_source=as_source)
    )
    view = _there(found)
    headers = {"Content-Disposition": f'attachment; filename="{view.file_name}"'} if view.file_name else {}
    return Response(view.body, headers=headers, content_type=view.content_type)


async def show_search(request: Request, datasette: Desk) -> Response:
    asked, page = _asked(request), _page(request)
    if asked.q.startswith(("http://", "https://")):
        known = await datasette.reader.ask(lambda database: article.find_id(database, asked.q))
        if known is not None:
            return Response.redirect(f"/article/{known}")
    found = await datasette.reader.ask(lambda database: find.search(database, asked, page=page))
    return await _render(datasette, request, "search.html", asked=asked, found=found)


async def save_search(request: Request, datasette: Desk) -> Response:
    """The same as a file."""
    asked, kind = _asked(request), request.url_vars["kind"]
    rows = await datasette.reader.ask(lambda database: find.read_saved(database, asked))
    headers = {"Content-Disposition": f'attachment; filename="copydesk-search.{kind}"'}
    if kind == "json":
        return Response.json(rows, headers=headers)
    return Response(as_csv(rows), headers=headers, content_type="text/csv; charset=utf-8")


async def show_feed(request: Request, datasette: Desk) -> Response:
    """What a search or a tag finds, for readers of feeds; what such a reader has already is not sent again."""
    asked, limit = _asked(request), _number(request, "limit", feed.ENTRIES)
    now = datetime.now(UTC)
    found = await datasette.reader.ask(lambda database: feed.read_feed(database, asked, limit=limit))
    body = feed.render(found, base_url=f"{request.scheme}://{request.host}", now=now)
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
    is_known = tag in (request.headers.get("if-none-match") or "")
    return Response(b"" if is_known else body, 304 if is_known else 200, headers, feed.CONTENT_TYPE)


async def show_sources(request: Request, datasette: Desk) -> Response:
    now = datetime.now(UTC)
    rows = await datasette.reader.ask(lambda database: sources.read_sources(database, now=now))
    return await _render(datasette, request, "sources.html", sources=rows)


async def show_source(request: Request, datasette: Desk) -> Response:
    now, name = datetime.now(UTC), unquote(request.url_vars["name"])
    found = await datasette.reader.ask(lambda database: sources.read_source(database, name, now=now))
    return await _render(datasette, request, "source.html", source=_there(found))


async def show_crawls(request: Request, datasette: Desk) -> Response:
    page = _page(request)
    rows, count = await datasette.reader.ask(lambda database: lists.read_crawls(database, page=page))
    return await _render(datasette, request, "crawls.html", crawls=rows, number=page, last=_last(count))


async def show_crawl(request: Request, datasette: Desk) -> Response:
    crawl_id = _id(request)
    found = await datasette.reader.ask(lambda database: lists.read_crawl(database, crawl_id))
    return await _render(datasette, request, "crawl.html", crawl=_there(found))


async def show_quarantine(request: Request, datasette: Desk) -> Response:
    page = _page(request)
    reason, source = (request.args.get(name) or "" for name in ("reason", "source"))
    found = await datasette.reader.ask(
        lambda database: lists.read_quarantine(database, reason=reason, source=source, page=page)
    )
    return await _render(datasette, request, "quarantine.html", number=page, last=_last(found["found"]), **found)


async def show_gaps(request: Request, datasette: Desk) -> Response:
    now = datetime.now(UTC)
    source, state = (request.args.get(name) or "" for name in ("source", "state"))
    found = await datasette.reader.ask(lambda database: lists.read_gaps(database, source=source, state=state, now=now))
    return await _render(datasette, request, "gaps.html", **found)


async def show_junk(request: Request, datasette: Desk) -> Response:
    source = request.args.get("source") or ""
    found = await datasette.reader.ask(lambda database: lists.read_junk(database, source=source))
    return await _render(datasette, request, "junk.html", by_source=found, source=source)


async def set_theme(request: Request, datasette: Desk) -> Response:
    """Remember light, dark or what the system says; without a script, and back to where it was asked."""
    theme = request.url_vars["theme"]
    back = request.args.get("next") or "/"
    parts = urlsplit(back)
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and not parts.netloc and back.isprintable()
    response = Response.redirect(back if is_ours else "/", status=303)
    age = THEME_S if theme in THEMES else 0
    response.set_cookie(THEME_COOKIE, theme, max_age=age, httponly=True, samesite="lax")
    return response


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", show_today),
    (r"^/day/(?P<day>[^/]+)$", show_day),
    (r"^/day$", go_to_day),
    (r"^/stories/(?P<id>\d{1,15})$", show_story),
    (r"^/article/(?P<id>\d{1,15})$", show_article),
    (r"^/article/(?P<id>\d{1,15})\.txt$", show_text),
    (r"^/article/(?P<id>\d{1,15})/revisions$", show_revisions),
    (r"^/article/(?P<id>\d{1,15})/why$", show_why),
    (r"^/article/(?P<id>\d{1,15})/beside/(?P<other>\d{1,15})$", show_beside),
    (r"^/snapshot/(?P<id>\d{1,15})(?P<form>|/source)$", show_snapshot),
    (r"^/feed$", show_feed),
    (r"^/search$", show_search),
    (r"^/search\.(?P<kind>csv|json)$", save_search),
    (r"^/sources$", show_sources),
    (r"^/sources/(?P<name>[^/]+)$", show_source),
    (r"^/crawls$", show_crawls),
    (r"^/crawls/(?P<id>\d{1,15})$", show_crawl),
    (r"^/quarantine$", show_quarantine),
    (r"^/gaps$", show_gaps),
    (r"^/junk$", show_junk),
    (r"^/-/theme/(?P<theme>light|dark|system)$", set_theme),
]


async def _render(datasette: Desk, request: Request, template: str, **context: Any) -> Response:
    return Response.html(await datasette.render_template(f"desk/{template}", context, request=request))


def _there(found: Any) -> Any:
    """What was found.

    Raises:
        NotFound: nothing was.
    """
    if found is None:
        raise NotFound("Nothing of this number or name is stored.")
    return found


def _asked(request: Request) -> Search:
    return Search.read({name: request.args.get(name) or "" for name in request.args})


def _id(request: Request) -> int:
    return int(request.url_vars["id"])


def _page(request: Request) -> int:
    return min(max(1, _number(request, "page", 1)), MOST_PAGES)


def _number(request: Request, name: str, default: int) -> int:
    text = request.args.get(name) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else default


def _last(count: int) -> int:
    return max(1, -(-count // lists.PAGE_SIZE))


def _day(text: str) -> str:
    """A day as the address line has it.

    Raises:
        NotFound: it is none.
    """
    try:
        if DAY.fullmatch(text):
            return f"{datetime.fromisoformat(text):%Y-%m-%d}"
    except ValueError:
        pass
    raise NotFound("A day is written 2026-11-02.")
