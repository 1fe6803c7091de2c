"""Rows of the matching benchmark: what a program took for each of some articles."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from tests.benchmarks.matching_store import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """What one program took for each of some articles, ms."""

    name: str
    size: int
    wall: list[float]
    cpu: list[float]
    bytes_each: float
    memory_mb: float
    found: float
    """Share of the probes for which anything was found."""

    def row(self) -> str:
        def at(share: float, values: list[float]) -> float:
            return sorted(values)[int(share * (len(values) - 1))]

        wall = "".join(f"{at(share, self.wall):>8.2f}" for share in (0.5, 0.95, 0.99))
        cpu = "".join(f"{at(share, self.cpu):>8.2f}" for share in (0.5, 0.95, 0.99))
        facts = f"{self.bytes_each:>9,.0f}{self.memory_mb:>8,.0f}{self.found:>7.0%}"
        return f"{self.name:<22}{self.size:>10,}{wall}{cpu}{facts}"


def time_each(probes: Sequence[Text], ask: Callable[[int, Text], bool]) -> tuple[list[float], list[float], float]:
    wall, cpu, found = [], [], 0
    for number, text in enumerate(probes):
        since, since_cpu = time.perf_counter(), time.process_time()
        found += ask(number, text)
        wall.append((time.perf_counter() - since) * 1000)
        cpu.append((time.process_time() - since_cpu) * 1000)
    return wall, cpu, found / len(probes)


def memory_mb() -> float:
    """What of this process lies in memory."""
    return float(psutil.Process().memory_info().rss / 1e6)
