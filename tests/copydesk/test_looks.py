from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from copydesk.looks import (
    MOST_ATTEMPTS,
    next_attempt,
    next_look_after_success,
)

SEEN = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOURS = (1.0, 6.0, 24.0, 72.0)

RELOOKS = [
    # (hours since it was first seen, hours after which it is looked at next)
    (0, 1),
    (0.99, 1),
    (1, 6),  # the look of that very moment is the one being made
    (5, 6),
    (10, 24),  # the look at 6 h was missed and is not made up for
    (71.9, 72),
    (72, None),
    (10_000, None),
]


@pytest.mark.parametrize(("passed", "expected"), RELOOKS)
def test_a_page_is_looked_at_again_at_the_next_of_the_hours(passed: float, expected: float | None) -> None:
    found = next_look_after_success(SEEN, SEEN + timedelta(hours=passed), HOURS)
    assert found == (None if expected is None else SEEN + timedelta(hours=expected))


def test_the_hours_may_come_in_any_order() -> None:
    assert next_look_after_success(SEEN, SEEN, (24.0, 0.5, 6.0)) == SEEN + timedelta(minutes=30)


def test_without_hours_a_page_is_never_looked_at_again() -> None:
    assert next_look_after_success(SEEN, SEEN, ()) is None


def test_a_page_that_cannot_be_had_is_left_alone_for_longer_each_time() -> None:
    attempts = [next_attempt(attempts, SEEN) for attempts in range(MOST_ATTEMPTS)]
    waits = [(attempt - SEEN) / timedelta(minutes=1) for attempt in attempts if attempt is not None]
    assert waits == [5, 5, 15, 60, 240, 720, 1440, 1440, 1440, 1440]


def test_a_page_is_given_up_after_ten_attempts_and_nearly_five_days() -> None:
    at, attempts = SEEN, 1
    while (later := next_attempt(attempts, at)) is not None:
        at, attempts = later, attempts + 1
    assert attempts == MOST_ATTEMPTS == 10
    assert timedelta(days=4.5) < at - SEEN < timedelta(days=5)
