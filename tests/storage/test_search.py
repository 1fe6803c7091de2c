"""What a search finds: the same articles on each engine, and on PostgreSQL other forms of the words as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.records import ArticleQuery
from storage.store import Store
from tests.storage.kept import NOON, begin, keep, make_extraction

ARTICLES = {
    "copper": (
        "en",
        "Copper climbs",
        "The S&P 500 fell, copper rose in Zürich. See www.example.com/a-b for more.",
    ),
    "banks": ("en-GB", "Banking rules", "Two lenders were told to hold 3.5% more. O'Neill said so."),
    "zuerich": ("de", "Die Großbank in Zurich", "Der Élan der Banken hält an."),
    "tokyo": ("ja", "東京の株価", "日経平均株価は続伸した。東京証券取引所で。"),
    "moscow": ("ru", "Ставка растёт", "Центральный банк повысил ключевую ставку."),
    "unknown": (None, "Nuts and bolts", "Nothing of any language, and AT&T."),
}
FOUND = {
    "copper": {"copper"},
    "COPPER": {"copper"},
    "copper climbs": {"copper"},
    "copper banking": set(),
    "S&P 500": {"copper"},
    "s.p": {"copper"},
    "AT&T": {"unknown"},
    "zurich": {"copper", "zuerich"},
    "Zürich": {"copper", "zuerich"},
    "elan": {"zuerich"},
    "o'neill": {"banks"},
    "3.5%": {"banks"},
    "example": {"copper"},
    "a-b": {"copper"},
    "株価": {"tokyo"},
    "日経平均": {"tokyo"},
    "京証": {"tokyo"},
    "平経": set(),
    "株": {"tokyo"},
    "東京 続伸": {"tokyo"},
    "Ставка": {"moscow"},
    "—": set(),
    "( ) *": set(),
}
RAW = {
    "copper OR bolts": {"copper", "unknown"},
    "climb*": {"copper"},
    '"copper rose"': {"copper"},
    '"rose copper"': set(),
    "headline:copper": {"copper"},
    "headline:rose": set(),
    "copper NOT zurich": set(),
    "(copper OR lenders) NOT zurich": {"banks"},
}
STEMS = {"climb": {"copper"}, "lender": {"banks"}, "bank": {"banks", "zuerich"}, "Ставки": {"moscow"}, "nut": set()}


@pytest.fixture
def filled(store: Store) -> Store:
    crawl_id = begin(store)
    for path, (language, headline, body) in ARTICLES.items():
        made = make_extraction(keep(store, crawl_id, path), headline=headline, body_text=body)
        assert made.article is not None
        store.articles.store([replace(made, article=replace(made.article, language=language))], now=NOON)
    return store


def found(store: Store, **asked: object) -> set[str]:
    rows = store.articles.find(ArticleQuery(limit=50, **asked))  # type: ignore[arg-type]
    return {str(row["canonical_url"]).rpartition("/")[2] for row in rows}


def test_a_search_finds_words_whatever_their_case_accents_and_marks(filled: Store) -> None:
    assert {search: found(filled, search=search) for search in FOUND} == FOUND


def test_raw_search_syntax_means_the_same(filled: Store) -> None:
    assert {search: found(filled, fts=search) for search in RAW} == RAW


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_server_finds_other_forms_of_a_word_in_its_language(filled: Store) -> None:
    assert {search: found(filled, search=search) for search in STEMS} == STEMS


def test_a_text_of_any_size_is_searched(store: Store) -> None:
    words = " ".join(f"w{number:x}q" for number in range(150_000))
    made = make_extraction(keep(store, begin(store), "long"), headline="Copper", body_text=words)
    store.articles.store([made], now=NOON)

    assert found(store, search="copper w1q") == {"long"}
