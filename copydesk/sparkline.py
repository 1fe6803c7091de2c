"""Numbers as a line of small bars, for terminals."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


def sparkline(values: Sequence[int]) -> str:
    """A character a number, the largest as the full bar; what is above nothing is never drawn as nothing.

    >>> sparkline([0, 1, 4, 100])
    '·▁▁█'
    """
    most = max(values, default=0)
    return "".join(BARS[-(-value * len(BARS) // most) - 1] if value > 0 else NOTHING for value in values)
