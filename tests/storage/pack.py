"""Articles of the duplicates pack, where it is here: read, stored, and their pairs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from storage.records import ArticleQuery, EdgeQuery
from storage.store import Store
from tests.conftest import NO_DATA, REAL_DATA
from tests.storage.kept import NOON, begin, keep, make_extraction

Document = dict[str, Any]


def read_pack() -> tuple[list[Document], dict[str, Any]]:
    """Documents in stream order, and the labels of each; skips where they are absent."""
    folder = REAL_DATA / "duplicates" / "dev"
    if not (folder / "docs.jsonl.gz").exists():
        pytest.skip(NO_DATA)
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    return documents, json.loads(Path(folder / "truth.json").read_text(encoding="utf-8"))


def put_documents(store: Store, documents: Sequence[Document], *, batch: int = 20) -> None:
    crawl_id = begin(store)
    made = []
    for each in documents:
        extraction = make_extraction(
            keep(store, crawl_id, each["id"]),
            headline=each["headline"],
            body_text=each["body_text"],
            published_at=datetime.fromisoformat(each["published_at"]),
        )
        assert extraction.article is not None
        made.append(replace(extraction, article=replace(extraction.article, publisher=each["publisher"])))
    for start in range(0, len(made), batch):
        store.articles.store(made[start : start + batch], now=NOON)


def joined_pairs(store: Store) -> set[frozenset[str]]:
    """Every two articles of one group, by their documents' ids."""
    groups: dict[int, list[str]] = {}
    for row in store.articles.find(ArticleQuery(duplicates=True, limit=None)):
        groups.setdefault(row["duplicate_of"] or row["id"], []).append(_name(row["canonical_url"]))
    return _pairs(groups.values())


def exact_pairs(store: Store) -> set[frozenset[str]]:
    """Every two articles with the same body."""
    names = {
        row["id"]: _name(row["canonical_url"]) for row in store.articles.find(ArticleQuery(duplicates=True, limit=None))
    }
    copies: dict[str, list[str]] = {}
    for row in store.duplicates.edges(EdgeQuery(relation="exact", limit=None)):
        copies.setdefault(names[row["of"]], [names[row["of"]]]).append(names[row["article_id"]])
    return _pairs(copies.values())


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _pairs(groups: Iterable[Sequence[str]]) -> set[frozenset[str]]:
    return {frozenset(pair) for members in groups for pair in combinations(members, 2)}


def linked(store: Store) -> dict[str, set[str]]:
    """Document -> those that an edge joins it with, exact, near, derived or contained."""
    names = {
        row["id"]: _name(row["canonical_url"]) for row in store.articles.find(ArticleQuery(duplicates=True, limit=None))
    }
    found: dict[str, set[str]] = {}
    for row in store.duplicates.edges(EdgeQuery(limit=None)):
        if row["relation"] != "related":
            found.setdefault(names[row["article_id"]], set()).add(names[row["of"]])
            found.setdefault(names[row["of"]], set()).add(names[row["article_id"]])
    return found
