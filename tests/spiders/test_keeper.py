"""The thread that writes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import spiders.keeper
from spiders.clock import Clock
from spiders.fetches import Look
from spiders.graves import mark_path
from spiders.keeper import Hearing, Keeper
from spiders.outcomes import Answer
from spiders.plan import CrawlPlan
from storage.records import EntryRow, FetchOutcome
from storage.store import open_store
from tests.spiders.crawls import Desk

Act = Callable[[Keeper], Awaitable[None]]


def run(plan: CrawlPlan, act: Act, on_renewed: Callable[[frozenset[str]], None] = lambda held: None) -> list[Exception]:
    """Let `act` use a keeper; what the keeper failed with."""
    failures: list[Exception] = []

    async def main() -> None:
        failed = asyncio.Event()

        def fail(error: Exception) -> None:
            failures.append(error)
            failed.set()

        hearing = Hearing(on_stored=lambda: None, on_failure=fail, on_renewed=on_renewed)
        keeper = Keeper(plan, Clock(plan.clock_offset_s), hear=hearing)
        keeper.open()
        acting = asyncio.ensure_future(act(keeper))
        failing = asyncio.ensure_future(failed.wait())
        await asyncio.wait({acting, failing}, return_when=asyncio.FIRST_COMPLETED)
        await keeper.close()
        for task in (acting, failing):
            task.cancel()
        await asyncio.gather(acting, failing, return_exceptions=True)
        if acting.done() and not acting.cancelled():
            acting.result()

    asyncio.run(main())
    return failures


def make_look(row: EntryRow, body: bytes) -> Look:
    answer = Answer(
        final_url=row.entry.url, status=200, reason="OK", headers=(("Content-Type", "text/html"),), body=body
    )
    return Look(row=row, at=datetime.now(UTC), answer=answer)


def test_pages_handed_over_one_after_the_other_are_stored_when_the_keeper_closes(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    plan = desk.plan()
    urls = [f"http://a.example/{number}" for number in range(100)]
    waiting: list[asyncio.Future[object]] = []

    async def act(keeper: Keeper) -> None:
        now = datetime.now(UTC)
        rows = await keeper.ask(lambda store: store.entries.add("by-hand", urls, crawl_id=plan.crawl_id, now=now))
        waiting.extend(asyncio.ensure_future(keeper.keep(make_look(row, row.entry.url.encode()))) for row in rows)
        await asyncio.sleep(0)
        assert not keeper.is_full

    assert run(plan, act) == []
    assert sorted(desk.pending()) == sorted(urls)
    assert not mark_path(plan, plan.crawl_id).exists()


def test_a_page_with_the_bytes_of_last_time_leaves_no_second_snapshot(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    outcomes: list[FetchOutcome] = []

    async def act(keeper: Keeper) -> None:
        for _ in range(2):
            rows = await keeper.ask(
                lambda store: store.entries.add(
                    "by-hand", ["http://a.example/"], crawl_id=keeper.plan.crawl_id, now=datetime.now(UTC)
                )
            )
            outcomes.append((await keeper.keep(make_look(rows[0], b"same"))).outcome)

    for _ in range(2):
        assert run(desk.plan(), act) == []
    assert outcomes == [FetchOutcome.KEPT, *[FetchOutcome.REVISIT] * 3]
    assert len(desk.pending()) == 1


def test_leases_are_renewed_while_the_crawl_goes_on_and_released_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spiders.keeper, "RENEW_S", 0.02)
    desk = Desk(tmp_path)
    plan, other = desk.plan(), desk.plan()
    long_ago = datetime.now(UTC) - timedelta(seconds=59)
    seen: list[bool] = []

    async def act(keeper: Keeper) -> None:
        await keeper.ask(lambda store: store.leases.acquire("a.example", crawl_id=plan.crawl_id, now=long_ago))
        await asyncio.sleep(0.2)
        in_a_while = datetime.now(UTC) + timedelta(seconds=30)
        seen.append(
            await keeper.ask(lambda store: store.leases.acquire("a.example", crawl_id=other.crawl_id, now=in_a_while))
        )

    assert run(plan, act) == []
    assert seen == [False]
    with open_store(desk.database) as store:
        assert store.leases.acquire("a.example", crawl_id=other.crawl_id, now=datetime.now(UTC))


def test_a_host_that_another_crawl_took_after_the_lease_ran_out_is_told_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spiders.keeper, "RENEW_S", 0.5)
    desk = Desk(tmp_path)
    plan, other = desk.plan(), desk.plan()
    told: list[frozenset[str]] = []

    async def act(keeper: Keeper) -> None:
        for host in ("a.example", "b.example"):
            await keeper.ask(lambda store, host=host: store.leases.acquire(host, crawl_id=plan.crawl_id, now=at))
        await keeper.ask(lambda store: store.leases.acquire("a.example", crawl_id=other.crawl_id, now=at_its_end))
        while not told:
            await asyncio.sleep(0.02)
        assert keeper.holds_leases

    at = datetime.now(UTC)
    at_its_end = at + timedelta(seconds=61)
    assert run(plan, act, told.append) == []
    assert told[0] == {"b.example"}


def test_clocks_that_differ_by_less_than_forty_seconds_keep_one_host_to_one_crawl(tmp_path: Path) -> None:
    """A lease is renewed every 20 s, so that one that is held has 40 s left at least."""
    desk = Desk(tmp_path)
    slow, fast = desk.plan(), desk.plan()
    renewed_at = datetime.now(UTC)
    read_at = renewed_at + timedelta(seconds=spiders.keeper.RENEW_S)
    with open_store(desk.database) as store:
        assert store.leases.acquire("a.example", crawl_id=slow.crawl_id, now=renewed_at)
        for ahead_s, is_taken in ((39, False), (40, True)):
            now = read_at + timedelta(seconds=ahead_s)
            assert store.leases.acquire("a.example", crawl_id=fast.crawl_id, now=now) is is_taken
        assert store.leases.renew(slow.crawl_id, now=read_at) == frozenset()


def test_a_bug_on_the_writers_thread_ends_the_crawl_and_does_not_hang_it(tmp_path: Path) -> None:
    plan = Desk(tmp_path).plan()

    async def act(keeper: Keeper) -> None:
        await keeper.ask(lambda store: 1 / 0)

    assert [type(error) for error in run(plan, act)] == [ZeroDivisionError]
    assert mark_path(plan, plan.crawl_id).exists(), "the next crawl frees our hosts"
