"""Pings of roles: who is pinged, what the cap leaves room for, and where a day begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import ActionState
from domain.audit import Act, AuditEvent
from domain.deliveries import Delivery, DeliveryKind
from domain.errors import Refusal
from domain.owed_messages import OwedMessage
from domain.pings import PingDay, day_around, ping_role, planned_pings, read_cap, share_room
from domain.servers import RolePurpose, Server
from tests.domain.ledgers import make_action

ACTION = replace(make_action(), state=ActionState.OPEN)
SERVER = Server(1, zone="Asia/Seoul").with_role(RolePurpose.PING, 50)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def owed(kind: DeliveryKind, *, number: int = 1, role_id: int | None = None, **detail: object):
    delivery = Delivery(1, number, 2, kind, ACTION.starts_at, 1)
    event = AuditEvent(1, 2, Act.REMINDED, ACTION.starts_at, detail=detail)
    action = replace(ACTION, role_id=role_id)
    return OwedMessage(delivery, action, SERVER, ACTION.starts_at, event=event)


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
    pinging = [m for m in shared if m.may_ping]
    roles = [ping_role(m) for m in pinging]
    assert None not in roles
    assert len(set(roles)) == len(roles)
    assert sum(m.delivery.kind is not DeliveryKind.MOMENT for m in pinging) <= room
    assert any(m.may_ping for m in shared) or not any(
        m.delivery.kind is DeliveryKind.MOMENT for m in messages
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
    message = replace(owed(DeliveryKind.MOMENT), server=everyone)
    assert ping_role(message) is None


def test_a_reminder_by_hand_pings_unless_its_organiser_said_no() -> None:
    assert ping_role(owed(DeliveryKind.BY_HAND)) == 50
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
    assert planned_pings(ACTION, ACTION.starts_at - 3 * DAY, "UTC") >= 2
    assert planned_pings(ACTION, ACTION.ends_at + DAY, "UTC") == 0


@pytest.mark.parametrize("text", ["", "-1", "51", "many", "1.5", "1000000"])
def test_a_cap_is_a_number_from_0_to_50(text: str) -> None:
    assert (read_cap(" 0 "), read_cap("50")) == (0, 50)
    with pytest.raises(Refusal) as refused:
        read_cap(text)
    assert refused.value.key == "quiet.bad_cap"
