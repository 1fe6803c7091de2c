"""Numbers in lanes are the numbers that they would be one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.duplicates.lanes import lanes, lanes_of

MOST = (1 << 64) - 1
NUMBERS = st.lists(st.integers(0, MOST), max_size=40)


@given(NUMBERS, st.integers(0, 4))
def test_lanes_give_back_their_numbers_without_those_before_a_place(numbers: list[int], step: int) -> None:
    assert lanes(numbers).after(step).unpack() == numbers[step:]


@given(NUMBERS, st.integers(0, MOST))
def test_a_product_stays_in_its_lane(numbers: list[int], factor: int) -> None:
    made = lanes(numbers)
    mask = lanes_of(MOST, made.count)
    product = type(made)(made.value * factor & mask.value, made.count)
    assert product.unpack() == [number * factor & MOST for number in numbers]


def test_one_number_fills_no_lane_where_there_are_fewer_than_none() -> None:
    assert lanes_of(7, 2).unpack() == [7, 7]
    assert lanes_of(7, -1).unpack() == []
