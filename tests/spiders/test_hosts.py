from __future__ import annotations

import pytest

from spiders.hosts import LONGEST_THROTTLE_S, Host


def test_a_host_that_answers_quickly_is_asked_as_fast_as_was_set_and_never_faster() -> None:
    host = Host(delay_s=1.0, concurrency=2)
    for _ in range(20):
        host.note_latency(0.05, is_well=True)
    assert host.pace_s == 1.0


def test_a_host_that_answers_slowly_is_asked_so_that_no_more_than_its_concurrency_is_under_way() -> None:
    host = Host(delay_s=1.0, concurrency=2)
    for _ in range(20):
        host.note_latency(8.0, is_well=True)
    assert host.pace_s == pytest.approx(4.0, rel=0.01)


def test_a_host_that_fails_is_asked_half_as_often_each_time_and_soon_as_before_when_it_is_well() -> None:
    host = Host(delay_s=1.0, concurrency=2)
    paces = []
    for _ in range(4):
        host.note_latency(0.1, is_well=False)
        paces.append(host.pace_s)
    assert paces == [2.0, 4.0, 8.0, 16.0]
    for _ in range(6):
        host.note_latency(0.1, is_well=True)
    assert host.pace_s == 1.0


def test_no_failure_stops_a_host_for_good() -> None:
    host = Host(delay_s=1.0, concurrency=1)
    for _ in range(50):
        host.note_latency(100.0, is_well=False)
    assert host.pace_s == LONGEST_THROTTLE_S
