"""Daily calls: when they go out, which resets share one, and the windows that bound them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.plans import plan_rest
from domain.vote_calls import (
    CALL_LEAD,
    MOST_DAYS,
    NEARBY,
    call_due,
    current_day,
    plan_calls,
    voting_day,
    window,
)
from domain.votes import VoteApp
from tests.domain.votes import DAY, HOUR, LONDON, NEW_YORK, SEOUL, STARTS, make_app, make_vote

MINUTE = timedelta(minutes=1)


def due(action: Action) -> list[datetime]:
    return [call.due_at for call in plan_calls(action, action.starts_at)]


def walls(action: Action, zone: str, app_id: int) -> set[str]:
    """At which times of day of a zone an app's days end, by the calls."""
    ends = [
        day.end.astimezone(ZoneInfo(zone))
        for call in plan_calls(action, action.starts_at)
        for day in call.days
        if day.app.app_id == app_id and day.end != action.ends_at
    ]
    assert len({end.utcoffset() for end in ends}) == (1 if zone == SEOUL else 2)
    return {f"{end:%H:%M}" for end in ends}


def test_three_resets_keep_their_wall_time_across_a_change_of_the_clocks() -> None:
    """Britain's clocks go back on 25 October, New York's on 1 November; Seoul's never do."""
    action = make_vote(
        make_app(1, "23:30", SEOUL), make_app(2, "00:00", NEW_YORK), make_app(3, "18:00", LONDON)
    )
    assert walls(action, SEOUL, 1) == {"23:30"}
    assert walls(action, NEW_YORK, 2) == {"00:00"}
    assert walls(action, LONDON, 3) == {"18:00"}


def test_a_call_goes_out_three_hours_before_a_reset_every_day() -> None:
    action = make_vote(make_app(1, "23:30", SEOUL), ends_at=STARTS + 3 * DAY + 6 * HOUR)
    seoul = [at.astimezone(ZoneInfo(SEOUL)) for at in due(action)]
    # The last two and a half hours are too short for a call of their own.
    called = ["Mon 20:30", "Tue 20:30", "Wed 20:30", "Thu 20:30"]
    assert [f"{at:%a %H:%M}" for at in seoul] == called


def test_resets_near_each_other_share_a_call_due_before_the_first() -> None:
    action = make_vote(
        make_app(1, "22:00"), make_app(2, "23:30"), make_app(3, "23:31"), ends_at=STARTS + 2 * DAY
    )
    calls = list(plan_calls(action, STARTS + 6 * HOUR))
    assert [[day.app.app_id for day in call.days] for call in calls[:2]] == [[1, 2], [3]]
    assert calls[0].days[0].end - calls[0].due_at == CALL_LEAD
    assert calls[0].days[1].end - calls[0].days[0].end == NEARBY


def test_a_day_too_short_for_a_call_has_none() -> None:
    action = make_vote(make_app(1, "21:00"))
    first = next(plan_calls(action, STARTS - DAY))
    assert first.days[0].start > STARTS
    opens = STARTS + DAY
    late = make_vote(make_app(1, "21:00", opens_at=opens))
    assert next(plan_calls(late, STARTS)).days[0].start == opens + HOUR


def test_an_app_is_called_for_within_its_own_window_only() -> None:
    opens, closes = STARTS + 2 * DAY, STARTS + 4 * DAY
    app = make_app(1, "12:00", opens_at=opens, closes_at=closes)
    action = make_vote(app)
    calls = list(plan_calls(action, STARTS))
    assert calls[0].due_at > opens
    assert calls[-1].days[0].end == closes
    assert len(calls) == 3
    assert window(action, app) == (opens, closes)


def test_an_app_that_is_never_open_has_no_days() -> None:
    app = make_app(opens_at=STARTS + 30 * DAY)
    action = make_vote(app)
    assert list(plan_calls(action, STARTS)) == []
    assert current_day(action, app, STARTS + 40 * DAY) is None


def test_of_a_very_long_vote_a_hundred_days_are_planned() -> None:
    action = make_vote(make_app(), ends_at=STARTS + 400 * DAY)
    assert len(due(action)) == MOST_DAYS
    later = list(plan_calls(action, STARTS + 200 * DAY))
    assert later[0].due_at > STARTS + 200 * DAY


def test_days_far_from_the_action_are_none_of_its_own() -> None:
    action = make_vote(make_app())
    for forged in (date.min, date.max, STARTS.date() - 2 * DAY, STARTS.date() + 40 * DAY):
        assert voting_day(action, action.parts.apps[0], forged) is None


def test_the_current_day_is_cut_to_the_window_and_stays_the_last_one() -> None:
    app = make_app(1, "00:00")
    action = make_vote(app)
    assert current_day(action, app, STARTS - MINUTE) is None
    first = current_day(action, app, STARTS)
    assert first is not None
    assert (first.day, first.start) == (date(2026, 10, 19), STARTS)
    last = current_day(action, app, action.ends_at + DAY)
    assert last is not None
    assert (last.day, last.end) == (date(2026, 11, 9), action.ends_at)


def test_calls_are_owed_with_everything_else_and_only_those_ahead() -> None:
    action = make_vote(make_app(1, "23:30"), make_app(2, "08:00"))

    def calls(now: datetime) -> list[datetime]:
        planned = plan_rest(action, now)
        return [plan.due_at for plan in planned if plan.kind is DeliveryKind.DAILY_CALL]

    everything = calls(STARTS - DAY)
    assert everything == sorted(set(everything))
    now = STARTS + 10 * DAY
    assert calls(now) == [at for at in everything if at > now]


APPS = st.lists(
    st.tuples(st.integers(0, 1439), st.sampled_from([SEOUL, NEW_YORK, LONDON, "Asia/Kathmandu"])),
    min_size=1,
    max_size=20,
).map(
    lambda rows: [
        make_app(number, f"{minute // 60:02}:{minute % 60:02}", zone)
        for number, (minute, zone) in enumerate(rows, 1)
    ]
)


@given(APPS)
def test_every_call_is_found_again_by_when_it_was_due(apps: list[VoteApp]) -> None:
    action = make_vote(*apps, ends_at=STARTS + 4 * DAY)
    calls = list(plan_calls(action, STARTS))
    assert [call.due_at for call in calls] == sorted({call.due_at for call in calls})
    for call in calls:
        assert call_due(action, call.due_at, call.due_at) == call
        assert all(NEARBY >= day.end - call.days[0].end >= timedelta(0) for day in call.days)
    # Each of an app's days is in one call.
    days = [(day.app.app_id, day.day) for call in calls for day in call.days]
    assert len(days) == len(set(days))


def test_what_has_ended_since_is_left_out_of_a_late_call() -> None:
    action = make_vote(make_app(1, "22:00"), make_app(2, "23:00"))
    call = next(plan_calls(action, STARTS + 6 * HOUR))
    late = call_due(action, call.due_at, call.days[0].end)
    assert late is not None
    assert [day.app.app_id for day in late.days] == [2]
    assert call_due(action, call.due_at, call.days[1].end) is None
    assert call_due(action, call.due_at + MINUTE, call.due_at) != call


def test_utc_offsets_are_zones_too() -> None:
    action = make_vote(make_app(1, "15:00", "UTC+09:00"), make_app(2, "15:00", "UTC"))
    assert {day.end.astimezone(UTC).hour for c in plan_calls(action, STARTS) for day in c.days} == {
        6,
        15,
        11,
    }
