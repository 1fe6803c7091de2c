"""A crawl process whose clock is set back by two hours after a few looks at it; see test_clock."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import spiders.clock
from spiders.__main__ import main

now = spiders.clock.Clock.now
looks = itertools.count()
LATE = 12


def jump(clock: spiders.clock.Clock) -> datetime:
    return now(clock) - timedelta(hours=2 if next(looks) > LATE else 0)


spiders.clock.Clock.now = jump  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
