"""Use cases of direct messages: wanting them, making them of deliveries, and closed ones."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import audit, claims, deliveries, directs, participants, preferences
from db.queries.actions import load_action
from db.queries.servers import next_id
from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.direct import UNDELIVERABLE, Direct, begin_telling, is_repeated, wakes
from services.clock import Clock
from services.group_commit import GroupCommit
from services.planning import owe

log = logging.getLogger(__name__)

CHUNK = 250
"""Direct messages that are made in one transaction: clicks wait no longer than that takes."""


class DirectMessages:
    """Whoever asked for them gets what concerns them; nobody else gets anything."""

    def __init__(self, database: Database, commit: GroupCommit, clock: Clock) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._untold: set[tuple[int, int]] = set()
        """Guild and user id of those whose messages are closed and who don't know it: every
        click asks this, and none may cost a statement for it."""

    async def start(self) -> None:
        """Read who has yet to be told that their direct messages are closed."""
        async with self._database.read() as conn:
            self._untold = set(await directs.list_untold(conn))

    # ---- Wanting them

    async def state_of(self, user_id: int, guild_id: int) -> Direct:
        """Whether somebody wants direct messages about a server's actions."""
        async with self._database.read() as conn:
            return await directs.load_direct(conn, guild_id, user_id)

    async def switch(self, user_id: int, guild_id: int, *, on: bool) -> None:
        """Send somebody direct messages about a server's actions from now on, or none any more.

        What they were owed so far is dropped where they want none.
        """

        async def work(conn: AsyncConnection) -> None:
            if on:
                now = self._clock.now()
                who = await participants.participant_of(conn, guild_id, user_id, now)
                await directs.save_direct(conn, guild_id, who, Direct.ON)
                return
            who = await participants.find_participant(conn, guild_id, user_id)
            if who is not None:
                await directs.save_direct(conn, guild_id, who, Direct.OFF)
                await directs.cancel_of(conn, guild_id, who)

        await self._commit.run(work)
        self._untold.discard((guild_id, user_id))

    # ---- Making them

    async def tell_ahead(self, delivery: Delivery) -> None:
        """Make the direct messages ahead of a moment, or the rest of those that repeat another."""
        async with self._database.read() as conn:
            action = await load_action(conn, delivery.guild_id, delivery.action_id, whole=True)
            about, parents = delivery, [delivery.delivery_id]
            if delivery.item_id is not None:
                parents = [delivery.item_id]
                repeated = await directs.load_delivery(conn, delivery.guild_id, delivery.item_id)
                about = repeated or delivery
            elif action is not None:
                parents = await directs.list_ahead(conn, action)
            if action is None or not self._is_current(action, about, parents):
                return
            people = await directs.count_concerned(conn, action, about, parents)
        due: datetime | None = self._clock.now()
        if about.kind is DeliveryKind.AHEAD:
            due = begin_telling(action.starts_at, about.offset, people)
        if due is None or not people:
            return
        while await self._commit.run(
            lambda conn: self._make(conn, action, about, parents, max(due, self._clock.now()))
        ):
            pass

    def _is_current(self, action: Action, about: Delivery, parents: list[int]) -> bool:
        """Tell whether an action goes on, and has the moment ahead of which it is told."""
        now = self._clock.now()
        if about.kind is DeliveryKind.STEP:
            return True
        if action.state_at(now) not in TAKES_CONTRIBUTIONS:
            return False
        if about.kind is not DeliveryKind.AHEAD:
            return True
        return about.delivery_id in parents and now < action.starts_at

    async def repeat(
        self,
        conn: AsyncConnection,
        action: Action,
        delivery: Delivery,
        *,
        pinged: bool,
        act: Act | None = None,
    ) -> None:
        """Owe the direct messages that repeat what was just posted, in the same transaction.

        Of many the first are made; the rest when that is due, which is at once.
        """
        now, parents = self._clock.now(), [delivery.delivery_id]
        if not is_repeated(action, delivery, now, pinged=pinged, act=act):
            return
        if await self._make(conn, action, delivery, parents, now):
            rest = PlannedDelivery(DeliveryKind.AHEAD, now, item_id=delivery.delivery_id)
            await owe(conn, action.guild_id, action.action_id, [rest], now)

    async def _make(
        self,
        conn: AsyncConnection,
        action: Action,
        about: Delivery,
        parents: list[int],
        due: datetime,
    ) -> bool:
        """Make up to `CHUNK` messages, each person's once; True if there may be more to make."""
        who = await directs.list_concerned(conn, action, about, parents, CHUNK)
        if who:
            ids = (action.guild_id, action.action_id)
            message = PlannedDelivery(DeliveryKind.DIRECT, due, item_id=about.delivery_id)
            first_id = await next_id(conn, action.guild_id, len(who))
            await deliveries.insert_for_each(
                conn, *ids, message, who, first_id=first_id, now=self._clock.now()
            )
        return len(who) == CHUNK

    # ---- Sending them, or not

    async def wait(self, delivery: Delivery) -> bool:
        """Have a message that can wait do so in its addressee's quiet hours; True if it does.

        What may have been sent already does not: it is looked for first.
        """
        if delivery.unsure_since is not None:
            return False
        ids, now = (delivery.guild_id, delivery.delivery_id), self._clock.now()
        assert delivery.participant_id is not None
        async with self._database.read() as conn:
            user_id = await participants.user_of(conn, delivery.guild_id, delivery.participant_id)
            if user_id is None:
                return False
            prefers = await preferences.load_preference(conn, user_id)
            if prefers.quiet is None or prefers.zone is None:
                return False
            until = prefers.quiet.until(prefers.zone, now)
            if until is None or await wakes_now(conn, delivery, now, until):
                return False
        log.info("delivery %s/%s waits for the end of quiet hours", *ids)
        await self._commit.run(
            lambda conn: claims.postpone(conn, *ids, until, directs.WAITED, unsure=False)
        )
        return True

    async def note_failure(self, conn: AsyncConnection, delivery: Delivery, reason: str) -> None:
        """Note that somebody's messages are closed: nothing is sent until they say so again."""
        who = delivery.participant_id
        if reason != UNDELIVERABLE or who is None:
            return
        guild_id = delivery.guild_id
        await directs.cancel_of(conn, guild_id, who)
        if await directs.save_direct(conn, guild_id, who, Direct.CLOSED, only_if=Direct.ON):
            user_id = await participants.user_of(conn, guild_id, who)
            if user_id is not None:
                # Told before this is committed they'd be told without need, at the worst.
                self._untold.add((guild_id, user_id))

    # ---- Telling of closed ones

    def take_untold(self, user_id: int, guild_id: int) -> bool:
        """Tell whether somebody is to be told now that their messages are closed; once."""
        if (guild_id, user_id) not in self._untold:
            return False
        self._untold.discard((guild_id, user_id))
        return True

    async def note_told(self, user_id: int, guild_id: int) -> None:
        """Remember that somebody was told."""

        async def work(conn: AsyncConnection) -> None:
            who = await participants.find_participant(conn, guild_id, user_id)
            if who is not None:
                await directs.save_direct(conn, guild_id, who, Direct.TOLD, only_if=Direct.CLOSED)

        await self._commit.run(work)

    def tell_later(self, user_id: int, guild_id: int) -> None:
        """Tell somebody at another click, since they could not be told at this one."""
        self._untold.add((guild_id, user_id))


async def wakes_now(
    conn: AsyncConnection, message: Delivery, now: datetime, until: datetime | None
) -> bool:
    """Tell whether a message comes alone and at once: see `wakes`."""
    about = await directs.load_delivery(conn, message.guild_id, message.item_id or 0)
    action = await load_action(conn, message.guild_id, message.action_id)
    if about is None or action is None or message.kind is not DeliveryKind.DIRECT:
        return False
    return wakes(action, about, await audit.load_event(conn, about), now, until)
