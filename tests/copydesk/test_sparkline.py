"""Numbers as small bars."""

from __future__ import annotations

import pytest

from copydesk.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "drawn"),
    [([], ""), ([0, 0], "··"), ([1], "█"), ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"), ([1, 1_000_000], "▁█")],
)
def test_the_largest_is_full_and_something_is_never_nothing(values: list[int], drawn: str) -> None:
    assert sparkline(values) == drawn
