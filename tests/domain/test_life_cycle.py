"""The steps of an action's life: every step in every state, and what each makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState, SignUpGate
from domain.audit import Act
from domain.errors import Refusal
from domain.life_cycle import (
    ACTS,
    ALLOWED,
    REASON_LENGTH,
    Step,
    steps_at,
    take_step,
)
from domain.walls import Resolved, Wall
from tests.domain.ledgers import make_action

NOW = datetime.fromisoformat("2026-11-21T11:00:00+00:00")
HOUR = timedelta(hours=1)
DRAFT, SCHEDULED, OPEN, LIVE = (
    ActionState.DRAFT,
    ActionState.SCHEDULED,
    ActionState.OPEN,
    ActionState.LIVE,
)
COUNTING, FINAL, CANCELLED, PAUSED = (
    ActionState.COUNTING,
    ActionState.FINAL,
    ActionState.CANCELLED,
    ActionState.PAUSED,
)


def an_action(starts_in: timedelta, **changes: object) -> Action:
    """An action that starts so long from now, lasts 2 hours and takes 24 more of logging."""
    starts = NOW + starts_in
    times = {"starts_at": starts, "ends_at": starts + 2 * HOUR, "log_until": starts + 26 * HOUR}
    return replace(make_action(), **(times | {"state": OPEN} | changes))  # type: ignore[arg-type]


def announced(at: datetime) -> Resolved:
    return Resolved(Wall(at.replace(tzinfo=None), "UTC"), at)


IN_STATE: dict[ActionState, Action] = {
    DRAFT: an_action(5 * HOUR, state=DRAFT, number=None),
    ActionState.AWAITING_APPROVAL: an_action(5 * HOUR, state=ActionState.AWAITING_APPROVAL),
    SCHEDULED: an_action(5 * HOUR, state=SCHEDULED, announce=announced(NOW + HOUR)),
    OPEN: an_action(5 * HOUR),
    LIVE: an_action(-HOUR),
    COUNTING: an_action(-5 * HOUR),
    FINAL: an_action(-50 * HOUR),
    CANCELLED: an_action(5 * HOUR, state=CANCELLED, stopped_at=NOW - HOUR, reason="Rain"),
    PAUSED: an_action(5 * HOUR, state=PAUSED, stopped_at=NOW - HOUR),
}

PUBLISHED = (SCHEDULED, OPEN, LIVE, COUNTING, PAUSED)
TAKEN_IN: dict[Step, tuple[ActionState, ...]] = {
    Step.PAUSE: (OPEN, LIVE, COUNTING),
    Step.RESUME: (PAUSED,),
    Step.CANCEL: PUBLISHED,
    Step.CLOSE_SIGN_UPS: (OPEN, LIVE),
    Step.REOPEN_SIGN_UPS: (OPEN, LIVE),
    Step.CLOSE_EARLY: (LIVE,),
    Step.EXTEND_LOG: (LIVE, COUNTING),
}


def ready(step: Step, state: ActionState) -> Action:
    """An action in a state, in which the step would change something."""
    closed = step is Step.REOPEN_SIGN_UPS
    return replace(IN_STATE[state], sign_ups=SignUpGate.CLOSED) if closed else IN_STATE[state]


def take(step: Step, action: Action) -> Action:
    """Take a step with everything that it can need."""
    return take_step(step, action, NOW, reason="Rain", until=action.log_until + HOUR)


def test_the_actions_are_in_the_states_that_they_stand_for() -> None:
    assert {state: action.state_at(NOW) for state, action in IN_STATE.items()} == {
        state: state for state in ActionState
    }


@pytest.mark.parametrize("state", ActionState)
@pytest.mark.parametrize("step", Step)
def test_each_step_is_taken_in_its_states_and_refused_in_all_others(
    step: Step, state: ActionState
) -> None:
    action = ready(step, state)
    if state in TAKEN_IN[step]:
        assert take(step, action) != action
        return
    with pytest.raises(Refusal) as refused:
        take(step, action)
    assert refused.value.key == f"refused.step.{state.value}"


def test_every_step_has_its_row_and_is_written_down_as_an_act_of_its_own() -> None:
    assert ALLOWED.keys() == ACTS.keys() == set(Step)
    assert len(set(ACTS.values())) == len(Step)
    assert set(ACTS.values()) <= set(Act)


@pytest.mark.parametrize("state", ActionState)
def test_the_steps_on_offer_are_those_that_would_change_something(state: ActionState) -> None:
    for gate in SignUpGate:
        action = replace(IN_STATE[state], sign_ups=gate)
        for step in Step:
            try:
                taken = take_step(step, action, NOW, reason="Rain", until=NOW + 99 * HOUR)
            except Refusal:
                assert step not in steps_at(action, NOW)
            else:
                assert step in steps_at(action, NOW)
                assert taken != action


# ---- What each makes of it


def test_a_pause_keeps_when_and_why() -> None:
    paused = take_step(Step.PAUSE, IN_STATE[LIVE], NOW, reason="  The site\nis down ")
    assert (paused.state, paused.stopped_at, paused.reason) == (PAUSED, NOW, "The site is down")
    assert take_step(Step.PAUSE, IN_STATE[LIVE], NOW).reason is None


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_cancellation_needs_a_reason(reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        take_step(Step.CANCEL, IN_STATE[OPEN], NOW, reason=reason)
    assert refused.value.key == "refused.reason_missing"


@pytest.mark.parametrize("step", Step)
def test_a_reason_has_at_most_two_hundred_characters(step: Step) -> None:
    action = ready(step, TAKEN_IN[step][0])
    until = action.log_until + HOUR
    take_step(step, action, NOW, reason="a" * REASON_LENGTH, until=until)
    with pytest.raises(Refusal) as refused:
        take_step(step, action, NOW, reason="a" * (REASON_LENGTH + 1), until=until)
    assert refused.value.key == "refused.reason_too_long"


def test_what_was_paused_before_its_moment_stays_sealed_when_it_is_cancelled_later() -> None:
    paused = take_step(Step.PAUSE, IN_STATE[OPEN], NOW)
    late = paused.ends_at + HOUR
    cancelled = take_step(Step.CANCEL, paused, late, reason="Rain")
    assert not cancelled.revealed(late)
    ended = take_step(Step.CANCEL, IN_STATE[COUNTING], NOW, reason="Rain")
    assert ended.revealed(NOW)


def test_an_action_ends_at_once_and_keeps_its_time_for_logging() -> None:
    closed = take_step(Step.CLOSE_EARLY, IN_STATE[LIVE], NOW)
    assert closed.state_at(NOW) is COUNTING
    assert (closed.ends_at, closed.log_until) == (NOW, NOW + 24 * HOUR)
    assert closed.ends is not None
    assert closed.ends.zone == closed.starts.zone


def test_the_time_for_logging_only_ever_grows() -> None:
    action = IN_STATE[COUNTING]
    longer = take_step(Step.EXTEND_LOG, action, NOW, until=action.log_until + HOUR)
    assert longer.log_until == action.log_until + HOUR
    for until in (None, NOW, action.log_until):
        with pytest.raises(Refusal) as refused:
            take_step(Step.EXTEND_LOG, action, NOW, until=until)
        assert refused.value.key == "refused.log_not_later"


def test_sign_ups_are_reopened_until_their_cut_off_or_past_it() -> None:
    closed = take_step(Step.CLOSE_SIGN_UPS, IN_STATE[OPEN], NOW)
    assert not closed.takes_sign_ups(NOW)
    reopened = take_step(Step.REOPEN_SIGN_UPS, closed, NOW)
    assert reopened.sign_ups is SignUpGate.BY_TIME
    past = an_action(HOUR, sign_up_lead=2 * HOUR)
    assert not past.takes_sign_ups(NOW)
    assert take_step(Step.REOPEN_SIGN_UPS, past, NOW).takes_sign_ups(NOW)


def test_closing_what_is_closed_and_opening_what_is_open_is_refused() -> None:
    for step, gate, key in (
        (Step.CLOSE_SIGN_UPS, SignUpGate.CLOSED, "refused.sign_ups_closed_already"),
        (Step.REOPEN_SIGN_UPS, SignUpGate.BY_TIME, "refused.sign_ups_open_already"),
    ):
        with pytest.raises(Refusal) as refused:
            take_step(step, replace(IN_STATE[OPEN], sign_ups=gate), NOW)
        assert refused.value.key == key


@given(
    paused_after=st.timedeltas(timedelta(0), 25 * HOUR),
    length=st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_a_pause_takes_no_time_for_logging_from_anybody(
    paused_after: timedelta, length: timedelta
) -> None:
    """Between the end and the closing there are 24 hours in which the action is not paused."""
    action = an_action(timedelta(0))
    paused = take_step(Step.PAUSE, action, NOW + paused_after)
    resumed_at = NOW + paused_after + length
    resumed = take_step(Step.RESUME, paused, resumed_at)
    lost = max(timedelta(0), resumed_at - max(NOW + paused_after, action.ends_at))
    assert resumed.log_until - action.ends_at - lost == 24 * HOUR
    assert replace(resumed, log_until=action.log_until) == action
    if paused_after < action.log_until - NOW:
        assert resumed.state_at(resumed_at) is not FINAL


@given(st.lists(st.timedeltas(timedelta(minutes=1), 5 * HOUR), min_size=1, max_size=6))
def test_many_pauses_add_up(lengths: list[timedelta]) -> None:
    action, now = an_action(-5 * HOUR), NOW
    before = action.log_until
    for length in lengths:
        action = take_step(Step.PAUSE, action, now)
        now += length
        action = take_step(Step.RESUME, action, now)
        assert (action.state, action.stopped_at, action.reason) == (OPEN, None, None)
    assert action.log_until - before == sum(lengths, timedelta(0))


# ---- Who may know of it


def test_nobody_knows_of_what_is_not_announced_even_when_it_is_cancelled_then() -> None:
    scheduled = IN_STATE[SCHEDULED]
    assert scheduled.announce is not None
    assert not scheduled.announced(NOW)
    assert scheduled.announced(scheduled.announce.at)
    cancelled = take_step(Step.CANCEL, scheduled, NOW, reason="Rain")
    assert not cancelled.announced(NOW + 99 * HOUR)
    assert not IN_STATE[DRAFT].announced(NOW)
    assert IN_STATE[PAUSED].announced(NOW)
