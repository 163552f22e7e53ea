"""The ledger: where a contribution stands, the running totals, and the reasons to hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kinds import Kind, rules
from domain.ledger import (
    Check,
    HeldReason,
    Standing,
    StandingState,
    Verdict,
    change_total,
    last_checks,
    reason_to_hold,
    standing,
)
from domain.totals import Total
from tests.domain.ledgers import DAY, START, make_action, make_contribution

LOGGED, HELD = StandingState.LOGGED, StandingState.HELD
WITHDRAWN, NOT_COUNTED = StandingState.WITHDRAWN, StandingState.NOT_COUNTED
SAME_CODE = HeldReason.SAME_CODE


def check(verdict: Verdict, amount: int | None = None, number: int = 1) -> Check:
    return Check(number, 1, verdict, START, amount)


@pytest.mark.parametrize(
    ("entries", "deciding", "expected"),
    [
        ({}, None, Standing(LOGGED, 1000, proved=True, verified=False)),
        ({"proof": None}, None, Standing(LOGGED, 1000, proved=False, verified=False)),
        ({"held": SAME_CODE}, None, Standing(HELD, 1000, proved=False, verified=False)),
        (
            {"held": SAME_CODE},
            check(Verdict.VERIFIED),
            Standing(LOGGED, 1000, proved=True, verified=True),
        ),
        ({}, check(Verdict.NOT_COUNTED), Standing(NOT_COUNTED, 1000, False, False)),
        ({}, check(Verdict.CORRECTED, 900), Standing(LOGGED, 900, proved=True, verified=True)),
        ({"withdrawn": True}, None, Standing(WITHDRAWN, 1000, proved=False, verified=False)),
        (
            {"withdrawn": True, "held": SAME_CODE},
            check(Verdict.CORRECTED, 900),
            Standing(WITHDRAWN, 900, proved=False, verified=False),
        ),
    ],
)
def test_a_withdrawal_wins_over_a_check_and_a_check_over_a_hold(
    entries: dict[str, Any], deciding: Check | None, expected: Standing
) -> None:
    assert standing(make_contribution(**entries), deciding) == expected


def test_the_last_check_decides_whatever_the_order_in_which_they_are_read() -> None:
    first, last = check(Verdict.NOT_COUNTED), check(Verdict.VERIFIED, number=2)
    assert last_checks([last, first]) == last_checks([first, last]) == {1: last}


def _standing(state: StandingState, amount: int, proved: bool, verified: bool) -> Standing:
    logged = state is LOGGED
    return Standing(state, amount, proved and logged, verified and logged)


standings = st.builds(
    _standing, st.sampled_from(StandingState), st.integers(0, 10**9), st.booleans(), st.booleans()
)


@given(st.lists(st.tuples(st.integers(0, 4), standings), max_size=20), st.randoms())
def test_running_totals_equal_the_fold_whatever_moved_in_which_order(
    moves: list[tuple[int, Standing]], random: Any
) -> None:
    running, stand = Total(), dict[int, Standing]()
    for who, after in moves:
        running = change_total(running, stand.get(who), after)
        stand[who] = after
    ends = list(stand.values())
    random.shuffle(ends)
    folded = Total()
    for end in ends:
        folded = change_total(folded, None, end)
    assert running == folded
    for end in ends:
        folded = change_total(folded, end, None)
    assert folded == Total()


@pytest.mark.parametrize(
    ("amount", "after_moment", "code_seen", "expected"),
    [
        (5000, timedelta(0), False, None),
        (5001, timedelta(0), False, HeldReason.OVER_CAP),
        (5001, timedelta(0), True, HeldReason.SAME_CODE),
        (5000, -timedelta(microseconds=1), False, HeldReason.OUTSIDE_WINDOW),
        (5000, 2 * DAY - timedelta(microseconds=1), False, None),
        (5000, 2 * DAY, False, HeldReason.OUTSIDE_WINDOW),
        (5001, 2 * DAY, False, HeldReason.OVER_CAP),
    ],
)
def test_the_first_stated_rule_holds_a_contribution(
    amount: int, after_moment: timedelta, code_seen: bool, expected: HeldReason | None
) -> None:
    action = make_action(cap=5000)
    held = reason_to_hold(action, amount=amount, at=START + after_moment, code_seen=code_seen)
    assert held is expected


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ({"cap": 5000, "goal": 1_000_000}, 5000),
        ({"cap": 5_000_000, "goal": 1_000_000}, 5_000_000),
        ({"goal": 1_000_000}, 1_000_000),
        ({"unit_code": "USD"}, 100_000_000),
        ({"unit_code": "KRW"}, 1_000_000),
        ({"unit_code": "KWD"}, 1_000_000_000),
    ],
)
def test_without_a_cap_the_goal_stands_in_for_it_or_a_million_of_the_currency(
    values: dict[str, Any], most: int
) -> None:
    action = make_action(**values)
    assert reason_to_hold(action, amount=most, at=START, code_seen=False) is None
    held = reason_to_hold(action, amount=most + 1, at=START, code_seen=False)
    assert held is HeldReason.OVER_CAP


@pytest.mark.parametrize(
    ("rates", "most"),
    [("", 1_000_000), ("KRW 0.001", 50_000), ("KRW 0.00073", 68_493), ("KRW 100", 0)],
)
def test_a_cap_holds_in_a_further_currency_at_its_rate_or_else_its_million(
    rates: str, most: int
) -> None:
    action = make_action(cap=5000, fields={"currencies": "KRW", "rates": rates})
    held = [
        reason_to_hold(action, amount=amount, at=START, code_seen=False, unit_code="KRW")
        for amount in (most, most + 1)
    ]
    assert held == [None, HeldReason.OVER_CAP]


@pytest.mark.parametrize(
    ("kind", "lately", "held"),
    [
        (Kind.STREAM, 200, None),
        (Kind.STREAM, 201, HeldReason.OVER_CAP),
        (Kind.HASHTAG, 201, None),
    ],
)
def test_a_cap_for_a_day_holds_with_what_the_same_person_logged_lately(
    kind: Kind, lately: int, held: HeldReason | None
) -> None:
    action = make_action(kind=kind, unit_code="streams", cap=300)
    found = reason_to_hold(action, amount=100, at=START, code_seen=False, lately=lately)
    assert found is held


@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_counts_a_nonsensical_amount_without_a_check(kind: Kind) -> None:
    """As long as nobody has set a limit, that is."""
    row = rules(kind)
    action = make_action(kind=kind, cap=row.default_cap)
    held = reason_to_hold(action, amount=10**15, at=START, code_seen=False)
    assert held is HeldReason.OVER_CAP
