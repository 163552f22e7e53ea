"""Spot checks: who is drawn, by what everybody can draw again, and how true the bounds are."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.ledger import Standing, StandingState
from domain.spot_bounds import CONFIDENCE
from domain.spot_checks import (
    Outcome,
    Row,
    SpotCheck,
    draw,
    judge,
    recount,
    redraw,
    result,
    seed_hash,
)
from domain.spot_designs import FEWEST, count_amounts, design, design_for
from domain.spot_sizes import Wanted, read_wanted
from tests.domain.ledgers import START

SEED = "00112233445566778899aabbccddeeff"

FRAMES = st.lists(
    st.tuples(st.sampled_from(["USD", "KRW"]), st.integers(0, 10**6) | st.sampled_from([1, 50])),
    min_size=1,
    max_size=300,
).map(lambda rows: [(n, code, amount) for n, (code, amount) in enumerate(rows, 1)])
SIZES = st.integers(20, 250)


def even(rows: int, amount: int = 1) -> list[Row]:
    return [(n, "votes", amount) for n in range(1, rows + 1)]


def skewed(rows: int, dice: random.Random) -> list[Row]:
    """Donations: many small ones, a few that make up much of the total."""
    return [(n, "USD", 100 * int(5 * dice.paretovariate(1.3))) for n in range(1, rows + 1)]


# ---- Who is drawn


def test_the_seal_is_the_sha_256_of_the_seed() -> None:
    assert seed_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_those_with_the_smallest_hashes_are_drawn() -> None:
    strata, sample = draw(SEED, 3, even(500), 40)
    (stratum,) = strata
    assert (stratum.rows, stratum.sample, stratum.steps) == (500, 40, ((1, 500),))
    lots = sorted(range(1, 501), key=lambda n: sha256(f"{SEED}:3:{n}".encode()).digest())
    assert sample == dict.fromkeys(lots[:40], 1)


def test_another_draw_takes_others() -> None:
    rows = even(5000)
    first, second = (draw(SEED, number, rows, 100)[1] for number in (1, 2))
    assert len(first.keys() & second.keys()) < 20


@given(FRAMES, SIZES, st.randoms(use_true_random=False))
def test_drawing_again_by_the_strata_gives_the_same_whatever_the_order(
    rows: list[Row], size: int, dice: random.Random
) -> None:
    strata, sample = draw(SEED, 1, rows, size)
    mixed = dice.sample(rows, len(rows))
    assert draw(SEED, 1, mixed, size) == (strata, sample)
    assert redraw(SEED, 1, strata, mixed) == sample
    assert recount(strata, mixed) == strata


def test_a_row_outside_all_strata_is_noticed() -> None:
    strata, _ = draw(SEED, 1, even(50), 20)
    for stray in ((51, "votes", 2), (51, "USD", 1)):
        with pytest.raises(ValueError, match="no stratum"):
            redraw(SEED, 1, strata, [*even(50), stray])


# ---- Strata


@given(FRAMES, SIZES)
def test_the_strata_have_every_row_once_and_enough_of_each(rows: list[Row], size: int) -> None:
    made = design(count_amounts(rows), size)
    assert made.rows == len(rows)
    assert {code: of for code, (_, of) in made.amounts.items()} == {
        code: sum(amount for _, of, amount in rows if of == code) for _, code, _ in rows
    }
    for stratum in made.strata:
        assert min(FEWEST, stratum.rows) <= stratum.sample <= stratum.rows
        assert sum(there for _, there in stratum.steps) == stratum.rows
        assert stratum.steps[-1][0] == stratum.most
    least = FEWEST * len(made.strata)
    assert min(size, made.rows) <= made.sample <= max(size, least)
    assert 0 <= made.promised_rows <= made.rows
    assert all(0 <= promised <= of for promised, of in made.amounts.values())


def test_alike_amounts_are_one_stratum_and_the_largest_are_all_checked() -> None:
    assert len(design(count_amounts(even(10_000)), 200).strata) == 1
    gifts = [(n, "USD", 1000) for n in range(1, 1001)] + [(1001, "USD", 900_000)]
    *_, largest = design(count_amounts(gifts), 100).strata
    assert largest.whole
    assert (largest.rows, largest.most) == (1, 900_000)


def test_a_precision_takes_as_many_as_the_rule_of_three_says() -> None:
    amounts = count_amounts(even(100_000))
    assert design_for(amounts, 0.98).sample == 149
    assert design_for(amounts, 0.95).sample == 59
    assert design(amounts, 148).share < 0.98


def test_a_precision_that_no_sample_has_is_refused_with_what_can_be_had() -> None:
    with pytest.raises(Refusal) as refused:
        design_for(count_amounts(even(100_000)), 0.999)
    assert (refused.value.key, refused.value.values) == (
        "refused.too_precise",
        {"most": 2000, "percent": 0.2},
    )


@pytest.mark.parametrize(
    ("size", "percent", "wanted"),
    [
        ("", " ", Wanted(200)),
        ("1,000", "", Wanted(1000)),
        ("이백", "2,5 %", Wanted(percent=Decimal("2.5"))),
    ],
)
def test_what_is_wanted_is_read_as_typed(size: str, percent: str, wanted: Wanted) -> None:
    assert read_wanted(size, percent, "en") == wanted


@pytest.mark.parametrize(
    ("size", "percent", "key"),
    [
        ("19", "", "refused.spot_size"),
        ("2001", "", "refused.spot_size"),
        ("many", "", "amount.not_understood"),
        ("200", "0", "refused.spot_percent"),
        ("200", "nan", "refused.spot_percent"),
        ("200", "two", "refused.spot_percent"),
    ],
)
def test_what_is_no_size_and_no_precision_is_refused(size: str, percent: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_wanted(size, percent, "en")
    assert refused.value.key == key


# ---- What it says


def stands(state: StandingState, amount: int, *, verified: bool = False) -> Standing:
    return Standing(state, amount, proved=False, verified=verified)


def test_a_row_holds_if_all_of_what_was_logged_stands() -> None:
    logged, held = StandingState.LOGGED, StandingState.HELD
    assert judge(1, 50, stands(logged, 50)) == Outcome(1, 50, None)
    assert judge(1, 50, stands(held, 50)) == Outcome(1, 50, None)
    assert judge(1, 50, stands(logged, 50, verified=True)) == Outcome(1, 50, 50, holds=True)
    assert judge(1, 50, stands(logged, 70, verified=True)) == Outcome(1, 50, 50, holds=True)
    assert judge(1, 50, stands(logged, 30, verified=True)) == Outcome(1, 50, 30)
    for state in (StandingState.NOT_COUNTED, StandingState.WITHDRAWN):
        assert judge(1, 50, stands(state, 50)) == Outcome(1, 50, 0)


def test_nothing_is_said_before_all_of_the_sample_is_checked() -> None:
    strata, sample = draw(SEED, 1, even(100), 20)
    check = SpotCheck(9, START, strata)
    outcomes = {row: Outcome(n, 1, 1, holds=True) for row, n in sample.items()}
    missing = next(iter(outcomes))
    so_far = result(check, "seal", outcomes | {missing: Outcome(1, 1, None)}, seed=SEED)
    assert (so_far.checked, so_far.held, so_far.complete) == (19, 19, False)
    assert (so_far.bounds, so_far.seed) == ((), None)
    done = result(check, "seal", outcomes, seed=SEED)
    assert (done.checked, done.complete, done.seed) == (20, True, SEED)
    assert 20 <= done.rows < 100
    assert SEED not in repr(so_far)


TIMES = 400
"""Samples for each rate of errors: their share that covers is known to about 1 %."""


def lose_at_random(rows: list[Row], rate: float, dice: random.Random) -> dict[int, int]:
    """What is left of each row: nothing, half or all."""
    return {
        row: dice.choice((0, amount // 2)) if dice.random() < rate else amount
        for row, _, amount in rows
    }


def lose_the_largest(rows: list[Row], rate: float, dice: random.Random) -> dict[int, int]:
    """The worst that can happen to the amounts: the largest are those that don't hold."""
    ordered = sorted(rows, key=lambda row: -row[2])
    gone = {row for row, _, _ in ordered[: int(len(rows) * rate)]}
    return {row: 0 if row in gone else amount for row, _, amount in rows}


@pytest.mark.parametrize("lose", [lose_at_random, lose_the_largest])
@pytest.mark.parametrize("make", [lambda _dice: even(800), lambda dice: skewed(800, dice)])
def test_the_bounds_cover_the_truth_as_often_as_they_say(
    lose: Callable[[list[Row], float, random.Random], dict[int, int]],
    make: Callable[[random.Random], list[Row]],
) -> None:
    """Of many actions with more and fewer errors, by seeds that are always the same."""
    dice, slack, runs = random.Random(1934), 0.0, 0
    for rate in (0.0, 0.01, 0.05, 0.2):
        rows = make(dice)
        left = lose(rows, rate, dice)
        amounts = {row: amount for row, _, amount in rows}
        hold = sum(left[row] == amounts[row] for row in left)
        strata = design(count_amounts(rows), 100).strata
        covered = 0
        for _ in range(TIMES):
            sample = redraw(f"{dice.getrandbits(128):032x}", 1, strata, rows)
            outcomes = {
                row: Outcome(n, amounts[row], left[row], left[row] == amounts[row])
                for row, n in sample.items()
            }
            found = result(SpotCheck(1, START, strata), "", outcomes)
            ((least, of),) = found.amounts.values()
            covered += found.rows <= hold and least <= sum(left.values())
            slack += (hold - found.rows) / len(rows)
            runs += 1
            assert 0 <= found.rows <= len(rows)
            assert 0 <= least <= of
        # Each rate of errors for itself: where there is none, the bounds cover the truth always.
        assert covered / TIMES >= CONFIDENCE, rate
    assert slack / runs < 0.08, "so far below the truth that it would say nothing"
