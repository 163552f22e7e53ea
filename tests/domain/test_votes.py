"""Voting days: from one reset to the next by the clock of the app's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.votes import (
    VoteApp,
    day_of,
    day_span,
    next_reset,
    pack_tick,
    reset_on,
    unpack_day,
    unpack_tick,
)
from tests.domain.votes import HOUR, NEW_YORK, make_app

ZONES = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"}))
APPS = st.builds(
    VoteApp,
    st.just(1),
    st.just("App"),
    st.just(10),
    st.times().map(lambda t: t.replace(fold=0)),
    ZONES,
)
INSTANTS = st.datetimes(datetime(1970, 1, 3), datetime(2040, 1, 1), timezones=st.just(UTC))
DATES = st.dates(date(1970, 1, 3), date(2040, 1, 1))


@given(APPS, INSTANTS)
def test_every_instant_lies_in_just_the_day_that_it_is_said_to(app: VoteApp, at: datetime) -> None:
    day = day_of(app, at)
    start, end = day_span(app, day)
    assert start <= at < end


@given(APPS, DATES)
def test_days_follow_each_other_without_gap_or_overlap(app: VoteApp, day: date) -> None:
    start, end = day_span(app, day)
    assert start <= end == day_span(app, day + timedelta(days=1))[0]
    if start < end:
        assert day_of(app, start) == day
        assert day_of(app, end - timedelta(microseconds=1)) == day
        assert next_reset(app, start) >= end


@given(APPS, DATES)
def test_a_reset_stays_at_its_wall_time_unless_the_clocks_skip_it(app: VoteApp, day: date) -> None:
    shown = reset_on(app, day).astimezone(ZoneInfo(app.zone)).replace(tzinfo=None)
    meant = datetime.combine(day, app.reset)
    assert shown == meant.replace(fold=0) or shown > meant


def test_a_day_begins_on_the_date_of_its_reset() -> None:
    app = make_app(reset="23:30")
    before, at = (datetime(2026, 11, 20, 14, minute, tzinfo=UTC) for minute in (29, 30))
    assert (day_of(app, before), day_of(app, at)) == (date(2026, 11, 19), date(2026, 11, 20))


def test_days_are_as_long_as_the_clocks_make_them() -> None:
    """In New York the clocks go forward on 8 March and back on 1 November 2026."""
    app = make_app(reset="00:00", zone=NEW_YORK)
    lengths = {}
    for day in (date(2026, 3, 7), date(2026, 3, 8), date(2026, 11, 1)):
        start, end = day_span(app, day)
        lengths[day] = end - start
    assert lengths == {
        date(2026, 3, 7): 24 * HOUR,
        date(2026, 3, 8): 23 * HOUR,
        date(2026, 11, 1): 25 * HOUR,
    }


def test_a_skipped_reset_comes_as_late_as_the_clocks_are_moved_and_a_repeated_one_once() -> None:
    gap = make_app(reset="02:30", zone=NEW_YORK)
    assert reset_on(gap, date(2026, 3, 8)) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    twice = make_app(reset="01:30", zone=NEW_YORK)
    assert reset_on(twice, date(2026, 11, 1)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert day_of(twice, datetime(2026, 11, 1, 6, 30, tzinfo=UTC)) == date(2026, 11, 1)


def test_the_date_that_samoa_skipped_is_no_day() -> None:
    app = make_app(reset="12:00", zone="Pacific/Apia")
    start, end = day_span(app, date(2011, 12, 30))
    assert start == end


@given(st.integers(0, 900_000_000_000), st.dates())
def test_a_button_says_which_app_and_day_it_is_for(app_id: int, day: date) -> None:
    packed = pack_tick(app_id, day)
    assert 0 <= packed < 2**63
    assert unpack_tick(packed) == (app_id, day)


@pytest.mark.parametrize("forged", [0, 10_000_000, 9_999_999, 2**63 - 1])
def test_a_number_that_names_no_day_is_refused(forged: int) -> None:
    with pytest.raises(Refusal) as refused:
        unpack_tick(forged)
    assert refused.value.key == "refused.unknown_button"


def test_the_last_day_of_the_calendar_is_a_day() -> None:
    assert unpack_day(date.max.toordinal()) == date.max
