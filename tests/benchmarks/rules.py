"""The rules of extraction, each with what leaves it out: `make bench-extraction` tells what each is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from lxml.etree import XPath

from copydesk.extraction import article, authors, body, junk, metadata, titles
from copydesk.extraction import standfirst as summary

NEVER = re.compile(r"(?!)")
BODY = ("F1", "acc", "extra", "missP")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule, and how the extractor is made to do without it."""

    name: str
    swaps: tuple[tuple[Any, str, Any], ...]
    """(module, name in it, what stands there instead)."""
    columns: tuple[str, ...] = BODY
    """Of the table: what the rule is for."""


def _blocks_as_they_are(blocks: Any, *_: object) -> Any:
    return list(blocks)


def _tag_sources(root: Any, tags: Any) -> Iterator[tuple[str, list[str]]]:
    return (each for each in SOURCES(root, tags) if not each[0].startswith("html:"))


SOURCES = authors._sources
CLEANING = {
    "headline, byline, date among the first lines": "drop_head",
    "consent banners": "drop_banners",
    "lines that an image says too": "drop_captions",
    "junk phrases anywhere": "drop_phrases",
    "lines that are links": "drop_link_lines",
    "cut at a heading that begins what is related": "cut_tail",
    "junk phrases, credits, biographies at the end": "drop_tail",
    "headings that nothing follows": "drop_lone_headings",
}
RULES = (
    Rule(name="full extraction where little prose is found", swaps=((article, "SHORT_CHARS", 0),)),
    Rule(name="boxes cut by class and id", swaps=((body, "CUT_CLASSES", NEVER),)),
    Rule(name="dialogs cut", swaps=((body, "DIALOGS", XPath("//*[false()]")),)),
    Rule(name="layout tables unfolded", swaps=((body, "_unfold_layout_tables", lambda root: None),)),
    Rule(
        name="paragraphs of further containers of the body",
        swaps=((article, "complete_blocks", lambda blocks, *_: (blocks, 0)),),
    ),
    Rule(
        name="body from JSON where the markup has none",
        swaps=((article, "rescue_body", lambda blocks, *_: (list(blocks), "")),),
    ),
    Rule(name="articleBody as a filter", swaps=((article, "filter_by_json", _blocks_as_they_are),)),
    *(Rule(name=name, swaps=((junk, step, _blocks_as_they_are),)) for name, step in CLEANING.items()),
    Rule(
        name="standfirst as a field of its own",
        swaps=((article, "find_standfirst", lambda root, blocks, told: ("", list(blocks))),),
    ),
    Rule(name="scorecard", swaps=((article, "find_unlikely", lambda *_: {}),)),
    Rule(
        name="headline as the page shows it",
        swaps=((metadata, "find_shown", lambda *_: []),),
        columns=("title", "title~"),
    ),
    Rule(name="publication cut from titles", swaps=((titles, "_strip", lambda title, _: title),), columns=("title",)),
    Rule(name="bylines where tags are silent", swaps=((authors, "_sources", _tag_sources),), columns=("auth", "authP")),
    Rule(
        name="day searched for where no tag states one",
        swaps=((article, "_searched_date", lambda *_: None),),
        columns=("date",),
    ),
)
PHRASES = ((junk, "ALWAYS"), (junk, "TAIL"), (junk, "TAIL_HEADINGS"), (summary, "ALWAYS"))
"""Where the tables of phrases are asked."""


@contextmanager
def swapped(swaps: tuple[tuple[Any, str, Any], ...]) -> Iterator[None]:
    """The extractor with something else in some places."""
    with ExitStack() as stack:
        for module, name, instead in swaps:
            stack.enter_context(patch.object(module, name, instead))
        yield
