"""Story clusters, the rules: vectors, average link, bounds of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates.clusters import (
    MOST_CLUSTER_TERMS,
    MOST_TERMS,
    PROBES,
    Cluster,
    average_link,
    language_term,
    likeness,
    pack,
    place,
    probes,
    read_terms,
    strongest,
    unite,
    unpack,
    weigh,
    without,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUAKE = "A quake of magnitude 6.1 shook Velmark on Monday, killing 12 people in Ostby, said governor Ilse Maran."
QUAKE_TOO = "Ilse Maran, the governor, spoke of 12 dead in Ostby after Monday's quake in Velmark, magnitude 6.1."
QUAKE_ELSEWHERE = "A quake of magnitude 4.8 shook Tarnow on Friday, injuring 3 people in Brek, said mayor Otto Lind."
HOUR = timedelta(hours=1)
VECTORS = st.dictionaries(st.integers(0, 2**32 - 1), st.floats(0.015625, 1, width=32), max_size=40)


def vector_of(text: str, *, language: str = "en") -> dict[int, float]:
    return dict(weigh(read_terms("", text, language=language), {}, texts=0))


def make_cluster(text: str = QUAKE, *, id: int = 1, at: datetime = NOON, until: datetime | None = None) -> Cluster:
    return Cluster(id=id, texts=1, total=vector_of(text), first_at=at, last_at=until or at)


def test_another_authors_words_about_the_event_are_more_alike_than_the_same_words_about_another_event() -> None:
    same, other = vector_of(QUAKE_TOO), vector_of(QUAKE_ELSEWHERE)

    assert likeness(vector_of(QUAKE), same) > 2 * likeness(vector_of(QUAKE), other)


def test_a_text_is_as_long_as_any_other() -> None:
    for text in (QUAKE, QUAKE * 30):
        assert likeness(vector_of(text), vector_of(text)) == pytest.approx(1)


def test_a_term_that_every_text_has_weighs_less_than_a_rare_one() -> None:
    terms = read_terms("", "harbour velvet", language="en")
    common, rare = (next(iter(read_terms("", word, language="en"))) for word in ("harbour", "velvet"))

    weights = weigh(terms, {common: 900}, texts=1000)

    assert weights[common] < 0.2 * weights[rare]


def test_the_same_word_in_two_languages_is_two_terms() -> None:
    assert not read_terms("", QUAKE, language="en").keys() & read_terms("", QUAKE, language="de").keys()
    assert read_terms("", QUAKE, language="en-GB") == read_terms("", QUAKE, language="EN")
    assert language_term("de") != language_term("")


def test_a_text_joins_the_cluster_that_it_is_most_like() -> None:
    clusters = [make_cluster(QUAKE_ELSEWHERE, id=1), make_cluster(QUAKE, id=2)]

    placed = place(vector_of(QUAKE_TOO), NOON + HOUR, clusters)

    assert placed.cluster is clusters[1]
    assert placed.likeness > 0.5


def test_a_text_like_none_begins_a_story() -> None:
    assert place(vector_of("Wheat growers in Pellow sold a mill."), NOON, [make_cluster()]).cluster is None
    assert place({}, NOON, [make_cluster()]).cluster is None


TIMES = [
    (NOON + 72 * HOUR, True),
    (NOON + 73 * HOUR, False),  # after three days of silence it is another story
    (NOON - 72 * HOUR, True),  # a late article is as near as an early one
    (NOON - 73 * HOUR, False),
]


@pytest.mark.parametrize(("at", "joins"), TIMES)
def test_a_story_ends_after_three_days_of_silence(at: datetime, joins: bool) -> None:
    assert (place(vector_of(QUAKE_TOO), at, [make_cluster()]).cluster is not None) is joins


def test_a_story_is_never_longer_than_a_week() -> None:
    running = make_cluster(until=NOON + timedelta(days=6))

    assert place(vector_of(QUAKE_TOO), NOON + timedelta(days=7), [running]).cluster is running
    assert place(vector_of(QUAKE_TOO), NOON + timedelta(days=7, hours=1), [running]).cluster is None


def test_the_link_is_the_average_over_all_texts() -> None:
    texts = [vector_of(QUAKE), vector_of(QUAKE_TOO), vector_of(QUAKE_ELSEWHERE)]
    cluster = unite(unite(make_cluster(QUAKE), make_cluster(QUAKE_TOO, id=2)), make_cluster(QUAKE_ELSEWHERE, id=3))
    one = make_cluster(QUAKE_TOO, id=9)

    assert average_link(one, cluster) == pytest.approx(sum(likeness(one.total, each) for each in texts) / 3)


def test_of_two_united_stories_the_lower_id_goes_on() -> None:
    late, early = make_cluster(id=7), make_cluster(id=3, at=NOON - HOUR)

    for united in (unite(late, early), unite(early, late)):
        assert (united.id, united.texts, united.first_at, united.last_at) == (3, 2, NOON - HOUR, NOON)


def test_a_cluster_takes_the_same_room_however_many_texts_it_has() -> None:
    cluster = make_cluster()
    for number in range(60):
        text = " ".join(
            f"Word{chr(97 + number % 26)}{chr(97 + each % 26)}{each} of {number}{each}" for each in range(90)
        )
        made = vector_of(text)
        assert len(made) <= MOST_TERMS
        cluster = unite(cluster, Cluster(id=2, texts=1, total=made, first_at=NOON, last_at=NOON))

    assert cluster.texts == 61
    assert len(pack(cluster.total)) == 8 * MOST_CLUSTER_TERMS


def test_what_a_text_brought_can_be_taken_back() -> None:
    both = unite(make_cluster(QUAKE), make_cluster(QUAKE_ELSEWHERE, id=2))

    rest = without(both, vector_of(QUAKE_ELSEWHERE))

    assert rest.texts == 1
    assert rest.total == pytest.approx(vector_of(QUAKE), abs=1e-5)
    assert average_link(without(rest, vector_of(QUAKE)), make_cluster(id=3)) is None


@settings(max_examples=100, derandomize=True, deadline=None)
@given(VECTORS)
def test_a_packed_vector_comes_back_with_its_strongest_terms_first(vector: dict[int, float]) -> None:
    assert unpack(pack(vector)) == vector
    assert probes(pack(vector)) == list(strongest(vector.items(), PROBES))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(max_size=200), st.text(max_size=2000), st.sampled_from(["", "en", "zh-Hans", "xx"]))
def test_any_text_has_a_vector_of_length_one_or_none(headline: str, body: str, language: str) -> None:
    vector = weigh(read_terms(headline, body, language=language), {}, texts=0)

    length = sum(weight * weight for weight in vector.values())
    assert length == pytest.approx(0, abs=1e-9) or 0.3 < length < 1.0001
    assert all(0 <= term < 2**32 for term in vector)
