"""The dispatcher: claims deliveries that are due and hands them to their server's lane."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import defaultdict
from datetime import datetime
from heapq import heappop, heappush

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import deliveries as queries
from db.queries import failures
from domain.deliveries import IMPORTANCE, LEASE, Delivery, retry_delay
from services.alarm import Alarm
from services.clock import Clock
from services.courier import Courier
from services.group_commit import GroupCommit

log = logging.getLogger(__name__)

CLAIM = 50
"""Deliveries claimed at a time."""

WIDTH = 20
"""Servers to which something is being sent at the same time, at the most."""

Waiting = tuple[int, datetime, int, Delivery]
"""A delivery in its lane: importance, due instant and id decide which goes first."""


class Dispatcher:
    """One long-lived task that claims what is due and sleeps until the next is.

    Each server has a lane, in which one delivery is sent after the other, the most important
    first; a server that hangs holds up no other.
    """

    def __init__(
        self, database: Database, commit: GroupCommit, clock: Clock, courier: Courier
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._courier = courier
        self._awake = asyncio.Event()
        self._alarm = Alarm(clock, self.wake)
        self._width = asyncio.Semaphore(WIDTH)
        self._waiting: dict[int, list[Waiting]] = defaultdict(list)
        self._in_hand: set[tuple[int, int]] = set()
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._alarm.start()
        self._task = asyncio.create_task(self._dispatch_forever(), name="dispatcher")

    async def close(self) -> None:
        self._alarm.close()
        task, self._task = self._task, None
        for running in filter(None, (task, *self._lanes.values())):
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def wake(self) -> None:
        """Look again at what is due: a row was added, the alarm rang or the clock was moved."""
        self._awake.set()

    async def try_failed_again(self, guild_id: int, action_id: int | None = None) -> int:
        """Send again what failed in a server, or of one action, once what hindered it is mended.

        What would help nobody any more is skipped when its turn comes. Returns how many it tries.
        """
        now = self._clock.now()
        revived = await self._commit.run(
            lambda conn: failures.revive_failed(conn, guild_id, now, action_id=action_id)
        )
        if revived:
            self.wake()
        return revived

    async def next_due(self) -> datetime | None:
        """When the next delivery may be taken up; None if none is owed."""
        async with self._database.read() as conn:
            return await queries.next_try(conn)

    async def send_due(self) -> int:
        """Send everything that is due now; returns how many deliveries were taken up."""
        taken = await self._take_up()
        while self._lanes:
            await asyncio.wait(self._lanes.values())
            taken += await self._take_up()
        return taken

    async def _dispatch_forever(self) -> None:
        await self._courier.wait_until_ready()
        while True:
            self._awake.clear()
            try:
                await self._take_up()
                self._alarm.set(await self.next_due())
            except Exception:
                log.exception("dispatching failed; it is tried again when the alarm rings")
                self._alarm.set(self._clock.now() + retry_delay(5, random.random()))
            await self._awake.wait()

    async def _take_up(self) -> int:
        """Claim everything that is due and put it into the lanes."""
        taken = 0
        while claimed := await self._commit.run(self._claim):
            for delivery in claimed:
                self._enqueue(delivery)
            taken += len(claimed)
        return taken

    async def _claim(self, conn: AsyncConnection) -> list[Delivery]:
        now = self._clock.now()
        return await queries.claim_due(conn, now, now + LEASE, CLAIM)

    def _enqueue(self, delivery: Delivery) -> None:
        guild_id, key = delivery.guild_id, (delivery.guild_id, delivery.delivery_id)
        if key in self._in_hand:
            return  # its lease ended while it waits in its lane: claiming it has renewed that
        self._in_hand.add(key)
        turn = (IMPORTANCE[delivery.kind], delivery.due_at, delivery.delivery_id, delivery)
        heappush(self._waiting[guild_id], turn)
        if guild_id not in self._lanes:
            self._lanes[guild_id] = asyncio.create_task(self._run_lane(guild_id))

    async def _run_lane(self, guild_id: int) -> None:
        waiting = self._waiting[guild_id]
        try:
            while waiting:
                async with self._width:
                    *_, delivery = heappop(waiting)
                    await self._courier.deliver(delivery)
                self._in_hand.discard((guild_id, delivery.delivery_id))
        finally:
            del self._lanes[guild_id]
            for *_, delivery in self._waiting.pop(guild_id):
                self._in_hand.discard((guild_id, delivery.delivery_id))
            self.wake()  # what was postponed may be due before what the alarm is set to
