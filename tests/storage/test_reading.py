"""What a worker has read of a text makes the same rows as the store's own reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from copydesk.duplicates.clusters import read_terms
from copydesk.duplicates.fingerprint import fingerprint
from copydesk.duplicates.reading import read_text
from storage.records import Extraction
from storage.store import Store, open_store
from tests.copydesk.extraction.invented import publication
from tests.postgres import connect
from tests.storage.kept import NOON, begin, keep, make_body, make_extraction
from tests.storage.test_stories import EVENTS, make_report

TEXTS = {
    "English": ("Copper rises in London", make_body("copper"), "en-GB"),
    "short": ("Markets closed", "Markets are closed today.", "en"),
    "Japanese": ("日銀が利上げを決定", "日本銀行は十九日の会合で政策金利を引き上げることを決めた。" * 9, "ja"),
    "no language": ("Kupfer “steigt”", make_body("Kupfer") + "\n\nÜber 1.200 Tonnen", ""),
    "nothing": ("", "", ""),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_read_once_says_what_two_readings_say(name: str) -> None:
    headline, body_text, language = TEXTS[name]
    read = read_text(headline, body_text, language=language)

    assert read.fingerprint == fingerprint(headline, body_text)
    assert list(read.terms.items()) == list(read_terms(headline, body_text, language=language).items())


def read(extraction: Extraction) -> Extraction:
    """As a worker hands it over."""
    article = extraction.article
    assert article is not None
    made = read_text(article.headline, article.body_text, language=article.language or "")
    return replace(extraction, read=made)


def fill(store: Store, *, by_workers: bool) -> None:
    """Reports on events, exact and near copies, a revision, and articles that learned lines are cut from."""
    crawl_id = begin(store)
    texts = [(event, make_report(event, author)) for author in range(3) for event in EVENTS]
    texts += [("copy", texts[0][1]), ("near", texts[1][1] + " And one more sentence stands at its end.")]
    paper = publication(5, junk_lines=4).fill(24)
    for number, (name, text) in enumerate([*texts, *((piece.headline, piece.body_text) for piece in paper.pieces)]):
        if number == len(texts) + 20:
            store.memory.learn("ledger", now=NOON)
        snapshot = keep(store, crawl_id, f"{number}", source="courier" if number < len(texts) else "ledger")
        made = make_extraction(snapshot, headline=f"On {name}", body_text=text)
        store.articles.store([read(made) if by_workers else made], now=NOON)
    later = keep(store, crawl_id, "0", source="courier", at=NOON + timedelta(hours=1), digest="sha1:later")
    made = make_extraction(later, headline="On a merger", body_text=texts[4][1] + " Revised.")
    store.articles.store([read(made) if by_workers else made], now=NOON + timedelta(hours=1))


def test_the_store_keeps_the_same_whoever_read_the_text(new_database: Callable[[], str]) -> None:
    dumps = []
    for by_workers in (False, True):
        database = new_database()
        with open_store(database) as store:
            fill(store, by_workers=by_workers)
        with connect(database) as connection:
            rows = connection.execute("SELECT COUNT(*) FROM articles WHERE uncut_text IS NOT NULL").fetchone()
            assert rows[0], "learned lines were cut"
            tables = ("articles", "fingerprints", "postings", "duplicates", "stories", "story_texts", "story_terms")
            found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
            dumps.append({name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()})

    assert dumps[0] == dumps[1]
    assert len(dumps[0]["duplicates"]) >= 2
