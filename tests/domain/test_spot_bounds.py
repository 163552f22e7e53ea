"""What a sample says at the least: Clopper and Pearson's limit, joined over strata."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.spot_bounds import Bound, Found, Stratum, lowest_bounds, lowest_share, promise

EVEN = Stratum("votes", 1, 1, 35_609, 35_609, 200)
"""Rows of the same amount, of which 200 are drawn."""


@pytest.mark.parametrize(
    ("held", "checked", "alpha", "share"),
    [
        # Two-sided 95 % limits as tables print them have 2.5 % on the lower side.
        (1, 10, 0.025, 0.0025),
        (5, 10, 0.025, 0.1871),
        (9, 10, 0.025, 0.5550),
        (10, 10, 0.025, 0.6915),
        (81, 263, 0.025, 0.2527),  # Newcombe (1998), Statistics in Medicine 17, table I
        (15, 148, 0.025, 0.0578),
        (1, 29, 0.025, 0.0009),
        (59, 59, 0.05, 0.9505),  # the 59 of auditors: 95 % sure of 95 %
        (149, 149, 0.05, 0.9801),
        (0, 30, 0.05, 0.0),
    ],
)
def test_the_limit_is_that_of_the_tables(
    held: int, checked: int, alpha: float, share: float
) -> None:
    assert lowest_share(held, checked, alpha) == pytest.approx(share, abs=6e-5)


@given(st.integers(1, 400), st.data(), st.sampled_from([0.05, 0.025, 0.0125, 0.005]))
def test_at_the_limit_so_many_hold_just_so_rarely(
    checked: int, data: st.DataObject, alpha: float
) -> None:
    held = data.draw(st.integers(1, checked))
    share = lowest_share(held, checked, alpha)
    odds = math.fsum(
        math.comb(checked, n) * share**n * (1 - share) ** (checked - n)
        for n in range(held, checked + 1)
    )
    assert odds == pytest.approx(alpha, rel=1e-6)


def test_what_is_known_of_200_of_which_194_held() -> None:
    (bound,) = lowest_bounds([EVEN], [Found(200, 194, 194, 6)])
    assert bound == Bound(33_532, 33_532)
    assert bound.rows == math.ceil(35_609 * lowest_share(194, 200, 0.05))


def test_strata_share_what_may_go_wrong() -> None:
    """With two sampled strata each limit is that of 2.5 %, with a third checked whole it stays."""
    small, large = Stratum("USD", 1, 9, 1000, 5000, 100), Stratum("USD", 10, 90, 500, 9000, 100)
    whole = Stratum("USD", 5000, 7000, 2, 12_000, 2)
    all_hold = [Found(100, 100, 500, 0), Found(100, 100, 1800, 0), Found(2, 2, 12_000, 0)]
    found = lowest_bounds([small, large, whole], all_hold)
    assert [bound.rows for bound in found] == [
        math.ceil(1000 * 0.025**0.01),
        math.ceil(500 * 0.025**0.01),
        2,
    ]
    assert found[2].amount == 12_000


def test_of_what_is_checked_whole_everything_is_known() -> None:
    whole = Stratum("USD", 100, 900, 3, 1500, 3)
    (bound,) = lowest_bounds([whole], [Found(3, 1, 1100, 400)])
    assert bound == Bound(1, 1100)


def test_what_may_not_hold_is_taken_to_be_the_largest() -> None:
    spread = Stratum("USD", 10, 100, 1000, 18_100, 200, ((10, 910), (100, 90)))
    (bound,) = lowest_bounds([spread], [Found(200, 200, 3000, 0)])
    failing = 1000 - bound.rows
    assert 0 < failing < 90
    assert bound.amount == 18_100 - failing * 100
    assert spread.largest(95) == 90 * 100 + 5 * 10


def test_a_sample_that_is_not_all_checked_says_nothing() -> None:
    with pytest.raises(ValueError, match="whole sample"):
        lowest_bounds([EVEN], [Found(199, 199, 199, 0)])


@given(st.integers(1, 200), st.integers(0, 5000), st.data())
def test_a_bound_never_leaves_what_is_possible_and_grows_with_what_holds(
    sample: int, more: int, data: st.DataObject
) -> None:
    amount = data.draw(st.integers(1, 50))
    rows = sample + more
    stratum = Stratum("votes", amount, amount, rows, rows * amount, sample)
    before = Bound(0, 0)
    for held in sorted(data.draw(st.sets(st.integers(0, sample), max_size=4)) | {sample}):
        lost = (sample - held) * amount
        (bound,) = lowest_bounds([stratum], [Found(sample, held, held * amount, lost)])
        assert held <= bound.rows <= rows - (sample - held)
        assert bound.amount == bound.rows * amount
        assert (bound.rows, bound.amount) >= (before.rows, before.amount)
        before = bound
    assert promise([stratum]) == [before]
