"""Policies of polling on a month of publication times: requests a day, mean delay, articles missed.

The times come from seeded generators of the rhythms that publications have; nothing is fetched. Each policy runs every
15 minutes, as a schedule does, and says which feeds it looks at.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.polling import Pace, Signs, next_look, remember
from tests.benchmarks.corpus import Corpus

DAYS = 30
START = datetime(2026, 11, 2, tzinfo=UTC)
TICK_S = 900.0
SLACK = 0.2
"""As in spiders/news.py: the share of a schedule's interval by which a look may come early."""
FEEDS_EACH = 10
SEED = 20261102


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How one kind of publication publishes."""

    name: str
    listed: int
    """Entries in its feed."""
    rates: Callable[[datetime, random.Random], float]
    """Entries an hour at an instant."""
    burst_share: float = 0.0
    """Of hours in which everything comes at once: results, a breaking story, a feed filled by a nightly job."""
    burst_entries: int = 0


def _office(rate: float, *, weekend: float = 0.1, hours: range = range(7, 19)) -> Callable[..., float]:
    return lambda at, dice: rate * (weekend if at.weekday() > 4 else 1.0) if at.hour in hours else rate * 0.03


RHYTHMS = (
    Rhythm(name="wire, 200 a day", listed=50, rates=lambda at, dice: 14.0 if 5 <= at.hour < 20 else 3.0),
    Rhythm(name="daily paper, 35 a day", listed=30, rates=_office(2.9)),
    Rhythm(name="paper with bursts", listed=20, rates=_office(1.5, weekend=0.5), burst_share=0.004, burst_entries=30),
    Rhythm(name="morning batch, 12 at 05:00", listed=15, rates=lambda at, dice: 12.0 if at.hour == 5 else 0.0),
    Rhythm(name="trade magazine, 4 a day", listed=20, rates=_office(0.35, weekend=0.0)),
    Rhythm(name="blog, 3 a week", listed=10, rates=lambda at, dice: 3 / 7 / 24),
    Rhythm(
        name="weekly, 20 on Thursday",
        listed=25,
        rates=lambda at, dice: 20.0 if (at.weekday(), at.hour) == (3, 9) else 0.0,
    ),
    Rhythm(name="asleep, 1 a month", listed=10, rates=lambda at, dice: 1 / 30 / 24),
)


@dataclass
class Tally:
    """What one policy did with the feeds of one rhythm."""

    polls: int = 0
    delays_s: list[float] = field(default_factory=list)
    missed: int = 0
    """Articles that left the feed between two looks."""

    def add(self, other: Tally) -> None:
        self.polls += other.polls
        self.delays_s += other.delays_s
        self.missed += other.missed


Policy = Callable[[Signs], datetime]


def every(seconds: float) -> Policy:
    return lambda signs: signs.now + timedelta(seconds=seconds)


def adaptive(signs: Signs) -> datetime:
    at = next_look(signs).at
    assert at is not None
    return at


POLICIES: dict[str, Policy] = {"every 15 min": every(TICK_S), "hourly": every(3600.0), "adaptive": adaptive}


def publication_times(rhythm: Rhythm, dice: random.Random) -> list[datetime]:
    """Instants over the month and the fortnight before it, oldest first."""
    times = []
    for hour in range(-14 * 24, DAYS * 24):
        begins = START + timedelta(hours=hour)
        rate = rhythm.rates(begins, dice)
        entries = sum(dice.random() < rate / 60 for _ in range(60))
        times += [begins + timedelta(seconds=dice.uniform(0, 3600)) for _ in range(entries)]
        if dice.random() < rhythm.burst_share:
            minute = dice.uniform(0, 3300)
            burst = [begins + timedelta(seconds=minute + dice.uniform(0, 300)) for _ in range(rhythm.burst_entries)]
            times += burst
    return sorted(times)


def replay(times: Sequence[datetime], policy: Policy, tally: Tally, *, listed: int, dice: random.Random) -> None:
    """Look at one feed for a month."""
    due_at, seen = START, bisect_right(times, START)
    history: tuple[datetime, ...] = ()
    for tick in range(int(DAYS * 86400 / TICK_S)):
        now = START + timedelta(seconds=tick * TICK_S + 20)
        if due_at > now + timedelta(seconds=TICK_S * SLACK):
            continue
        tally.polls += 1
        out = bisect_right(times, now)
        window = times[max(0, out - listed) : out]
        fresh = times[max(seen, out - listed) : out]
        tally.missed += max(0, out - listed - seen)
        tally.delays_s += [(now - at).total_seconds() for at in fresh]
        seen = out
        history = remember(history, window, now=now)
        signs = Signs(now=now, published=history, listed=len(window), pace=Pace(fastest_s=TICK_S), jitter=dice.random())
        due_at = policy(signs)


def measure(rhythm: Rhythm) -> dict[str, Tally]:
    """Policy -> what it did with twenty feeds of a rhythm."""
    dice = random.Random(f"{SEED}/{rhythm.name}")
    feeds = [publication_times(rhythm, dice) for _ in range(FEEDS_EACH)]
    tallies = {}
    for name, policy in POLICIES.items():
        tally = tallies[name] = Tally()
        for times in feeds:
            replay(times, policy, tally, listed=rhythm.listed, dice=dice)
    return tallies


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table. Needs no pages."""
    print(f"\n# Polling policies, {FEEDS_EACH} feeds of each rhythm over {DAYS} days\n")
    print(f"{'':28}{'policy':>14}{'looks a feed and day':>22}{'mean delay, min':>17}{'articles':>10}{'missed':>8}")
    sums = {name: Tally() for name in POLICIES}
    for rhythm in RHYTHMS:
        for name, tally in measure(rhythm).items():
            sums[name].add(tally)
            print(_line(rhythm.name, name, tally, feeds=FEEDS_EACH), flush=True)
    for name, tally in sums.items():
        print(_line("all", name, tally, feeds=FEEDS_EACH * len(RHYTHMS)))


def _line(rhythm: str, policy: str, tally: Tally, *, feeds: int) -> str:
    found = len(tally.delays_s)
    delay_min = sum(tally.delays_s) / max(1, found) / 60
    looks = tally.polls / feeds / DAYS
    return f"{rhythm:28}{policy:>14}{looks:>22.1f}{delay_min:>17.1f}{found:>10}{tally.missed:>8}"
