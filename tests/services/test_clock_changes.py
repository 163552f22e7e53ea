"""Clocks that jump, servers that change their zone, and summer time: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.deliveries import DeliveryKind, DeliveryState
from domain.walls import Resolved, Wall
from services import alarm
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    NOW,
    SECOND,
    World,
    fundraiser,
    until,
)

REMINDER = DeliveryKind.REMINDER


async def reminders(world: World, starts: datetime, zone: str) -> list[datetime]:
    """When an action is reminded of that starts at a wall time, as the zone's clocks show it."""
    world.clock.set(starts.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - 3 * DAY)
    instant = starts.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    typed = fundraiser()
    typed = type(typed)(
        typed.kind, typed.title, Resolved(Wall(starts, zone), instant), None, None, typed.texts
    )
    action = await world.publish(typed)
    due = [r.delivery.due_at for r in await world.records(action) if r.delivery.kind is REMINDER]
    return [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in due]


@pytest.mark.parametrize(
    "starts",
    [
        datetime(2026, 11, 1, 20),  # New York's clocks went back that morning
        datetime(2026, 3, 8, 20),  # and forward
        datetime(2026, 6, 6, 20),
    ],
)
async def test_the_day_before_is_the_same_time_of_day(world: World, starts: datetime):
    shown = await reminders(world, starts, "America/New_York")
    assert shown == [starts - timedelta(days=1), starts - timedelta(hours=1)]


async def test_reminders_keep_their_time_when_the_server_changes_its_zone(world: World):
    action = await world.publish()
    before = [(r.delivery.kind, r.delivery.due_at) for r in await world.records(action)]
    await world.services.servers.set_zone(MODERATOR, GUILD, "America/Sao_Paulo")
    renamed = fundraiser("Another title")
    await world.services.editing.edit(
        MODERATOR, GUILD, action.action_id, lambda _: renamed, language="en"
    )
    after = [
        (r.delivery.kind, r.delivery.due_at)
        for r in await world.records(action)
        if r.state is not DeliveryState.CANCELLED and r.delivery.kind is not DeliveryKind.STEP
    ]
    assert after == before


async def test_a_clock_that_is_set_forward_makes_nothing_late_by_more_than_a_look(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """The alarm was set by the old clock, for days later; nothing wakes the dispatcher but it."""
    monkeypatch.setattr(alarm, "LONGEST", timedelta(milliseconds=50))
    world.sender.ready.set()
    await world.publish()
    await until(lambda: len(world.sender.sent) == 2)
    world.clock.set(MOMENT - DAY)
    await until(lambda: REMINDER in world.sender.kinds)


async def test_a_clock_that_is_set_back_sends_nothing_again(world: World):
    action = await world.publish()
    world.clock.set(MOMENT - DAY)
    assert REMINDER in await world.send_due()
    sent = len(world.sender.sent)
    world.clock.set(NOW)
    assert await world.send_due() == []
    world.clock.set(MOMENT - DAY + SECOND)
    assert await world.send_due() == []
    world.clock.set(MOMENT - HOUR)
    assert await world.send_due() == [REMINDER]
    assert len(world.sender.sent) == sent + 1
    states = [r.state for r in await world.records(action) if r.delivery.kind is REMINDER]
    assert states == [DeliveryState.SENT, DeliveryState.SENT]


async def test_what_was_claimed_before_the_clock_was_set_back_is_marked_by_whoever_has_it(
    world: World,
):
    """Its lease ends an hour later than it should; the message is sent and marked all the same."""
    action = await world.publish()
    world.sender.block(GUILD)
    sending = asyncio.create_task(world.send_due())
    await until(lambda: world.sender.waiting == [GUILD])
    world.clock.set(NOW - HOUR)
    world.sender.let_go(GUILD)
    await sending
    world.clock.set(NOW)
    await world.send_due()
    assert world.sender.kinds == [DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD]
    states = await world.states(action)
    assert states[DeliveryKind.ANNOUNCEMENT] is DeliveryState.SENT
