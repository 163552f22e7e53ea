"""Pings of roles: who is pinged, what the cap leaves room for, and where a day begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import ActionState
from domain.audit import Act, AuditEvent
from domain.concerned import TOLD_STEPS
from domain.deliveries import Delivery, DeliveryKind
from domain.errors import Refusal
from domain.kinds import Kind
from domain.owed_messages import OwedMessage
from domain.parts import Parts
from domain.pings import (
    ALWAYS_PING,
    PingDay,
    day_around,
    ping_role,
    pinged_role,
    planned_pings,
    read_cap,
    share_room,
)
from domain.servers import RolePurpose, Server
from domain.shifts import Shift
from tests.domain.ledgers import make_action

ACTION = replace(make_action(), state=ActionState.OPEN)
ALERTS, PARTICIPANTS = 50, 60
SERVER = Server(1, zone="Asia/Seoul").with_role(RolePurpose.PING, ALERTS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = ACTION.starts_at - HOUR


def owed(
    kind: DeliveryKind,
    *,
    number: int = 1,
    role_id: int | None = PARTICIPANTS,
    now: datetime = BEFORE,
    act: Act = Act.REMINDED,
    **detail: object,
):
    delivery = Delivery(1, number, 2, kind, now, 1, item_id=1)
    event = AuditEvent(1, 2, act, now, detail=detail)
    action = replace(ACTION, grants_role=True, role_id=role_id)
    return OwedMessage(delivery, action, SERVER, now, event=event)


def with_shift(owed: OwedMessage, *, target: int | None) -> OwedMessage:
    shift = Shift(1, ACTION.starts_at, ACTION.starts_at + HOUR, target=target)
    return replace(owed, action=replace(owed.action, parts=Parts(shifts=(shift,))))


FOR_ALL = (
    owed(DeliveryKind.REMINDER),
    owed(DeliveryKind.MOMENT),
    owed(DeliveryKind.REVEAL),
    owed(DeliveryKind.STEP, act=Act.TAG_SWITCHED, now=ACTION.starts_at),
    owed(DeliveryKind.DECISION),
    owed(DeliveryKind.BY_HAND),
    with_shift(owed(DeliveryKind.SHIFT), target=None),
    *(owed(DeliveryKind.STEP, act=act) for act in sorted(TOLD_STEPS)),
)
"""What everybody who is in has to know, and before which nobody has finished."""

FOR_SOME = (
    owed(DeliveryKind.REMINDER, now=ACTION.starts_at),
    replace(
        owed(DeliveryKind.REMINDER),
        action=replace(ACTION, kind=Kind.SUBMISSION, grants_role=True, role_id=PARTICIPANTS),
    ),
    replace(
        owed(DeliveryKind.MOMENT),
        action=replace(ACTION, kind=Kind.PROJECT, grants_role=True, role_id=PARTICIPANTS),
    ),
    with_shift(owed(DeliveryKind.SHIFT), target=1),
    with_shift(owed(DeliveryKind.SHIFT, now=ACTION.starts_at), target=None),
    *(
        owed(DeliveryKind.STEP, act=act, now=ACTION.starts_at)
        for act in sorted(TOLD_STEPS - {Act.TAG_SWITCHED})
    ),
    owed(DeliveryKind.STEP, act=Act.TAG_SWITCHED, now=ACTION.ends_at),
    owed(DeliveryKind.STEP, act=Act.SIGN_UPS_CLOSED),
    *(
        owed(kind)
        for kind in DeliveryKind
        if kind not in {DeliveryKind.ANNOUNCEMENT, DeliveryKind.STEP, DeliveryKind.SHIFT}
        and kind not in {message.delivery.kind for message in FOR_ALL}
    ),
)
"""What is not for everybody who is in: some may have finished, or it is somebody's own."""


@pytest.mark.parametrize("message", FOR_ALL, ids=lambda m: f"{m.delivery.kind}-{m.event.act}")
def test_what_concerns_all_who_are_in_pings_their_role_and_no_other(message: OwedMessage) -> None:
    assert ping_role(message) == PARTICIPANTS
    without = replace(message, action=replace(message.action, role_id=None))
    assert ping_role(without) is None, "the role for alerts is no stand-in"


@pytest.mark.parametrize("message", FOR_SOME, ids=lambda m: f"{m.delivery.kind}-{m.event.act}")
def test_what_is_not_for_all_who_are_in_pings_no_role(message: OwedMessage) -> None:
    assert ping_role(message) is None


def test_only_an_announcement_pings_the_role_for_alerts() -> None:
    assert ping_role(owed(DeliveryKind.ANNOUNCEMENT)) == ALERTS
    assert ping_role(owed(DeliveryKind.ANNOUNCEMENT, role_id=None)) == ALERTS


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 10))
def test_what_is_left_never_takes_the_room_of_a_moment(cap: int, used: int, moments: int) -> None:
    room = PingDay(cap, used, moments).room
    assert room >= 0
    assert room == 0 or used + room + moments == cap


@given(
    st.lists(st.tuples(st.sampled_from(sorted(DeliveryKind)), st.sampled_from([None, 61, 62]))),
    st.integers(0, 3),
)
def test_messages_sent_as_one_ping_each_role_once_and_stay_within_the_cap(parts, room) -> None:
    messages = [owed(kind, number=n, role_id=role) for n, (kind, role) in enumerate(parts)]
    shared = share_room(messages, PingDay(room, 0))
    pinging = [m for m in shared if pinged_role(m) is not None]
    roles = [ping_role(m) for m in pinging]
    assert None not in roles
    assert len(set(roles)) == len(roles)
    assert sum(m.delivery.kind not in ALWAYS_PING for m in pinging) <= room
    assert any(m.may_ping for m in shared) or not any(
        m.delivery.kind is DeliveryKind.MOMENT and m.action.role_id for m in messages
    )


def test_a_moment_pings_when_the_cap_is_used_up_and_nothing_else_does() -> None:
    full = PingDay(0, 7)
    for kind, pings in ((DeliveryKind.MOMENT, True), (DeliveryKind.REMINDER, False)):
        (message,) = share_room([owed(kind)], full)
        assert message.may_ping is pings


def test_what_is_silent_never_pings() -> None:
    (message,) = share_room([replace(owed(DeliveryKind.REMINDER), silent=True)], PingDay(10, 0))
    assert not message.may_ping


def test_everybody_is_never_pinged_even_if_that_role_was_stored() -> None:
    everyone = SERVER.with_role(RolePurpose.PING, SERVER.guild_id)
    assert ping_role(replace(owed(DeliveryKind.ANNOUNCEMENT), server=everyone)) is None
    assert ping_role(owed(DeliveryKind.MOMENT, role_id=SERVER.guild_id)) is None


def test_a_reminder_by_hand_pings_unless_its_organiser_said_no() -> None:
    assert ping_role(owed(DeliveryKind.BY_HAND)) == PARTICIPANTS
    assert ping_role(owed(DeliveryKind.BY_HAND, pings=False)) is None


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Seoul", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe"]),
)
def test_an_instant_lies_in_the_day_around_it_which_lasts_a_day(now: datetime, zone: str) -> None:
    """Where clocks change at midnight the day begins when it does."""
    starts, ends = day_around(now, zone)
    assert starts <= now < ends
    assert timedelta(hours=22) < ends - starts < timedelta(hours=26)


def test_the_moment_and_the_reminder_of_the_hour_before_are_on_its_day() -> None:
    early, role = ACTION.starts_at - 3 * DAY, replace(ACTION, grants_role=True)
    assert planned_pings(role, SERVER, early, "UTC") >= 2
    assert planned_pings(role, SERVER, ACTION.ends_at + DAY, "UTC") == 0


def test_without_a_role_no_message_but_the_announcement_is_planned_to_ping() -> None:
    early = ACTION.starts_at - 3 * DAY
    assert planned_pings(ACTION, SERVER, early, "UTC") == 0
    on_the_day = ACTION.starts_at - timedelta(minutes=1)
    assert planned_pings(ACTION, SERVER, on_the_day, "UTC") == 1
    assert planned_pings(ACTION, Server(1), on_the_day, "UTC") == 0


def test_a_reminder_after_the_moment_is_not_planned_to_ping() -> None:
    early, role = ACTION.starts_at - 3 * DAY, replace(ACTION, grants_role=True)
    after = replace(role, plan=replace(role.plan, reminders=(-timedelta(minutes=5),)))
    none = replace(role, plan=replace(role.plan, reminders=()))
    planned = [planned_pings(action, SERVER, early, "UTC") for action in (after, none)]
    assert planned[0] == planned[1] == 1, "the moment alone"


@pytest.mark.parametrize("text", ["", "-1", "51", "many", "1.5", "1000000"])
def test_a_cap_is_a_number_from_0_to_50(text: str) -> None:
    assert (read_cap(" 0 "), read_cap("50")) == (0, 50)
    with pytest.raises(Refusal) as refused:
        read_cap(text)
    assert refused.value.key == "quiet.bad_cap"
