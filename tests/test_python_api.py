"""The examples of docs/python-api.md, run on a small desk: each prints what the document says."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import storage
from copydesk.model import Source
from storage.store import open_store
from storage.web.desk import make_app
from storage.web.options import WebOptions
from tests.storage.kept import NOON, begin, keep, make_body, make_extraction

DOCUMENT = Path(__file__).parents[1] / "docs" / "python-api.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMISED = ["ArticleQuery", "EdgeQuery", "Store", "StoryQuery", "open_store"]
"""Who takes one away breaks programs of others."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an article that was revised, a copy of it, and one of its own; the working directory."""
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        crawl_id = begin(store)
        store.sources.sync([Source(name="ledger", tags=("metals",)), Source(name="courier")], now=NOON)
        for hours, dollars in ((0, 40), (3, 45)):
            at, headline = NOON + timedelta(hours=hours), f"Copper levy rises to {dollars} dollars"
            row = keep(store, crawl_id, "copper", at=at, digest=f"sha1:{hours}")
            store.articles.store([make_extraction(row, word="copper", headline=headline)], now=at)
        copy = make_extraction(keep(store, crawl_id, "copper", source="courier"), word="copper", headline=headline,
                               published_at=NOON + timedelta(hours=4))  # fmt: skip
        tin = make_extraction(keep(store, crawl_id, "tin", source="courier"), word="tin", headline="Tin levy stays",
                              body_text=make_body("tin"), published_at=NOON + timedelta(hours=5))  # fmt: skip
        store.articles.store([copy, tin], now=NOON)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))


def test_the_promised_names_are_the_documented_ones() -> None:
    assert sorted(storage.__all__) == PROMISED
    assert all(f"`{name}`" in DOCUMENT.read_text(encoding="utf-8") for name in PROMISED)


def test_each_example_prints_what_stands_below_it(desk: Path) -> None:
    known: dict[str, Any] = {}
    printed, wanted = [], []
    for kind, text in blocks():
        if kind == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(text, str(DOCUMENT), "exec"), known)
            printed.append(out.getvalue())
        elif kind == "text":
            wanted.append(text)

    assert len(printed) >= 6
    assert printed == wanted


def test_each_address_answers_with_json_that_has_something_in_it(desk: Path) -> None:
    addresses = [line for kind, text in blocks() if kind == "http" for line in text.splitlines()]
    app = make_app(WebOptions(database=desk / "data" / "copydesk.db", archive=desk))

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(address) for address in addresses]

    answers = asyncio.run(ask())
    assert len(addresses) >= 10
    assert [str(answer.url) for answer in answers if answer.status_code != 200] == []
    assert [str(answer.url) for answer in answers if not answer.json()] == []
