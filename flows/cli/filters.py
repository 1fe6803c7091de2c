"""Which articles a command is about: the same options wherever articles are listed or taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from flows.cli.common import When
from flows.cli.completion import SourceName, TagName

FILTERS = (
    click.option(
        "--search", default="", metavar="WORDS", help="Full-text search of headlines and texts, best match first."
    ),
    click.option("--fts", default="", metavar="QUERY", help="The same in raw FTS5 syntax (NEAR, OR, prefix*)."),
    click.option("--source", default="", type=SourceName(), metavar="NAME", help="Of one source."),
    click.option("--tag", default="", type=TagName(), help="Of sources with a tag."),
    click.option("--since", type=When(), help="Published at or after: 2026-11-01, yesterday, 3d."),
    click.option("--until", type=When(), help="Published before."),
    click.option("--language", default="", help="By language: `en` finds en-GB too."),
    click.option("--duplicates", is_flag=True, help="Copies too, not just one article of each group."),
)
"""Named as the fields of `storage.records.ArticleQuery`."""


def article_filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of FILTERS, in their order."""
    for option in reversed(FILTERS):
        function = option(function)
    return function
