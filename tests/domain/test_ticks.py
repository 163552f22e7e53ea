"""Ticks: which days can be ticked, what is held, what is left today, and days in a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.errors import Gone, Refusal
from domain.ledger import HeldReason
from domain.ticks import (
    LATE_TICK,
    find_app,
    in_its_days,
    reason_to_hold_tick,
    rest_date,
    streak,
    tickable,
    todays,
)
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
    day = tickable(make_vote(app), app, FIRST, STARTS)
    assert reason_to_hold_tick(day, day.end + LATE_TICK) is None
    late = reason_to_hold_tick(day, day.end + LATE_TICK + MICROSECOND)
    assert late is HeldReason.OUTSIDE_WINDOW


def test_an_app_that_is_gone_is_named_no_more() -> None:
    with pytest.raises(Gone):
        find_app((make_app(1), make_app(2)), 3)


@pytest.mark.parametrize(
    ("ticked", "rested", "last", "count"),
    [
        ((), (), 5, 0),
        ((5,), (), 5, 1),
        ((3, 4, 5), (), 5, 3),
        ((3, 4), (), 5, 2),  # today is still to come
        ((2, 3), (), 5, 0),
        ((2, 3, 5), (), 5, 1),
        ((2, 3, 5), (5,), 5, 3),  # rested from day 4, whose call goes out on the date of day 5
        ((0, 1, 2), (), 2, 3),  # it ends where the vote begins
    ],
)
def test_days_in_a_row_are_counted_back_over_days_of_rest(
    ticked: tuple[int, ...], rested: tuple[int, ...], last: int, count: int
) -> None:
    """The call for a day that begins at 23:30 goes out on the next date, at 20:30."""
    app = make_app()
    action = make_vote(app)
    (end,) = days(last)
    assert streak(action, app, end, days(*ticked), days(*rested)) == count


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
