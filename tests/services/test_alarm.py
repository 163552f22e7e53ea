"""The alarm: rings once, on time by the clock it was given, on APScheduler and real delays."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from services.alarm import Alarm
from services.clock import Clock, SystemClock
from tests.services.world import DAY, until

SOON = timedelta(seconds=0.15)
SLACK = timedelta(seconds=1)
"""How late a ring may be on a busy machine."""
LATER = SLACK + SOON


class OffsetClock:
    """The machine's clock, so far ahead or behind."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class Bell:
    """Keeps the instants at which it rang, by the given clock, and the threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.rings: list[datetime] = []
        self.threads: set[int] = set()

    def ring(self) -> None:
        self.rings.append(self._clock.now())
        self.threads.add(threading.get_ident())


@asynccontextmanager
async def an_alarm(clock: Clock, ring: Callable[[], None]) -> AsyncGenerator[Alarm]:
    alarm = Alarm(clock, ring)
    alarm.start()
    yield alarm
    alarm.close()
    await asyncio.sleep(0.01)  # APScheduler shuts down in a callback of the loop.


@pytest.fixture
async def bell() -> Bell:
    return Bell(SystemClock())


@pytest.fixture
async def alarm(bell: Bell) -> AsyncGenerator[Alarm]:
    async with an_alarm(SystemClock(), bell.ring) as made:
        yield made


async def test_it_rings_once_when_it_is_due_and_not_before(alarm: Alarm, bell: Bell):
    due = datetime.now(UTC) + SOON
    alarm.set(due)
    await until(lambda: bool(bell.rings))
    await asyncio.sleep(0.2)
    assert len(bell.rings) == 1
    assert due <= bell.rings[0] < due + SLACK


async def test_it_rings_on_the_loops_own_thread(alarm: Alarm, bell: Bell):
    """What it rings for is an asyncio.Event, which other threads must not touch."""
    alarm.set(None)
    alarm.set(datetime.now(UTC))
    await until(lambda: bool(bell.rings))
    assert bell.threads == {threading.get_ident()}


async def test_set_to_an_earlier_instant_it_rings_then_and_only_then(alarm: Alarm, bell: Bell):
    earlier = datetime.now(UTC) + SOON
    alarm.set(earlier + SLACK)
    alarm.set(earlier)
    await until(lambda: bool(bell.rings))
    await asyncio.sleep((SLACK + SOON).total_seconds())
    assert len(bell.rings) == 1
    assert earlier <= bell.rings[0] < earlier + SLACK


async def test_set_to_a_later_instant_it_forgets_the_earlier_one(alarm: Alarm, bell: Bell):
    later = datetime.now(UTC) + LATER
    alarm.set(later - SLACK)
    alarm.set(later)
    await until(lambda: bool(bell.rings))
    assert len(bell.rings) == 1
    assert later <= bell.rings[0] < later + SLACK


async def test_what_is_past_due_rings_at_once(alarm: Alarm, bell: Bell):
    begun = datetime.now(UTC)
    alarm.set(begun - 400 * DAY)
    await until(lambda: bool(bell.rings))
    assert bell.rings[0] < begun + SLACK


async def test_it_can_be_set_again_after_it_rang(alarm: Alarm, bell: Bell):
    for times in (1, 2, 3):
        alarm.set(datetime.now(UTC))
        await until(lambda times=times: len(bell.rings) == times)


@pytest.mark.parametrize("offset", [-3000 * DAY, 37 * DAY])
async def test_it_follows_a_clock_that_is_offset_from_the_machines(offset: timedelta):
    clock = OffsetClock(offset)
    bell = Bell(clock)
    async with an_alarm(clock, bell.ring) as alarm:
        due = clock.now() + SOON
        alarm.set(due)
        await until(lambda: bool(bell.rings))
    assert due <= bell.rings[0] < due + SLACK


async def test_without_anything_due_it_stays_silent_but_not_for_ever(
    alarm: Alarm, bell: Bell, monkeypatch: pytest.MonkeyPatch
):
    alarm.set(None)
    await asyncio.sleep(0.1)
    assert bell.rings == []
    monkeypatch.setattr("services.alarm.LONGEST", SOON)
    alarm.set(None)
    await until(lambda: bool(bell.rings))


async def test_what_is_due_far_ahead_is_looked_at_again_before(
    alarm: Alarm, bell: Bell, monkeypatch: pytest.MonkeyPatch
):
    """So a machine that slept, or whose clock was set meanwhile, is not late by much."""
    monkeypatch.setattr("services.alarm.LONGEST", SOON)
    alarm.set(datetime.now(UTC) + DAY)
    await until(lambda: bool(bell.rings))


async def test_a_closed_alarm_does_not_ring():
    bell = Bell(SystemClock())
    async with an_alarm(SystemClock(), bell.ring) as alarm:
        alarm.set(datetime.now(UTC) + SOON)
    await asyncio.sleep((SOON + SOON).total_seconds())
    assert bell.rings == []
