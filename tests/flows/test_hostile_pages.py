# ruff: noqa: E501
"""Pages made to be slow, deep or large, through real workers with their limit: each ends in an article or a reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from copydesk.model import Article, Reason, Refusal, Source
from flows.batch import FileTask, extract_batch, extract_file
from flows.ingest import Ingest
from storage.archive import ArchiveWriter
from storage.store import open_store
from tests.copydesk.extraction.hostile_pages import BAIT, BUGS, BUILDERS, HEADS, MANY, NESTED, NODES, OTHERS, bare
from tests.copydesk.extraction.pages import make_html
from tests.storage.kept import Page, keep_pages

TIMEOUT_S = 20
"""As news.toml has it; of CPU here."""
PATIENCE = 15
"""Times that by the clock: other work on the machine is not the page's fault."""
BAIT_BYTES = 600_000
OTHER_BYTES = 200_000
GIANTS: dict[str, Callable[[], bytes]] = {
    "100,000 nested tags": lambda: NESTED["nested div"](100_000).encode(),
    "30 megabytes": lambda: b"<html><body>" + b"<p>text</p>" * 3_000_000,
    "10 megabytes of paragraphs": lambda: MANY["paragraphs"](130_000).encode(),
    "a million attributes in one tag": lambda: OTHERS["attributes"](1_000_000).encode(),
    "a million attributes in 5,000 tags": lambda: OTHERS["tags with some attributes"](5_000).encode(),
    "a million line breaks": lambda: MANY["line breaks"](1_000_000).encode(),
    "50,000 links": lambda: MANY["links in one paragraph"](50_000).encode(),
    "19,000 links": lambda: MANY["links"](19_000).encode(),
    "20,000 tables": lambda: MANY["tables"](20_000).encode(),
    "9,000 tables": lambda: MANY["tables"](9_000).encode(),
    "a million null bytes": lambda: b"<html><body><p>" + b"a\x00" * 1_000_000,
    "UTF-16 with a byte order mark": lambda: MANY["paragraphs"](20_000).encode("utf-16"),
    "UTF-16 without one": lambda: MANY["paragraphs"](20_000).encode("utf-16-le"),
    "windows-1252 that says it is UTF-8": lambda: MANY["paragraphs"](20_000).replace("its", "Müllers").encode("cp1252", "replace"),
    "bytes of no charset": lambda: MANY["paragraphs"](20_000).encode() + bytes(range(128, 256)) * 20_000,
    "JSON-LD of 2.9 megabytes": lambda: NODES["a graph of articles"](17_000).encode(),
    "JSON-LD of 9 megabytes": lambda: NODES["a body"](260_000).encode(),
    "JSON-LD a million deep": lambda: NODES["deep arrays"](1_000_000).encode(),
    "a title of 5 megabytes": lambda: HEADS["a long title"](500_000).encode(),
    "2 megabytes of bylines": lambda: BAIT["text of bylines and names"](140_000).encode(),
    "2 megabytes of blanks": lambda: BAIT["text of blanks"](2_000_000).encode(),
    **{f"bug: {name}": page.encode for name, page in BUGS.items()},
}  # fmt: skip


def sized(name: str) -> bytes:
    """A page of a builder: text of one line without prose around it, else with it."""
    build = BUILDERS[name]
    unit = max(1, (len(build(200).encode("utf-8")) - len(build(100).encode("utf-8"))) // 100)
    if name in BAIT:
        return bare(build(BAIT_BYTES // unit)).encode()
    return build(30 if name == "entities of entities" else max(2, OTHER_BYTES // unit)).encode()


PAGES: dict[str, Callable[[], bytes]] = {
    **GIANTS,
    **{name: lambda name=name: sized(name) for name in BUILDERS},  # type: ignore[misc]
}


def extract_within(task: FileTask) -> Article | Refusal:
    """What a page is; a timeout where it took more CPU than the limit. Runs in a worker."""
    start = time.process_time()
    result = extract_file(task)
    seconds = time.process_time() - start
    if seconds > TIMEOUT_S:
        return Refusal(reason=Reason.EXTRACT_TIMEOUT, detail=f"{seconds:.1f} s of CPU")
    return result


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("hostile")

    def tasks() -> Iterator[FileTask]:
        for number, (name, make) in enumerate(PAGES.items()):
            path = folder / f"{number}.html"
            path.write_bytes(make())
            yield FileTask(number=number, id=name, url="https://courier.example/a/mill-ships-grain", path=str(path))

    limit_s = PATIENCE * TIMEOUT_S
    return {row["id"]: row for row in extract_batch(tasks(), jobs=2, timeout_s=limit_s, extract=extract_within)}


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_ends_within_its_limit_in_an_article_or_a_reason(
    rows: dict[str, dict[str, Any]], name: str
) -> None:
    row = rows[name]
    if "reason" not in row:
        assert row["body_text"]
        return
    assert row["reason"] not in (Reason.EXTRACT_TIMEOUT, Reason.EXTRACT_CRASH), row["detail"]
    assert row["detail"]


QUARANTINED = {
    "100,000 nested tags": Reason.UNREADABLE,
    "30 megabytes": Reason.TOO_LARGE,
    "a million line breaks": Reason.TOO_LARGE,
    "20,000 tables": Reason.TOO_LARGE,
}


def test_hostile_snapshots_are_quarantined_under_a_reason_and_the_page_among_them_is_stored(tmp_path: Path) -> None:
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    source = Source(name="a", feeds=("https://a.example/rss",))
    bodies = [*(GIANTS[name]() for name in QUARANTINED), bare(BAIT["text of dates"](10)).encode()]
    bodies.append(make_html().encode())
    with open_store(tmp_path / "copydesk.db") as store:
        store.sources.sync([source], now=now)
        crawl_id = store.crawls.begin(trigger="test", sources=["a"], at=now)
        with ArchiveWriter(tmp_path, crawl_id=crawl_id) as archive:
            for number, body in enumerate(bodies):
                page = Page(url=f"https://a.example/{number}", source="a", at=now, body=body)
                keep_pages(store, crawl_id, [page], writer=archive)
        desk = Ingest(
            store,
            archive=tmp_path,
            sources=[source],
            crawl_id=crawl_id,
            now=lambda: now,
            workers=2,
            timeout_s=PATIENCE * TIMEOUT_S,
        )
        with desk:
            stored = [each for batch in desk.drain() for each in batch]
        reasons = {row["url"]: row["reason"] for row in store.quarantine.rows()}

    assert len(stored) == len(bodies)
    assert [reasons.get(f"https://a.example/{number}") for number in range(4)] == list(QUARANTINED.values())
    assert f"https://a.example/{len(bodies) - 1}" not in reasons
