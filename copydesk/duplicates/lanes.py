"""Many 64-bit numbers in one integer, 128 bits apart: one multiplication multiplies them all.

In Python a loop over a text's words costs more than all that is computed with them. A product of two 64-bit numbers
fits into a lane, so no lane spills into the next; whoever shifts to the right masks what came from above.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

LANE = 128
"""Bits."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Numbers, the first one in the lowest bits."""

    value: int
    count: int

    def after(self, step: int) -> Lanes:
        """The same without the first numbers."""
        return Lanes(self.value >> step * LANE, max(0, self.count - step))

    def unpack(self) -> list[int]:
        """The lower halves of the lanes."""
        size = LANE // 8 * self.count
        values = array("Q", (self.value & (1 << 8 * size) - 1).to_bytes(size, "little"))
        if sys.byteorder == "big":
            values.byteswap()
        return values[::2].tolist()


def lanes(numbers: Sequence[int]) -> Lanes:
    """Return 64-bit numbers as lanes."""
    values = array("Q", bytes(LANE // 8 * len(numbers)))
    values[::2] = array("Q", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return Lanes(int.from_bytes(values.tobytes(), "little"), len(numbers))


def lanes_of(number: int, count: int) -> Lanes:
    """Return one 64-bit number in so many lanes; none if they are fewer than none."""
    return Lanes(int.from_bytes(number.to_bytes(LANE // 8, "little") * count, "little"), max(0, count))
