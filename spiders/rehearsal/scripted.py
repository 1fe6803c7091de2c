"""Pages without a word of text: a script asks for it and writes it, as shops and single-page applications do.

Each publication has them beside its own pages, below /scripted/, with a feed that no other endpoint names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from spiders.rehearsal.feeds import Listed, rss2
from spiders.rehearsal.pages import ArticlePage
from spiders.rehearsal.publications import Publication
from spiders.rehearsal.server import Answer

SHELL = Path(__file__).parent / "templates" / "scripted.html"
FEED = "/scripted/feed.xml"
PIECES = 3


def answer(path: str, home: str, press: Publication, pieces: Sequence[tuple[str, ArticlePage, Listed]]) -> Answer:
    """What stands at a path below /scripted/. `pieces`: slug, page and listing of what is published, newest first."""
    if path == FEED:
        listed = [replace(entry, url=f"{home}/scripted/{slug}") for slug, _, entry in pieces[:PIECES]]
        return Answer(body=rss2(press, home, listed), content_type="application/rss+xml")
    slug, _, ending = path.removeprefix("/scripted/").partition(".")
    page = next((page for name, page, _ in pieces if name == slug), None)
    if page is None:
        return Answer(status=404, body=b"not here")
    if ending == "json":
        data = {"headline": page.headline, "paragraphs": page.paragraphs}
        return Answer(body=json.dumps(data).encode(), content_type="application/json")
    html = SHELL.read_text(encoding="utf-8").replace("{title}", escape(press.title))
    return Answer(body=html.replace("{data}", f"/scripted/{slug}.json").encode())
