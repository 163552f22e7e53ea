"""Cut-offs and conditions: what an organiser may set, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState, SignUpGate
from domain.conditions import condition, cut_off
from domain.errors import Refusal
from domain.walls import Resolved, Wall
from tests.domain.ledgers import DAY, START, make_action

HOUR = timedelta(hours=1)
NOW = START - 2 * DAY


def at(instant: Any) -> Resolved:
    return Resolved(Wall(instant.replace(tzinfo=None), "UTC"), instant)


def refusal(key: str) -> Any:
    return pytest.raises(Refusal, match=f"^{key}$")


def test_sign_ups_close_so_long_before_the_start_and_leaving_does_not() -> None:
    action = cut_off(make_action(), 2 * HOUR, NOW)
    assert action.takes_sign_ups(START - 2 * HOUR - timedelta(seconds=1))
    assert not action.takes_sign_ups(START - 2 * HOUR)
    assert cut_off(action, None, NOW).takes_sign_ups(START)


def test_an_organiser_s_decision_outweighs_the_cut_off() -> None:
    action = make_action(sign_up_lead=2 * HOUR, sign_ups=SignUpGate.OPEN)
    assert action.takes_sign_ups(START - HOUR)


@pytest.mark.parametrize(
    ("lead", "announce", "key"),
    [
        (-HOUR, None, "settings.cut_off_late"),
        (2 * DAY, None, "settings.cut_off_past"),
        (100 * DAY, None, "settings.cut_off_past"),
        (DAY, START - DAY, "settings.cut_off_unannounced"),
    ],
)
def test_a_cut_off_that_cannot_be_is_refused(lead: timedelta, announce: Any, key: str) -> None:
    action = make_action(announce=announce and at(announce))
    with refusal(key):
        cut_off(action, lead, NOW)


def test_a_condition_holds_until_it_is_decided() -> None:
    action = condition(make_action(), 30, at(START - HOUR), NOW)
    assert (action.needed, action.undecided) == (30, True)
    assert not condition(action, None, None, NOW).undecided


@pytest.mark.parametrize(
    ("needed", "decide", "key"),
    [
        (30, None, "settings.condition_half"),
        (None, START, "settings.condition_half"),
        (41, START, "settings.needed_over_capacity"),
        (30, NOW, "publish.decide_past"),
        (30, START + HOUR, "publish.decide_late"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(needed: int | None, decide: Any, key: str) -> None:
    with refusal(key):
        condition(make_action(capacity=40), needed, decide and at(decide), NOW)


def test_what_was_decided_stays_decided() -> None:
    decided: Action = make_action(needed=3, decide=at(NOW), confirmed_at=NOW)
    assert decided.state is ActionState.OPEN
    with refusal("settings.decided"):
        condition(decided, 5, at(START), NOW)
