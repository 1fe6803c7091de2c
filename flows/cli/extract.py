"""`copydesk extract`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from copydesk.errors import CopydeskError, ExtractError
from flows.cli.common import Session, command, say
from flows.cli.output import emit


@command(example="copydesk extract page.html --url https://news.example/a")
@click.argument("page", required=False, metavar="[FILE|URL|-]")
@click.option(
    "--url", default="", metavar="URL", help="Where the page of FILE or - comes from: its links are read with it."
)
@click.option("--batch", "pages", type=click.Path(dir_okay=False, path_type=Path), metavar="PAGES.jsonl",
              help="Many pages: lines of id, url and path (.html or .html.gz, relative to this file).")  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="PRED.jsonl", help="Where a batch goes."
)
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, help="Worker processes of a batch.  [default: one a core]"
)
def extract(session: Session, page: str | None, url: str, pages: Path | None, out: Path | None, jobs: int) -> None:
    """Extract one page, or a batch, to article JSON. Uses no database.

    A page that is no article: exit code 1 and the reason; in a batch, a line with its reason and an empty body_text.
    """
    if pages is not None:
        if page is not None or url or out is None:
            raise click.UsageError("--batch goes with --out, and without a FILE and --url")
        _extract_batch(session, pages, out, jobs)
        return
    if page is None:
        raise click.UsageError("name a FILE, a URL, or - for stdin; or --batch and --out")
    if out is not None:
        raise click.UsageError("--out goes with --batch; one page goes to stdout")
    is_address = page.startswith(("http://", "https://"))
    row = _extract_address(session, page) if is_address else _extract_file(page, url)
    if session.is_table:
        from flows.cli.articles import print_article

        print_article(row)
    else:
        emit(session, [row], ())


def _extract_file(name: str, url: str) -> dict[str, Any]:
    from copydesk.extraction.article import extract_article
    from copydesk.model import Page, Refusal
    from flows.batch import article_row, read_page

    try:
        body = sys.stdin.buffer.read() if name == "-" else read_page(Path(name))
    except OSError as error:
        raise CopydeskError(name, f"cannot be read ({error.strerror or error})") from error
    found = extract_article(Page(url=url, body=body))
    if isinstance(found, Refusal):
        raise ExtractError(name, f"no article: {found.reason}: {found.detail}", found.reason.value)
    return article_row(found)


def _extract_address(session: Session, url: str) -> dict[str, Any]:
    """Fetch a page as a crawl would (robots.txt, limits, refused addresses), into a store that is thrown away."""
    from flows.crawl import CrawlJob, crawl
    from storage.store import open_store

    settings = session.settings()
    with tempfile.TemporaryDirectory(prefix="copydesk-extract-") as folder:
        home = Path(folder)
        desk = replace(settings.desk, data=home, archive=home / "archive", database=home / "extract.db")
        job = CrawlJob(urls=(url,), trigger="extract", log_level=session.log_level)
        report = crawl(job, replace(settings, desk=desk))
        with open_store(desk.database, read_only=True) as store:
            if report.newest:
                row = dict(store.articles.get(str(report.newest[0].article_id)) or {})
                return row | {"id": None, "source": None}
            refused = store.quarantine.rows()
    if refused:
        raise ExtractError(url, f"no article: {refused[0]['reason']}: {refused[0]['detail']}", refused[0]["reason"])
    troubles = [event.what for event in report.troubles]
    raise CopydeskError(url, troubles[0] if troubles else "could not be fetched")


def _extract_batch(session: Session, pages: Path, out: Path, jobs: int) -> None:
    from flows.batch import extract_batch, read_tasks

    counts: Counter[str] = Counter()

    def on_broken(line: int, what: str) -> None:
        counts["broken"] += 1
        say(f"{pages}: line {line}: {what}")

    timeout_s = session.settings().extract.timeout_s
    try:
        with pages.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
            tasks = read_tasks(lines, pages.parent, on_broken)
            for row in extract_batch(tasks, jobs=jobs, timeout_s=timeout_s):
                counts["refused" if "reason" in row else "articles"] += 1
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CopydeskError(str(error.filename or out), f"{error.strerror or error}") from error
    broken = f", {counts['broken']} lines could not be read" if counts["broken"] else ""
    say(f"{out}: {counts['articles']} articles, {counts['refused']} pages without one{broken}")
