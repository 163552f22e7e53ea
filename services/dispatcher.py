"""The dispatcher: claims deliveries that are due and hands them to their server's lane."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter, defaultdict
from datetime import datetime
from heapq import heappop, heappush

from db.engine import Database
from db.queries import claims, failures
from domain.deliveries import (
    DIRECT_LEVEL,
    IMPORTANCE,
    LEASE,
    ROLES_LEVEL,
    TAKE_TURNS,
    TO_ONE_PERSON,
    URGENT,
    Delivery,
    retry_delay,
)
from services.alarm import Alarm
from services.budget import Budget, importance
from services.clock import Clock
from services.courier import Courier
from services.group_commit import GroupCommit

log = logging.getLogger(__name__)

CLAIM = 10
"""Deliveries claimed at a time: no more of one server than it may have in hand."""

IN_HAND = 200
"""Deliveries that are claimed and wait in lanes, at the most: some seconds' worth of requests."""

PER_SERVER = 10
"""Those of one server but for direct messages, one after the other: who has more leaves room for
others, and so do many servers that hang. Of thank-you roles as many besides."""

DIRECT_IN_HAND = 20
"""Direct messages among them, which have a slower pace."""

Lane = tuple[int, int]
"""A server, and whether what goes there is urgent: nothing else holds that up. Roles, which
Discord takes slowly, hold up no message either."""

Share = tuple[int, bool]
"""A server, and whether what is in hand of it are roles: they keep no message from being taken."""

DIRECT_LANE: Lane = (0, DIRECT_LEVEL)
"""All direct messages, one after the other."""

Waiting = tuple[int, datetime, int, Delivery]
"""A delivery in its lane: importance, due instant and id decide which goes first."""


class Dispatcher:
    """One long-lived task that claims what is due and sleeps until the next is.

    Each server has two lanes, one for what is urgent, in which one delivery is sent after the
    other, the most important first; a server that hangs holds up no other. Which lane goes next
    is decided by the budget of requests.
    """

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        courier: Courier,
        budget: Budget,
        *,
        direct_interval: float,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._courier = courier
        self._budget = budget
        self._direct_interval = direct_interval
        self._awake = asyncio.Event()
        self._alarm = Alarm(clock, self.wake)
        self._waiting: dict[Lane, list[Waiting]] = defaultdict(list)
        self._in_hand: set[tuple[int, int]] = set()
        self._of_server: Counter[Share] = Counter()
        self._direct_in_hand = 0
        self._held_back = False
        self._taken_over = False
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
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
            return min((await claims.next_tries(conn)).values(), default=None)

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
                self._alarm.set(await self._next_alarm())
            except Exception:
                log.exception("dispatching failed; it is tried again when the alarm rings")
                self._alarm.set(self._clock.now() + retry_delay(5, random.random()))
            await self._awake.wait()

    async def _take_over(self) -> None:
        """Free what a bot that was killed had claimed, before anything is claimed here.

        Only where no other one can be running; elsewhere its lease has to run out.
        """
        if self._taken_over or not self._database.exclusive:
            return
        self._taken_over = True
        now = self._clock.now()
        try:
            await self._commit.run(lambda conn: claims.free_claimed(conn, now))
        except BaseException:
            self._taken_over = False
            raise

    async def _next_alarm(self) -> datetime | None:
        """When to look again; what is held back is looked at when there is room for it."""
        async with self._database.read() as conn:
            tries = await claims.next_tries(conn, but_not=self._busy_servers)
        now = self._clock.now()
        return min(
            (at for level, at in tries.items() if at > now or self._room(level)), default=None
        )

    async def _take_up(self) -> int:
        """Claim what is due, as far as there is room for it, and put it into the lanes."""
        taken = 0
        self._held_back = False
        await self._take_over()
        async with self._database.read() as conn:
            tries = await claims.next_tries(conn)
        for level in sorted(tries):
            while tries[level] <= self._clock.now():
                room = min(CLAIM, self._room(level))
                claimed = await self._claim(level, room) if room else []
                for delivery in claimed:
                    self._enqueue(delivery)
                taken += len(claimed)
                if len(claimed) < CLAIM:
                    self._held_back |= len(claimed) == room or bool(self._busy_servers(level))
                    break
        return taken

    def _room(self, level: int) -> int:
        """How many more deliveries of an importance may be taken in hand."""
        if level == DIRECT_LEVEL:
            return DIRECT_IN_HAND - self._direct_in_hand
        return CLAIM if level <= URGENT else max(0, IN_HAND - len(self._in_hand))

    def _busy_servers(self, level: int) -> list[int]:
        """The servers of which no more of an importance is taken in hand for now."""
        shares = [share for share, held in self._of_server.items() if held >= PER_SERVER]
        return [guild_id for guild_id, roles in shares if roles == (level == ROLES_LEVEL)]

    async def _claim(self, level: int, most: int) -> list[Delivery]:
        now = self._clock.now()
        but_not = self._busy_servers(level) if level in TAKE_TURNS else ()
        return await self._commit.run(
            lambda conn: claims.claim_due(
                conn, now, now + LEASE, most, level=level, but_not=but_not
            )
        )

    def _enqueue(self, delivery: Delivery) -> None:
        key = (delivery.guild_id, delivery.delivery_id)
        if key in self._in_hand:
            return  # its lease ended while it waits in its lane: claiming it has renewed that
        self._in_hand.add(key)
        lane = _lane_of(delivery)
        self._direct_in_hand += lane == DIRECT_LANE
        self._of_server[_share_of(delivery)] += lane != DIRECT_LANE
        turn = (IMPORTANCE[delivery.kind], delivery.due_at, delivery.delivery_id, delivery)
        heappush(self._waiting[lane], turn)
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.create_task(self._run_lane(lane))

    def _let_go(self, lane: Lane, delivery: Delivery) -> None:
        share = _share_of(delivery)
        self._in_hand.discard((delivery.guild_id, delivery.delivery_id))
        self._direct_in_hand -= lane == DIRECT_LANE
        self._of_server[share] -= lane != DIRECT_LANE
        if not self._of_server[share]:
            del self._of_server[share]
        if self._held_back and self._roomy(lane, share):
            self.wake()

    def _roomy(self, lane: Lane, share: Share) -> bool:
        """Tell whether it is worth looking for more, after something was sent."""
        if lane == DIRECT_LANE:
            return self._direct_in_hand <= DIRECT_IN_HAND // 2
        few = len(self._in_hand) <= IN_HAND // 2
        return few and self._of_server[share] <= PER_SERVER // 2

    async def _run_lane(self, lane: Lane) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                level = waiting[0][0]
                async with self._budget.preparing(level):
                    *_, delivery = heappop(waiting)
                    importance.set(level)
                    await self._courier.deliver(delivery)
                self._let_go(lane, delivery)
                if lane == DIRECT_LANE:
                    await asyncio.sleep(self._direct_interval)
        finally:
            del self._lanes[lane]
            for *_, delivery in self._waiting.pop(lane):
                self._let_go(lane, delivery)
            self.wake()  # what was postponed may be due before what the alarm is set to


def _share_of(delivery: Delivery) -> Share:
    return delivery.guild_id, IMPORTANCE[delivery.kind] == ROLES_LEVEL


def _lane_of(delivery: Delivery) -> Lane:
    if delivery.kind in TO_ONE_PERSON:
        return DIRECT_LANE
    if IMPORTANCE[delivery.kind] == ROLES_LEVEL:
        return delivery.guild_id, ROLES_LEVEL
    return delivery.guild_id, int(IMPORTANCE[delivery.kind] <= URGENT)
