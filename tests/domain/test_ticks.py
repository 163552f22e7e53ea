"""Ticks: which days can be ticked, what is held, and what is left today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actions import ActionState
from domain.errors import Gone, Refusal
from domain.ledger import HeldReason
from domain.ticks import (
    LATE_TICK,
    find_app,
    in_its_days,
    reason_to_hold_tick,
    rest_date,
    tickable,
    todays,
)
from domain.vote_calls import voting_day
from tests.domain.votes import DAY, HOUR, STARTS, make_app, make_vote

FIRST = date(2026, 10, 18)
"""The day of an app that resets at 23:30 which runs as the vote starts on 19 October at 20:00."""

MICROSECOND = timedelta(microseconds=1)


def days(*numbers: int) -> set[date]:
    return {FIRST + number * DAY for number in numbers}


def refusal(key: str) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda error: error.key == key)


def test_a_day_can_be_ticked_from_its_start_on() -> None:
    app = make_app()
    action = make_vote(app)
    assert tickable(action, app, FIRST, STARTS).start == STARTS
    second = tickable(action, app, FIRST + DAY, STARTS + 3.5 * HOUR)
    assert (second.end - second.start) == DAY
    with refusal("ticks.not_yet"):
        tickable(action, app, FIRST + DAY, STARTS + 3.5 * HOUR - MICROSECOND)
    with refusal("ticks.no_such_day"):
        tickable(action, app, FIRST - DAY, STARTS)
    with refusal("ticks.no_such_day"):
        tickable(action, app, FIRST + 30 * DAY, STARTS)


def test_before_the_moment_and_before_an_app_opens_it_says_when() -> None:
    app = make_app(opens_at=STARTS + DAY)
    action = make_vote(make_app(2), app)
    with refusal("ticks.not_open") as caught:
        tickable(action, app, FIRST + DAY, STARTS + HOUR)
    assert caught.value.values["opens"] == STARTS + DAY
    with refusal("ticks.not_open"):
        tickable(action, action.parts.apps[0], FIRST, STARTS - HOUR)


def test_a_tick_more_than_a_day_late_is_held() -> None:
    app = make_app()
    action = make_vote(app)
    day = tickable(action, app, FIRST, STARTS)
    assert reason_to_hold_tick(action, day, day.end + LATE_TICK) is None
    late = reason_to_hold_tick(action, day, day.end + LATE_TICK + MICROSECOND)
    assert late is HeldReason.OUTSIDE_WINDOW


def test_a_tick_is_held_once_the_time_for_it_is_over_and_while_the_vote_is_paused() -> None:
    app = make_app()
    action = make_vote(app)
    day = voting_day(action, app, FIRST)
    assert day is not None
    paused = replace(action, state=ActionState.PAUSED, stopped_at=STARTS)
    assert reason_to_hold_tick(action, day, STARTS) is None
    assert reason_to_hold_tick(paused, day, STARTS) is HeldReason.OUTSIDE_WINDOW
    over = replace(action, log_until=day.end)
    assert reason_to_hold_tick(over, day, day.end) is HeldReason.OUTSIDE_WINDOW


def test_an_app_that_is_gone_is_named_no_more() -> None:
    with pytest.raises(Gone):
        find_app((make_app(1), make_app(2)), 3)


def test_today_says_what_is_ticked_and_what_is_left() -> None:
    opens = STARTS + 2 * DAY
    apps = (make_app(1), make_app(2, "08:00"), make_app(3, opens_at=opens))
    action = make_vote(*apps)
    now = STARTS + HOUR
    today = todays(action, now, ticked={(1, FIRST), (2, FIRST)}, rested=set(), muted=None)
    assert [(one.app.app_id, one.ticked, one.day is None) for one in today.apps] == [
        (1, True, False),
        (2, False, False),  # its day began on the 19th
        (3, False, True),
    ]
    assert [one.app.app_id for one in today.left] == [2]
    over = todays(action, action.ends_at + HOUR, ticked=(), rested=set(), muted=None)
    assert over.left == ()


def test_a_rest_day_is_a_date_where_the_vote_was_set() -> None:
    action = make_vote(make_app())
    assert rest_date(action, STARTS + 4 * HOUR) == date(2026, 10, 20)
    resting = todays(action, STARTS, ticked=(), rested={date(2026, 10, 19)}, muted=None)
    assert resting.resting
    assert not in_its_days(action, date(2026, 10, 18))
    assert in_its_days(action, date(2026, 11, 10))
    assert not in_its_days(action, date(2026, 11, 11))
