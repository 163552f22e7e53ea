"""Outliers: only what is far above the usual, whatever the unit and whoever gave most."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from domain.outliers import LEAST_AMOUNTS, LEAST_FACTOR, limit_of

AMOUNTS = st.lists(st.integers(1, 10**9), min_size=LEAST_AMOUNTS, max_size=80)


def limit(amounts: list[int]) -> int:
    found = limit_of(amounts)
    assert found is not None
    return found


def test_of_few_amounts_nothing_is_said() -> None:
    assert limit_of([1] * (LEAST_AMOUNTS - 2) + [10**9]) is None
    assert limit_of([1] * (LEAST_AMOUNTS - 1) + [10**9]) is not None


def test_a_typing_slip_is_above_the_limit_and_a_generous_gift_is_not() -> None:
    gifts = [500, 1000, 1000, 1500, 2000, 2500, 2500, 3000, 5000, 10000] * 3
    assert 10_000 < limit([*gifts, 250_000_000]) < 250_000_000
    assert limit([*gifts, 30_000]) >= 30_000


def test_absurd_amounts_do_not_hide_each_other() -> None:
    usual = list(range(10, 40))
    assert limit([*usual, *[10**12] * 10]) < 10**6


def test_where_most_gave_the_same_the_mean_distance_stands_in() -> None:
    """Else, with a MAD of 0, every other amount would be infinitely far outside."""
    amounts = [10] * 30 + [12, 15, 20, 25, 5000]
    assert 30 <= limit(amounts) < 5000


@given(st.integers(1, 10**15), st.integers(LEAST_AMOUNTS, 60))
def test_equal_amounts_have_no_outliers(amount: int, count: int) -> None:
    assert limit([amount] * count) >= amount


@given(AMOUNTS)
def test_nothing_up_to_three_times_the_median_is_outside(amounts: list[int]) -> None:
    middle = sorted(amounts)[(len(amounts) - 1) // 2]
    assert limit(amounts) >= middle * LEAST_FACTOR - 1


@given(AMOUNTS, st.integers(2, 1000))
def test_the_limit_scales_with_the_amounts(amounts: list[int], factor: int) -> None:
    """The same gifts in won or in dollars have the same outliers."""
    one, other = limit(amounts), limit([amount * factor for amount in amounts])
    if one < 10**17 and other < 10**17:
        assert math.isclose(other, one * factor, rel_tol=1e-6, abs_tol=factor)


@given(AMOUNTS)
def test_the_order_does_not_matter(amounts: list[int]) -> None:
    assert limit_of(sorted(amounts)) == limit_of(amounts)
