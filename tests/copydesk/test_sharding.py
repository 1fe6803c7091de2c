"""Sources spread over shards: each host in one, and few that move when there is one shard more."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from copydesk.model import Source
from copydesk.sharding import assign_shards, hosts_of, shard_of

hosts = st.integers(0, 40).map(lambda number: f"h{number}.example")
sources = st.lists(st.tuples(hosts, st.lists(hosts, min_size=1, max_size=3)), max_size=30).map(
    lambda rows: [
        Source(name=f"s{number}", homepage=f"https://{home}/", feeds=tuple(f"https://{host}/feed" for host in feeds))
        for number, (home, feeds) in enumerate(rows)
    ]
)


@given(sources, st.integers(1, 12))
def test_every_source_has_one_shard_and_every_host_too(followed: list[Source], shards: int) -> None:
    found = assign_shards(followed, shards)

    of_host: dict[str, set[int]] = {}
    for source in followed:
        for host in hosts_of(source):
            of_host.setdefault(host, set()).add(found[source.name])
    assert found.keys() == {source.name for source in followed}
    assert all(1 <= shard <= shards for shard in found.values())
    assert all(len(shards_of_host) == 1 for shards_of_host in of_host.values())


@given(sources, st.integers(1, 12), st.randoms(use_true_random=False))
def test_the_order_of_sources_toml_does_not_count(followed: list[Source], shards: int, random: object) -> None:
    shuffled = list(followed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert assign_shards(shuffled, shards) == assign_shards(followed, shards)


@given(sources, st.integers(1, 12))
def test_one_shard_more_moves_sources_to_it_and_nowhere_else(followed: list[Source], shards: int) -> None:
    before, after = assign_shards(followed, shards), assign_shards(followed, shards + 1)

    assert all(after[name] in (before[name], shards + 1) for name in before)


@given(st.text(), st.integers(1, 12))
def test_one_shard_fewer_moves_only_what_it_had(host: str, shards: int) -> None:
    before = shard_of(host, shards + 1)

    assert shard_of(host, shards) == before or before == shards + 1


def test_shards_are_of_about_one_size_and_a_fifth_one_takes_a_fifth() -> None:
    names = [f"www.paper-{number}.example" for number in range(4_000)]

    four = {name: shard_of(name, 4) for name in names}
    moved = sum(shard_of(name, 5) != four[name] for name in names)

    assert all(900 <= size <= 1_100 for size in Counter(four.values()).values())
    assert 700 <= moved <= 900


def test_sources_go_together_where_a_third_one_shares_a_host_with_each() -> None:
    feeds = ("https://feeds.example/a",)
    trio = [
        Source(name="a", homepage="https://a.example", feeds=feeds),
        Source(name="b", homepage="https://b.example", sections=("https://b.example/news",)),
        Source(name="both", homepage="https://B.example/", feeds=feeds),
    ]

    for shards in range(1, 30):
        assert len(set(assign_shards(trio, shards).values())) == 1


def test_www_is_a_host_of_its_own_as_it_is_for_politeness() -> None:
    assert hosts_of(Source(name="a", homepage="https://www.a.example", feeds=("https://a.example/feed",))) == {
        "www.a.example",
        "a.example",
    }
