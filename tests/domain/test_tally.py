"""The tally: its parts nest as the design says, whatever the order of the entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.curve import AFTER, BEFORE, DURING, Steps
from domain.ledger import Check, StandingState, Verdict
from domain.parts import Parts
from domain.sign_ups import SignUp, SignUpState
from domain.tally import Counting, LedgerRow, Pledges, SourceTotal
from tests.domain.ledgers import (
    DAY,
    SOURCES,
    START,
    count_rows,
    count_tally,
    ledgers,
    make_action,
    make_contribution,
    shuffled,
)
from tests.domain.votes import make_app


@given(ledgers())
def test_proved_and_verified_are_parts_of_logged(ledger: dict[str, Any]) -> None:
    total = count_tally(make_action(), **ledger).total
    assert 0 <= total.proved <= total.logged
    assert 0 <= total.verified <= total.logged
    assert total.proved_count <= total.logged_count
    assert total.verified_count <= total.logged_count


@given(ledgers())
def test_every_contribution_is_in_exactly_one_state(ledger: dict[str, Any]) -> None:
    tally, rows, _ = count_rows(make_action(), **ledger)
    values = vars(tally.total)
    assert sum(values[f"{s.value}_count"] for s in StandingState) == len(ledger["contributions"])
    assert sum(values[s.value] for s in StandingState) == sum(row.amount for row in rows)
    for state in StandingState:
        amounts = [row.amount for row in rows if row.standing.state is state]
        assert (values[state.value], values[f"{state.value}_count"]) == (sum(amounts), len(amounts))


@given(st.data(), ledgers(("USD", "KRW")))
def test_the_order_of_the_entries_changes_nothing(data: st.DataObject, ledger: Any) -> None:
    """Entries of the same instant too: their ids order them."""
    assert count_rows(make_action(), **data.draw(shuffled(ledger))) == count_rows(
        make_action(), **ledger
    )


@given(ledgers())
def test_sources_are_parts_of_what_is_logged(ledger: dict[str, Any]) -> None:
    tally, rows, _ = count_rows(make_action(), **ledger)
    for source in tally.sources:
        of_it = [
            row.amount
            for row in rows
            if row.source == source.source and row.standing.state is StandingState.LOGGED
        ]
        assert (source.logged, source.logged_count) == (sum(of_it), len(of_it))
    assert {source.source for source in tally.sources} <= set(SOURCES)
    assert sum(source.logged for source in tally.sources) <= tally.total.logged


@given(ledgers())
def test_pseudonyms_tell_people_apart_and_nothing_else(ledger: dict[str, Any]) -> None:
    _, rows, sign_ups = count_rows(make_action(), **ledger)
    left = SignUpState.LEFT
    people = {c.participant_id for c in ledger["contributions"]}
    people |= {s.participant_id for s in ledger["sign_ups"] if s.state is not left}
    numbers = {row.participant for row in rows} | {s.participant for s in sign_ups}
    assert numbers == set(range(1, len(people) + 1))


@given(ledgers(), st.integers(0, 5))
def test_what_a_clock_set_back_left_between_earlier_entries_changes_no_number_of_theirs(
    ledger: dict[str, Any], late: int
) -> None:
    """A cut-off passes over later entries, and each row keeps the number that its place gives."""
    cut_off = START + timedelta(microseconds=late)
    _, rows, _ = count_rows(make_action(), **{**ledger, "cut_off": cut_off})
    ordered = sorted(ledger["contributions"], key=lambda given: given.contribution_id)
    assert [row.row for row in rows] == [
        number for number, given in enumerate(ordered, 1) if given.at <= cut_off
    ]


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
        SignUp(9, SignUpState.IN, 1, START - timedelta(hours=1), pledged=500),
        SignUp(10, SignUpState.WAITLISTED, 2, START - timedelta(hours=1), pledged=700),
        SignUp(11, SignUpState.LEFT, 3, START - timedelta(hours=1)),
    ]
    tally, _, pledged = count_rows(
        make_action(),
        sign_ups=sign_ups,
        contributions=contributions,
        checks=checks,
        cut_off=START + DAY,
    )
    assert (tally.participants, tally.pledged, tally.waitlisted) == (1, 1, 1)
    assert tally.pledges == Pledges(500, 1), "who waits for a place pledges nothing yet"
    assert [(s.participant, s.state.value) for s in pledged] == [(3, "in"), (4, "waitlisted")]


def test_a_votes_apps_are_its_sources() -> None:
    app = make_app(app_id=4, name="Idol Champ")
    action = replace(make_action(), parts=Parts(apps=(app,)))
    counting = Counting(action, START + DAY)
    for number, app_id in ((1, 4), (2, 4), (3, 9)):
        counting.add(LedgerRow(number, make_contribution(number, app_id=app_id)))
    assert counting.result().sources == (
        SourceTotal("USD", "Idol Champ", 2000, 2),
        SourceTotal("USD", "9", 1000, 1),
    )


INSTANTS = st.integers(-(10**5), 2 * 10**5).map(lambda n: START + timedelta(seconds=n))


@given(st.lists(st.tuples(INSTANTS, st.integers(1, 10**9)), max_size=60))
def test_the_curve_rises_to_what_is_logged_in_a_bounded_number_of_steps(
    logged: list[tuple[datetime, int]],
) -> None:
    action = make_action()
    steps = Steps(action, action.log_until)
    for at, amount in logged:
        steps.add(at, amount)
    points = steps.points()
    assert list(points) == sorted(points)
    assert len(points) <= min(BEFORE + DURING + AFTER, len(logged))
    assert (points[-1][1] if points else 0) == sum(amount for _, amount in logged)
    low = action.starts_at - (action.ends_at - action.starts_at) / 4
    for at, reached in points:
        by_then = sum(amount for when, amount in logged if max(when, low) <= at)
        assert reached == by_then
