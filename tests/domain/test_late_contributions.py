"""Until when contributions are taken, late ones too, and until when they are proved and checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.actions import LATE_FOR, Action, ActionState
from domain.errors import Refusal
from domain.ledger import HeldReason, reason_to_hold
from domain.openings import (
    require_answers_open,
    require_appeals_open,
    require_checks_open,
    require_contributions_open,
    require_logging_open,
    require_proving_open,
)
from tests.domain.ledgers import DAY, START, make_action

TICK = timedelta(microseconds=1)
OVER = START + 2 * DAY
LONG_OVER = OVER + LATE_FOR
CHECKED = LONG_OVER + 14 * DAY
ANSWERED = CHECKED + 14 * DAY
Rule = Callable[[Action, datetime], None]
AFTERWARDS: tuple[Rule, ...] = (require_proving_open, require_checks_open, require_answers_open)


def refusal(rule: Rule, now: datetime, **values: object) -> str | None:
    """The sentence by which a rule refuses an action at an instant, if it does."""
    try:
        rule(make_action(**values), now)
    except Refusal as refused:
        return refused.key
    return None


@pytest.mark.parametrize("now", [START - TICK, START, START + DAY, OVER - TICK])
def test_while_an_action_goes_on_everything_is_taken(now: datetime):
    for rule in (require_contributions_open, require_logging_open, *AFTERWARDS):
        assert refusal(rule, now) is None


@pytest.mark.parametrize("now", [OVER, LONG_OVER - TICK])
def test_for_two_weeks_after_it_what_is_typed_proved_and_checked_is_taken(now: datetime):
    assert refusal(require_contributions_open, now) == "refused.state.final"
    assert refusal(require_logging_open, now) is None
    for rule in AFTERWARDS:
        assert refusal(rule, now) is None


def test_after_that_nothing_is_taken_and_what_is_there_is_checked_for_two_weeks_more():
    for rule in (require_contributions_open, require_logging_open, require_proving_open):
        assert refusal(rule, LONG_OVER) == "refused.state.final"
    assert refusal(require_checks_open, CHECKED - TICK) is None
    assert refusal(require_checks_open, CHECKED) == "refused.state.final"


@pytest.mark.parametrize(
    ("verdict_at", "until"),
    [
        (START, LONG_OVER),
        (LONG_OVER - 8 * DAY, LONG_OVER),
        (LONG_OVER - TICK, LONG_OVER - TICK + 7 * DAY),
        (CHECKED - TICK, CHECKED - TICK + 7 * DAY),
    ],
)
def test_any_verdict_can_be_appealed_against_for_a_week_and_is_answered_for_another(
    verdict_at: datetime, until: datetime
):
    def appeal(action: Action, now: datetime) -> None:
        require_appeals_open(action, verdict_at, now)

    assert refusal(appeal, until - TICK) is None
    assert refusal(appeal, until) == "refused.state.final"
    assert refusal(require_answers_open, until + 7 * DAY - TICK) is None
    assert refusal(require_answers_open, ANSWERED - TICK) is None
    assert refusal(require_answers_open, ANSWERED) == "refused.state.final"


@pytest.mark.parametrize("now", [START, OVER])
def test_what_is_cancelled_or_a_draft_takes_nothing_at_any_time(now: datetime):
    for rule in (require_logging_open, *AFTERWARDS):
        assert refusal(rule, now, state=ActionState.CANCELLED) == "refused.state.cancelled"
        draft = {"state": ActionState.DRAFT, "number": None}
        assert refusal(rule, now, **draft) == "refused.no_such_action"


def test_while_it_is_paused_what_is_logged_is_taken_and_held_and_checking_goes_on():
    paused = {"state": ActionState.PAUSED, "stopped_at": START}
    assert refusal(require_contributions_open, START, **paused) == "refused.state.paused"
    assert refusal(require_logging_open, START, **paused) is None
    assert refusal(require_logging_open, LONG_OVER, **paused) == "refused.state.paused"
    for rule in AFTERWARDS:
        assert refusal(rule, START, **paused) is None
    held = reason_to_hold(make_action(**paused), amount=1, at=START, code_seen=False)
    assert held is HeldReason.OUTSIDE_WINDOW


def test_whatever_comes_late_is_held():
    for now, held in ((OVER - TICK, None), (OVER, HeldReason.OUTSIDE_WINDOW)):
        assert reason_to_hold(make_action(), amount=1, at=now, code_seen=False) is held
