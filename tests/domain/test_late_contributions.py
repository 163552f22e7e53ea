"""Until when contributions are taken, late ones too, and until when they are proved and checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.actions import (
    LATE_FOR,
    Action,
    ActionState,
    require_checks_open,
    require_contributions_open,
    require_logging_open,
)
from domain.errors import Refusal
from domain.ledger import HeldReason, reason_to_hold
from tests.domain.ledgers import DAY, START, make_action

TICK = timedelta(microseconds=1)
OVER = START + 2 * DAY
LONG_OVER = OVER + LATE_FOR
Rule = Callable[[Action, datetime], None]


def refusal(rule: Rule, now: datetime, **values: object) -> str | None:
    """The sentence by which a rule refuses an action at an instant, if it does."""
    try:
        rule(make_action(**values), now)
    except Refusal as refused:
        return refused.key
    return None


@pytest.mark.parametrize("now", [START - TICK, START, START + DAY, OVER - TICK])
def test_while_an_action_goes_on_everything_is_taken(now: datetime):
    for rule in (require_contributions_open, require_logging_open, require_checks_open):
        assert refusal(rule, now) is None


@pytest.mark.parametrize("now", [OVER, LONG_OVER - TICK])
def test_for_two_weeks_after_it_what_is_typed_proved_and_checked_is_taken(now: datetime):
    assert refusal(require_contributions_open, now) == "refused.state.final"
    assert refusal(require_logging_open, now) is None
    assert refusal(require_checks_open, now) is None


def test_after_that_nothing_is_taken():
    for rule in (require_contributions_open, require_logging_open, require_checks_open):
        assert refusal(rule, LONG_OVER) == "refused.state.final"


@pytest.mark.parametrize("now", [START, OVER])
def test_what_is_cancelled_or_a_draft_takes_nothing_at_any_time(now: datetime):
    for rule in (require_logging_open, require_checks_open):
        assert refusal(rule, now, state=ActionState.CANCELLED) == "refused.state.cancelled"
        draft = {"state": ActionState.DRAFT, "number": None}
        assert refusal(rule, now, **draft) == "refused.no_such_action"


def test_while_it_is_paused_nothing_is_logged_but_checking_goes_on():
    paused = {"state": ActionState.PAUSED, "stopped_at": START}
    assert refusal(require_logging_open, START, **paused) == "refused.state.paused"
    assert refusal(require_checks_open, START, **paused) is None


def test_whatever_comes_late_is_held():
    for now, held in ((OVER - TICK, None), (OVER, HeldReason.OUTSIDE_WINDOW)):
        assert reason_to_hold(make_action(), amount=1, at=now, code_seen=False) is held
