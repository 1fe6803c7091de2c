"""`copydesk duplicates`."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say


@command(example="copydesk duplicates --batch docs.jsonl.gz --out pred.jsonl")
@click.option("--batch", "documents", type=click.Path(dir_okay=False, path_type=Path), required=True,
              metavar="DOCS.jsonl", help="Articles in order of arrival: lines of id, headline, body_text, "
              "published_at, publisher; .gz too.")  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="PRED.jsonl", help="Where it goes."
)
@click.option(
    "--window-h",
    type=click.FloatRange(min=0),
    default=72.0,
    show_default=True,
    metavar="HOURS",
    help="How far apart copies may be published; exact ones at any distance. 0: no limit.",
)
def duplicates(session: Session, documents: Path, out: Path, window_h: float) -> None:
    """Find the copies among many articles. Uses no database.

    A line for each article that an earlier one is like: exact, near, derived (re-worded), contains, or related
    (the same template about something else: no copy).
    """
    from flows.matching import match_batch, open_lines, read_documents

    counts: Counter[str] = Counter()

    def on_broken(line: int, what: str) -> None:
        counts["broken"] += 1
        say(f"{documents}: line {line}: {what}")

    window = timedelta(hours=window_h) if window_h else None
    try:
        with open_lines(documents) as lines, out.open("w", encoding="utf-8") as file:
            for rows in match_batch(read_documents(lines, on_broken), window=window):
                counts["articles"] += 1
                for row in rows:
                    counts[row["relation"]] += 1
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CopydeskError(str(error.filename or documents), f"{error.strerror or error}") from error
    found = ", ".join(f"{counts[name]} {name}" for name in ("exact", "near", "derived", "contains", "related"))
    broken = f", {counts['broken']} lines could not be read" if counts["broken"] else ""
    say(f"{out}: {counts['articles']} articles, {found}{broken}")
