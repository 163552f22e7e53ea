"""Quiet hours: when they last, what waits for their end, and how they are typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import ActionState
from domain.audit import Act, AuditEvent
from domain.deliveries import WAITS, Delivery, DeliveryKind
from domain.errors import Refusal
from domain.owed_messages import OwedMessage
from domain.quiet import QuietHours, read_quiet
from domain.servers import Server
from domain.waiting import Passage, passage
from domain.zones import zone_info
from tests.domain.ledgers import make_action

HOUR = timedelta(hours=1)
NIGHT = QuietHours(23 * 60, 8 * 60)
ZONES = ["Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Cairo"]

MINUTES = st.integers(0, 24 * 60 - 1)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(MINUTES, MINUTES, INSTANTS, st.sampled_from(ZONES))
def test_quiet_hours_last_exactly_between_their_times_on_the_wall(start, end, now, zone) -> None:
    """Over daylight saving too, where an hour that comes twice may be over by its first end."""
    if start == end:
        return
    until = QuietHours(start, end).until(zone, now)
    local = now.astimezone(zone_info(zone))
    minute = local.hour * 60 + local.minute
    inside = start <= minute < end if start < end else minute >= start or minute < end
    if not inside:
        assert until is None
    elif until is None:
        assert local.fold, "only the second time of an hour that comes twice"
    else:
        assert now < until <= now + timedelta(hours=26)
        ends = until.astimezone(zone_info(zone))
        skipped = until.astimezone(UTC) - timedelta(hours=1)
        moved = ends.utcoffset() != skipped.astimezone(zone_info(zone)).utcoffset()
        assert ends.hour * 60 + ends.minute == end or moved


@given(INSTANTS, st.sampled_from(ZONES))
def test_when_they_are_over_they_are_not_on(now: datetime, zone: str) -> None:
    until = NIGHT.until(zone, now)
    assert until is None or NIGHT.until(zone, until) is None


def message(kind: DeliveryKind, now: datetime, *, starts: datetime, **more) -> OwedMessage:
    action = replace(
        make_action(),
        state=ActionState.OPEN,
        starts_at=starts,
        ends_at=starts + 24 * HOUR,
        log_until=starts + 48 * HOUR,
    )
    event = AuditEvent(1, 2, Act.REMINDED, now, detail=more.pop("detail", {}))
    delivery = Delivery(1, 9, 2, kind, now, 1, offset=HOUR, **more)
    server = Server(1, zone="UTC", quiet=NIGHT)
    return OwedMessage(delivery, action, server, now, event=event, yet_to_log=1)


MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


HUSHED = {DeliveryKind.TALLY, DeliveryKind.DIGEST}


@pytest.mark.parametrize("kind", sorted(set(DeliveryKind) - WAITS - HUSHED))
def test_what_can_not_wait_passes(kind: DeliveryKind) -> None:
    assert passage(message(kind, MIDNIGHT, starts=MIDNIGHT)) is Passage.FREE


@pytest.mark.parametrize("kind", sorted(HUSHED))
def test_a_tally_and_a_digest_come_without_a_sound(kind: DeliveryKind) -> None:
    assert passage(message(kind, MIDNIGHT, starts=MIDNIGHT)) is Passage.SILENT


def test_a_reminder_waits_while_it_helps_later_too() -> None:
    waiting = message(DeliveryKind.REMINDER, MIDNIGHT, starts=MIDNIGHT + 12 * HOUR)
    assert passage(waiting) is Passage.WAIT
    assert waiting.quiet_until == MIDNIGHT + 8 * HOUR
    by_then = replace(waiting, now=MIDNIGHT + 8 * HOUR)
    assert passage(by_then) is Passage.FREE
    assert by_then.waited
    assert not by_then.late, "quiet hours make nothing late"
    assert replace(waiting, now=MIDNIGHT + 9 * HOUR).late, "but what comes after them does"


def test_a_reminder_of_what_begins_in_the_night_comes_silently_in_time() -> None:
    soon = message(DeliveryKind.REMINDER, MIDNIGHT, starts=MIDNIGHT + HOUR)
    assert passage(soon) is Passage.SILENT


def test_a_tally_comes_silently_and_only_in_the_night() -> None:
    tally = message(DeliveryKind.TALLY, MIDNIGHT, starts=MIDNIGHT - 48 * HOUR)
    assert passage(tally) is Passage.SILENT
    assert passage(replace(tally, now=MIDNIGHT + 8 * HOUR)) is Passage.FREE


def test_what_an_organiser_calls_urgent_or_has_sent_now_does_not_wait() -> None:
    starts, kind = MIDNIGHT + 12 * HOUR, DeliveryKind.BY_HAND
    assert passage(message(kind, MIDNIGHT, starts=starts)) is Passage.WAIT
    urgent = message(kind, MIDNIGHT, starts=starts, detail={"urgent": True})
    assert passage(urgent) is Passage.FREE
    ordered = message(DeliveryKind.REMINDER, MIDNIGHT, starts=starts, ordered_at=MIDNIGHT)
    assert passage(ordered) is Passage.FREE


@pytest.mark.parametrize(
    ("start", "end", "language"),
    [("23:00", "08:00", "en"), ("11pm", "8 am", "en"), ("밤 11시", "아침 8시", "ko")],
)
def test_quiet_hours_are_typed_like_other_times(start: str, end: str, language: str) -> None:
    assert read_quiet(start, end, zone="Asia/Seoul", language=language) == NIGHT


def test_no_times_are_no_quiet_hours() -> None:
    assert read_quiet(" ", "", zone="Asia/Seoul", language="en") is None


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        ("23:00", "", "quiet.half"),
        ("8:00", "08:00", "quiet.same"),
        ("8", "23:00", "quiet.unclear"),
        ("late", "23:00", "quiet.not_a_time"),
        ("23:00 UTC", "8:00", "quiet.other_zone"),
    ],
)
def test_other_quiet_hours_are_refused(start: str, end: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_quiet(start, end, zone="Asia/Seoul", language="en")
    assert refused.value.key == key
