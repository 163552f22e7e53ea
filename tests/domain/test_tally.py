"""The tally: its parts nest as the design says, whatever the order of the entries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger import Check, StandingState, Verdict
from domain.sign_ups import SignUp, SignUpState
from domain.tally import count_tally
from tests.domain.ledgers import DAY, START, ledgers, make_action, make_contribution, shuffled


@given(ledgers())
def test_proved_and_verified_are_parts_of_logged(ledger: dict[str, Any]) -> None:
    total = count_tally(make_action(), **ledger).total
    assert 0 <= total.proved <= total.logged
    assert 0 <= total.verified <= total.logged
    assert total.proved_count <= total.logged_count
    assert total.verified_count <= total.logged_count


@given(ledgers())
def test_every_contribution_is_in_exactly_one_state(ledger: dict[str, Any]) -> None:
    tally = count_tally(make_action(), **ledger)
    values = vars(tally.total)
    assert sum(values[f"{s.value}_count"] for s in StandingState) == len(ledger["contributions"])
    assert sum(values[s.value] for s in StandingState) == sum(row.amount for row in tally.rows)
    for state in StandingState:
        amounts = [row.amount for row in tally.rows if row.standing.state is state]
        assert (values[state.value], values[f"{state.value}_count"]) == (sum(amounts), len(amounts))


@given(st.data(), ledgers())
def test_the_order_of_the_entries_changes_nothing(data: st.DataObject, ledger: Any) -> None:
    tally = count_tally(make_action(), **ledger)
    assert count_tally(make_action(), **data.draw(shuffled(ledger))) == tally


@given(ledgers())
def test_pseudonyms_tell_people_apart_and_nothing_else(ledger: dict[str, Any]) -> None:
    tally = count_tally(make_action(), **ledger)
    left = SignUpState.LEFT
    people = {c.participant_id for c in ledger["contributions"]}
    people |= {s.participant_id for s in ledger["sign_ups"] if s.state is not left}
    numbers = {row.participant for row in tally.rows} | {s.participant for s in tally.sign_ups}
    assert numbers == set(range(1, len(people) + 1))


def test_goal_and_baseline_are_in_no_total() -> None:
    entries: Any = {
        "sign_ups": [],
        "contributions": [make_contribution()],
        "checks": [],
        "cut_off": START + DAY,
    }
    with_both = count_tally(make_action(goal=5000, baseline=700), **entries)
    assert with_both.total == count_tally(make_action(), **entries).total
    assert with_both.total.logged == 1000


def test_participants_are_distinct_people_with_something_logged() -> None:
    contributions = [
        make_contribution(1, participant_id=7),
        make_contribution(2, participant_id=7),
        make_contribution(3, participant_id=8, withdrawn=True),
        make_contribution(4, participant_id=9),
    ]
    checks = [Check(1, 4, Verdict.NOT_COUNTED, START)]
    sign_ups = [
        SignUp(9, SignUpState.IN, 1, START - timedelta(hours=1)),
        SignUp(10, SignUpState.WAITLISTED, 2, START - timedelta(hours=1)),
        SignUp(11, SignUpState.LEFT, 3, START - timedelta(hours=1)),
    ]
    tally = count_tally(
        make_action(),
        sign_ups=sign_ups,
        contributions=contributions,
        checks=checks,
        cut_off=START + DAY,
    )
    assert (tally.participants, tally.pledged, tally.waitlisted) == (1, 1, 1)
    assert [(s.participant, s.state.value) for s in tally.sign_ups] == [
        (3, "in"),
        (4, "waitlisted"),
    ]
