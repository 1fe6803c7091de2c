from __future__ import annotations

import pytest

from copydesk.model import Source
from flows.intervals import fastest_s

CRON = {
    "*/15 * * * *": 15,
    "*/20 6-22 * * mon-fri": 20,
    "5,50 * * * *": 15,  # 50 to 5 of the next hour
    "0 6 * * *": 1440,
    "30 */4 * * *": 240,
    "0 8,20 * * *": 720,
    "10/20 * * * *": 20,
    "* * * * *": 1,
}
"""Line -> minutes between its two closest runs."""


@pytest.mark.parametrize("line", CRON)
def test_a_cron_line_runs_no_more_often_than_its_two_closest_times(line: str) -> None:
    assert fastest_s(Source(name="a", cron=line), "every 15 minutes") == CRON[line] * 60


def test_a_source_without_a_schedule_has_the_default() -> None:
    assert fastest_s(Source(name="a"), "every 2 hours") == 7200
    assert fastest_s(Source(name="a", schedule="every day"), "every 2 hours") == 86_400
