"""Story clusters in the store: placed as articles are stored, listed, tended."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from flows.stories import recluster
from storage.address import is_postgres
from storage.records import StoryQuery
from storage.store import Store
from tests.postgres import connect
from tests.storage.kept import NOON, begin, keep, make_body, make_extraction

EVENTS = {
    "quake": "Velmark Ostby Maran Tarnow Fault Richter",
    "merger": "Orrin Halden Brask Pellow Antitrust Lumen",
    "strike": "Ferrovia Dockers Sarnia Union Coldharbour Kessler",
}
LETTERS = "abcdefghiklmnoprstuvw"


def make_report(event: str, author: int) -> str:
    """A text about an event that shares with those of other authors its names, and no other words."""
    rnd = random.Random(f"{event} {author}")
    names = EVENTS[event].split()
    sentences = []
    for _ in range(8):
        filler = ["".join(rnd.sample(LETTERS, 6)) for _ in range(4)]
        sentences.append(f"The {event} in {rnd.choice(names)} and {rnd.choice(names)} {' '.join(filler)}.")
    return " ".join(sentences)


def add(
    store: Store, name: str, text: str, *, at: datetime = NOON, source: str = "ledger", seen_at: datetime | None = None
) -> int:
    """Fetch and store an article; its id."""
    now = seen_at or at
    crawl_id = begin(store, at=now)
    snapshot = keep(store, crawl_id, name, source=source, at=now, digest=f"sha1:{name}{now}")
    extraction = make_extraction(snapshot, headline=f"On {name}", body_text=text, published_at=at)
    (stored,) = store.articles.store([extraction], now=now)
    assert stored.article_id is not None
    return stored.article_id


def story_of(store: Store, article_id: int) -> int:
    article = store.articles.get(str(article_id))
    assert article is not None
    return int(article["story_id"])


def fill(store: Store, order: Sequence[tuple[str, int]]) -> dict[str, set[str]]:
    """Three reports on each event, in an order of arrival; story -> names of its reports."""
    ids = {}
    for number, (event, author) in enumerate(order):
        at = NOON + timedelta(hours=4 * author)
        seen_at = NOON + timedelta(days=1, minutes=number)
        ids[f"{event}-{author}"] = add(store, f"{event}-{author}", make_report(event, author), at=at, seen_at=seen_at)
    found: dict[str, set[str]] = defaultdict(set)
    for name, article_id in ids.items():
        found[str(story_of(store, article_id))].add(name)
    return found


REPORTS = [(event, author) for event in EVENTS for author in range(4)]


def test_reports_of_different_authors_on_one_event_are_one_story(store: Store) -> None:
    found = fill(store, REPORTS)

    assert sorted(sorted(names) for names in found.values()) == [
        sorted(f"{event}-{author}" for author in range(4)) for event in sorted(EVENTS)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_changes_nothing_of_clear_stories(store: Store, seed: int) -> None:
    order = random.Random(seed).sample(REPORTS, len(REPORTS))

    found = fill(store, order)

    assert {frozenset(names) for names in found.values()} == {
        frozenset(f"{event}-{author}" for author in range(4)) for event in EVENTS
    }


def test_an_event_of_another_week_is_another_story(store: Store) -> None:
    first = add(store, "a", make_report("quake", 1))
    within = add(store, "b", make_report("quake", 2), at=NOON + timedelta(hours=71))
    after = add(store, "c", make_report("quake", 3), at=NOON + timedelta(days=8))

    assert story_of(store, first) == story_of(store, within) != story_of(store, after)


def test_a_late_article_joins_the_story_of_its_time(store: Store) -> None:
    old = add(store, "a", make_report("quake", 1), at=NOON)
    new = add(store, "b", make_report("quake", 2), at=NOON + timedelta(days=8))

    late = add(store, "c", make_report("quake", 3), at=NOON + timedelta(hours=5), seen_at=NOON + timedelta(days=8))

    assert story_of(store, late) == story_of(store, old) != story_of(store, new)


def test_copies_share_a_story_however_late_they_come(store: Store) -> None:
    original = add(store, "a", make_body("copper"))
    copy = add(store, "b", make_body("copper"), at=NOON + timedelta(days=300), source="courier")

    assert story_of(store, copy) == story_of(store, original)


def test_an_original_that_comes_after_its_copy_takes_its_story(store: Store) -> None:
    copy = add(store, "b", make_body("copper"), at=NOON)
    original = add(store, "a", make_body("copper"), at=NOON - timedelta(days=20), seen_at=NOON, source="courier")

    assert story_of(store, original) == story_of(store, copy)


def test_a_revised_article_keeps_its_story(store: Store) -> None:
    first, second = (add(store, f"a{number}", make_report("quake", number)) for number in (1, 2))
    story = story_of(store, second)

    add(store, "a2", make_report("merger", 2), seen_at=NOON + timedelta(hours=2))

    assert story_of(store, second) == story_of(store, first) == story


def test_a_flash_joins_the_story_once_its_text_is_there(store: Store) -> None:
    report = add(store, "a", make_report("quake", 1))
    flash = add(store, "b", "More follows shortly.", at=NOON)
    alone = story_of(store, flash)
    assert alone != story_of(store, report)

    add(store, "b", make_report("quake", 2), seen_at=NOON + timedelta(hours=1))

    assert story_of(store, flash) == story_of(store, report)
    followed = store.stories.get(alone)
    assert followed is not None
    assert followed["id"] == story_of(store, report)


def test_what_is_compared_is_bounded_by_time(store: Store, database: str) -> None:
    for day in range(60):
        add(store, f"a{day}", make_report("quake", day), at=NOON + timedelta(days=day))

    with connect(database) as connection:
        texts, postings, open_stories = (
            connection.execute(sql).fetchone()[0]
            for sql in (
                "SELECT COUNT(*) FROM story_texts",
                "SELECT COUNT(*) FROM story_postings",
                "SELECT COUNT(*) FROM stories WHERE vector IS NOT NULL",
            )
        )
    assert texts <= 12
    assert postings <= 16 * texts
    assert open_stories <= texts
    longest = max(
        datetime.fromisoformat(row["last_at"]) - datetime.fromisoformat(row["first_at"])
        for row in store.stories.rows(StoryQuery(limit=None))
    )
    assert longest <= timedelta(days=7)


def test_the_largest_stories_come_first_with_their_sources_and_the_first_publisher(store: Store) -> None:
    add(store, "m1", make_report("merger", 1))
    add(store, "m2", make_report("merger", 2), at=NOON - timedelta(hours=1), source="courier")
    for number in range(3):
        add(store, f"q{number}", make_report("quake", number), at=NOON + timedelta(hours=number))
    add(store, "s", make_report("strike", 1))

    largest, second = store.stories.rows(StoryQuery())

    assert (largest["articles"], largest["sources"], largest["headline"]) == (3, ["ledger"], "On q0")
    assert (second["articles"], second["sources"]) == (2, ["courier", "ledger"])
    assert (second["first_publisher"], second["first_at"]) == ("courier", "2026-11-02T11:00:00.000+00:00")
    assert [row["articles"] for row in store.stories.rows(StoryQuery(since=NOON + timedelta(hours=1)))] == [2]
    assert store.stories.rows(StoryQuery(language="de")) == []
    assert [row["headline"] for row in store.stories.articles(second["id"])] == ["On m2", "On m1"]


def test_a_store_from_before_there_were_stories_catches_up(store: Store, database: str) -> None:
    before = fill(store, REPORTS)
    with connect(database) as connection:
        connection.execute("UPDATE articles SET story_id = NULL")
        for table in ("story_texts", "story_postings", "story_terms", "stories"):
            connection.execute(f"DELETE FROM {table}")
    assert store.stories.count_waiting() == 12

    part = recluster(store, NOON, most=5)
    rest = recluster(store, NOON)
    again = recluster(store, NOON)

    assert (part.placed, part.waiting) == (5, 7)
    assert (rest.placed, rest.waiting) == (7, 0)
    assert (again.placed, again.regrouped, again.united) == (0, 0, 0)
    found = defaultdict(set)
    for row in store.stories.rows(StoryQuery(limit=None)):
        found[row["id"]] = {article["headline"].removeprefix("On ") for article in store.stories.articles(row["id"])}
    assert {frozenset(names) for names in found.values()} == {frozenset(names) for names in before.values()}


def test_stories_that_were_kept_apart_are_united_under_the_lower_id(store: Store, database: str) -> None:
    first, second = (add(store, name, make_report("quake", number)) for number, name in enumerate("ab"))
    story = story_of(store, first)
    with connect(database) as connection:  # as if they had come before a word of them was known to be rare
        connection.execute("INSERT INTO stories SELECT 99, language, first_at, last_at, 1, vector, NULL FROM stories")
        connection.execute("UPDATE stories SET texts = 1")
        connection.execute("UPDATE story_texts SET story_id = 99 WHERE article_id = ?", (second,))
        connection.execute("UPDATE articles SET story_id = 99 WHERE id = ?", (second,))

    done = recluster(store, NOON)

    assert done.united == 1
    assert story_of(store, first) == story_of(store, second) == story
    followed = store.stories.get(99)
    assert followed is not None
    assert (followed["id"], followed["articles"]) == (story, 2)


def test_copies_that_were_matched_later_are_brought_together(store: Store, database: str) -> None:
    first, second = add(store, "a", make_report("quake", 1)), add(store, "b", make_report("merger", 1))
    with connect(database) as connection:
        connection.execute("UPDATE articles SET duplicate_of = ?, relation = 'near' WHERE id = ?", (first, second))

    assert recluster(store, NOON).regrouped == 1
    assert story_of(store, first) == story_of(store, second)
    assert recluster(store, NOON).regrouped == 0


def test_an_article_that_was_deleted_leaves_nothing_that_the_next_one_stumbles_over(
    store: Store, database: str
) -> None:
    first, gone = add(store, "a", make_report("quake", 1)), add(store, "b", make_report("quake", 2))
    with connect(database) as connection:
        connection.execute("UPDATE snapshots SET article_id = NULL WHERE article_id = ?", (gone,))
        connection.execute("DELETE FROM revisions WHERE article_id = ?", (gone,))
        connection.execute("DELETE FROM listings WHERE article_id = ?", (gone,))
        connection.execute("DELETE FROM fingerprints WHERE article = ?", (gone,))
        connection.execute("DELETE FROM postings WHERE article = ?", (gone,))
        connection.execute("DELETE FROM articles WHERE id = ?", (gone,))

    again = add(store, "c", make_report("quake", 2))

    assert is_postgres(database) or again == gone  # a server gives no number twice
    assert story_of(store, again) == story_of(store, first)


def test_a_story_that_nobody_knows_is_none(store: Store) -> None:
    assert store.stories.get(7) is None
    assert store.stories.articles(7) == []
