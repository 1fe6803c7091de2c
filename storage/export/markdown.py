"""Markdown: a file an article in a folder a day, with its metadata as front matter."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from types import TracebackType
from typing import Self

from copydesk.errors import StorageError
from storage.export.writers import part_of
from storage.store import Row

FRONT = (
    ("title", "headline"),
    ("date", "published_at"),
    ("updated", "modified_at"),
    ("authors", "authors"),
    ("description", "standfirst"),
    ("source", "source"),
    ("publisher", "publisher"),
    ("section", "section"),
    ("tags", "keywords"),
    ("lang", "language"),
    ("canonical_url", "canonical_url"),
    ("based_on_url", "based_on_url"),
    ("paywalled", "paywalled"),
    ("copydesk_id", "id"),
    ("revision", "revision"),
)
"""Key of the front matter (as Hugo, Jekyll and Pandoc read it), key of the article."""
SLUG_CHARS = 60
MARKUP = re.compile(r"^(\s*)([#>*+\-]|\d+[.)])(?=\s)|^(={3,}|-{3,})$", re.M)
"""What Markdown would take for a heading, a list, a quote or a rule at the beginning of a line."""
INLINE = re.compile(r"([\\`*_\[\]<])")


class MarkdownFolder:
    def __init__(self, out: Path) -> None:
        self._out = out
        self._part = part_of(out)
        try:
            self._part.mkdir()
        except OSError as error:
            raise StorageError(str(self._part), f"cannot be made ({error.strerror})") from error

    def write(self, row: Row) -> None:
        day = str(row["published_at"] or row["first_seen_at"])[:10]
        folder = self._part / day
        folder.mkdir(exist_ok=True)
        (folder / f"{row['id']}-{slug(str(row['headline']))}.md").write_text(render(row), encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._part.replace(self._out)


def render(row: Row) -> str:
    """An article as a Markdown document."""
    # JSON is YAML, and quotes whatever a headline may hold.
    front = [f"{name}: {json.dumps(row[key], ensure_ascii=False)}" for name, key in FRONT if row[key] not in (None, [])]
    body = MARKUP.sub(_escape_start, INLINE.sub(r"\\\1", str(row["body_text"])))
    return "\n".join(["---", *front, "---", "", body, ""])


def _escape_start(match: re.Match[str]) -> str:
    if match[3]:
        return "\\" + match[3]
    space, sign = match[1], match[2]
    return f"{space}{sign[:-1]}\\{sign[-1]}" if sign[0].isdigit() else f"{space}\\{sign}"


def slug(headline: str) -> str:
    """A file name for a headline, of letters, digits and hyphens.

    >>> slug("Rates: “Higher” for longer?")
    'rates-higher-for-longer'
    """
    plain = unicodedata.normalize("NFKC", headline).casefold()
    return re.sub(r"[\W_]+", "-", plain)[:SLUG_CHARS].strip("-") or "article"


def open_writer(out: Path) -> MarkdownFolder:
    return MarkdownFolder(out)
