"""Reminders: what organisers type for them, and when each is due across daylight saving."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.deliveries import Delivery, DeliveryKind
from domain.errors import Refusal
from domain.kinds import Kind
from domain.message_plans import MessagePlan
from domain.owed_messages import OwedMessage
from domain.plans import plan_rest
from domain.reminders import has_reminder, last_hour, nudge_due, read_reminders, reminder_due
from domain.servers import Server
from domain.walls import Wall
from domain.when import resolve_late
from tests.domain.ledgers import make_action

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Seoul", "Asia/Gaza")

walls = st.integers(0, 366 * 24 * 60).map(lambda n: datetime(2026, 1, 1) + n * MINUTE)


def starting(wall: datetime, zone: str, *reminders: timedelta) -> Action:
    """A fundraiser that lasts a day from a wall time on."""
    starts = resolve_late(wall, zone)
    return make_action(
        starts=starts.wall,
        starts_at=starts.at,
        ends_at=starts.at + DAY,
        log_until=starts.at + 2 * DAY,
        plan=MessagePlan(reminders),
    )


def shown(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@given(walls, st.sampled_from(ZONES), st.integers(-40, 40).filter(bool))
def test_a_reminder_days_before_comes_at_the_same_time_of_day(
    wall: datetime, zone: str, days: int
) -> None:
    action = starting(wall, zone)
    wanted = shown(action.starts_at, zone) - days * DAY
    due = reminder_due(action, days * DAY)
    exists = shown(wanted.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone) == wanted
    if exists:
        assert shown(due, zone) == wanted
    else:  # the clocks skip it: as much later as they go forward
        assert timedelta(0) < shown(due, zone) - wanted <= 2 * HOUR
    assert due == resolve_late(wanted, zone).at


@given(walls, st.sampled_from(ZONES), st.integers(-60_000, 60_000).filter(lambda n: n % 1440))
def test_any_other_reminder_comes_after_so_much_time_has_passed(
    wall: datetime, zone: str, minutes: int
) -> None:
    action = starting(wall, zone)
    assert reminder_due(action, minutes * MINUTE) == action.starts_at - minutes * MINUTE


@pytest.mark.parametrize(
    ("wall", "offset", "elapsed"),
    [
        (datetime(2026, 3, 29, 20), DAY, 23 * HOUR),  # forward
        (datetime(2026, 10, 25, 20), DAY, 25 * HOUR),  # back
        (datetime(2026, 3, 29, 20), 36 * HOUR, 36 * HOUR),
        (datetime(2026, 10, 24, 20), -DAY, -25 * HOUR),
        (datetime(2026, 3, 30, 2, 30), DAY, 23 * HOUR),  # 02:30 is skipped: 03:30
        (datetime(2026, 10, 26, 2, 30), DAY, 25 * HOUR),  # the first 02:30 of two
    ],
)
def test_where_clocks_change_in_between_days_are_longer_or_shorter(
    wall: datetime, offset: timedelta, elapsed: timedelta
) -> None:
    action = starting(wall, "Europe/Berlin")
    assert action.starts_at - reminder_due(action, offset) == elapsed


def test_a_deadline_is_reminded_of_at_its_own_time_of_day() -> None:
    project = replace(starting(datetime(2026, 3, 20, 9), "Europe/Berlin"), kind=Kind.PROJECT)
    ends = Wall(datetime(2026, 3, 29, 18), "Europe/Berlin")
    project = replace(project, ends=ends, ends_at=datetime(2026, 3, 29, 16, tzinfo=UTC))
    assert shown(reminder_due(project, DAY), "Europe/Berlin") == datetime(2026, 3, 28, 18)


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("1 day, 2 hours, 30 min, +15 min", "en", [1440, 120, 30, -15]),
        ("30 min before, 15 minutes after; 2h", "en", [120, 30, -15]),
        ("-1h\n+1h", "en", [60, -60]),
        ("1일, 2시간 전, 30분 후", "ko", [1440, 120, -30]),
        ("하루, +15분, 시작 후 20분", "ko", [1440, -15, -20]),
        ("1 week, 7 days, 168 h,", "en", [10080]),
        ("１ day、２h", "en", [1440, 120]),
        (" , ", "en", []),
        ("", "en", []),
    ],
)
def test_a_list_of_reminders_is_read_the_earliest_first(
    text: str, language: str, minutes: list[int]
) -> None:
    assert read_reminders(text, language) == tuple(n * MINUTE for n in minutes)


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("1 day, soon, 2h", "reminders.not_understood", {"text": "soon"}),
        ("1 day 2", "reminders.not_understood", {"text": "1 day 2"}),
        ("+15 min before", "reminders.not_understood", {"text": "+15 min before"}),
        ("-15 min after", "reminders.not_understood", {"text": "-15 min after"}),
        ("1h, 0 min", "reminders.none_at_once", {"text": "0 min"}),
        ("400 days", "reminders.too_far", {"text": "400 days", "days": 366}),
        (
            ", ".join(f"{n} min" for n in range(1, 22)),
            "reminders.too_many",
            {"count": 21, "most": 20},
        ),
    ],
)
def test_what_is_no_reminder_is_refused_by_its_own_words(
    text: str, key: str, values: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as caught:
        read_reminders(text, "en")
    assert (caught.value.key, caught.value.values) == (key, values)


def planned(action: Action, now: datetime, kind: DeliveryKind) -> list[timedelta]:
    """How long after the start what is planned of a kind is due."""
    return [p.due_at - action.starts_at for p in plan_rest(action, now) if p.kind is kind]


def test_reminders_go_out_before_and_after_as_long_as_something_can_be_logged() -> None:
    offsets = (3 * DAY, HOUR, -15 * MINUTE, -DAY, -47 * HOUR, -2 * DAY)
    action = starting(datetime(2026, 6, 1, 20), "Asia/Seoul", *offsets)
    now = action.starts_at - 2 * DAY
    due = planned(action, now, DeliveryKind.REMINDER)
    assert due == [-HOUR, 15 * MINUTE, DAY, 47 * HOUR]
    assert not has_reminder(action, -2 * DAY)
    assert not has_reminder(action, 5 * HOUR), "the plan has no such one"


def test_two_reminders_of_the_same_instant_are_one() -> None:
    action = starting(datetime(2026, 3, 29, 20), "Europe/Berlin", DAY, 23 * HOUR)
    due = planned(action, action.starts_at - 3 * DAY, DeliveryKind.REMINDER)
    assert due == [-23 * HOUR]


@pytest.mark.parametrize(
    ("kind", "lasts", "reminders", "called"),
    [
        (Kind.HASHTAG, 2 * HOUR, (HOUR,), False),
        (Kind.HASHTAG, 3 * HOUR, (HOUR,), True),
        (Kind.SUBMISSION, DAY, (HOUR,), False),
        (Kind.SUBMISSION, DAY, (2 * HOUR,), True),
        (Kind.FUNDRAISER, DAY, (HOUR,), True),
    ],
)
def test_the_last_hour_is_called_of_what_is_long_and_has_no_such_reminder(
    kind: Kind, lasts: timedelta, reminders: tuple[timedelta, ...], called: bool
) -> None:
    action = starting(datetime(2026, 6, 1, 20), "Asia/Seoul", *reminders)
    action = replace(action, kind=kind, ends_at=action.starts_at + lasts)
    assert last_hour(action) == (action.ends_at - HOUR if called else None)
    due = planned(action, action.starts_at, DeliveryKind.LAST_HOUR)
    assert due == [lasts - HOUR] * called


def test_a_nudge_goes_out_half_way_through_the_time_for_logging_if_it_is_wanted() -> None:
    action = starting(datetime(2026, 6, 1, 20), "Asia/Seoul")
    assert nudge_due(action) is None
    nudging = replace(action, plan=replace(action.plan, nudges=True))
    assert planned(nudging, action.starts_at, DeliveryKind.NUDGE) == [36 * HOUR]
    assert nudge_due(replace(nudging, log_until=nudging.ends_at)) is None


@pytest.mark.parametrize(
    ("kind", "offset", "helps_until"),
    [
        (DeliveryKind.REMINDER, HOUR, timedelta(0)),
        (DeliveryKind.REMINDER, -HOUR, 2 * DAY),
        (DeliveryKind.LAST_HOUR, timedelta(0), DAY),
        (DeliveryKind.MILESTONE, timedelta(0), 2 * DAY),
        (DeliveryKind.NUDGE, timedelta(0), 2 * DAY),
    ],
)
def test_each_call_is_pointless_from_when_it_helps_nobody(
    kind: DeliveryKind, offset: timedelta, helps_until: timedelta
) -> None:
    action = starting(datetime(2026, 6, 1, 20), "Asia/Seoul")
    delivery = Delivery(1, 1, 2, kind, action.starts_at - HOUR, 1, offset=offset)
    until = action.starts_at + helps_until
    owed = OwedMessage(delivery, action, Server(1), until, yet_to_log=1)
    assert owed.pointless
    assert not replace(owed, now=until - MINUTE).pointless
    cancelled = replace(action, state=ActionState.CANCELLED)
    assert replace(owed, action=cancelled, now=until - MINUTE).pointless


def test_a_nudge_for_nobody_is_pointless() -> None:
    action = starting(datetime(2026, 6, 1, 20), "Asia/Seoul")
    delivery = Delivery(1, 1, 2, DeliveryKind.NUDGE, action.ends_at, 1)
    assert OwedMessage(delivery, action, Server(1), action.ends_at).pointless
