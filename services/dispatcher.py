"""The dispatcher: claims deliveries that are due, sends them and marks what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import deliveries as queries
from db.queries import participants, sign_ups
from domain.actions import ActionState
from domain.deliveries import (
    LEASE,
    MAX_ATTEMPTS,
    Delivery,
    DeliveryKind,
    OwedMessage,
    Post,
    retry_delay,
)
from domain.errors import SendFailed
from domain.sign_ups import SignUpState
from services.alarm import Alarm
from services.clock import Clock
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.sending import Sender
from services.servers import Servers
from services.tallies import load_tally

log = logging.getLogger(__name__)

CLAIM = 50
"""Deliveries claimed at a time."""

CHANGES_CARD = frozenset(
    {DeliveryKind.CARD, DeliveryKind.MOMENT, DeliveryKind.CLOSING, DeliveryKind.TALLY}
)
"""What the card is redrawn after; the card itself, since people click while it is being posted."""


class Dispatcher:
    """One long-lived task that sends what is due and sleeps until the next is."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._redraws = redraws
        self._awake = asyncio.Event()
        self._alarm = Alarm(clock, self.wake)
        self._sending = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._alarm.start()
        self._task = asyncio.create_task(self._dispatch_forever(), name="dispatcher")

    async def close(self) -> None:
        self._alarm.close()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self) -> None:
        """Look again at what is due: a row was added, the alarm rang or the clock was moved."""
        self._awake.set()

    async def _dispatch_forever(self) -> None:
        await self._sender.wait_until_ready()
        while True:
            self._awake.clear()
            try:
                await self.send_due()
                self._alarm.set(await self.next_due())
            except Exception:
                log.exception("dispatching failed; it is tried again when the alarm rings")
                self._alarm.set(self._clock.now() + retry_delay(5, random.random()))
            await self._awake.wait()

    async def next_due(self) -> datetime | None:
        """When the next delivery may be taken up; None if none is owed."""
        async with self._database.read() as conn:
            return await queries.next_try(conn)

    async def send_due(self) -> int:
        """Send everything that is due now and return how many deliveries were taken up."""
        taken = 0
        async with self._sending:
            while claimed := await self._commit.run(self._claim):
                by_server: dict[int, list[Delivery]] = defaultdict(list)
                for delivery in claimed:
                    by_server[delivery.guild_id].append(delivery)
                async with asyncio.TaskGroup() as group:
                    for deliveries in by_server.values():
                        group.create_task(self._deliver_in_order(deliveries))
                taken += len(claimed)
        return taken

    async def _claim(self, conn: AsyncConnection) -> list[Delivery]:
        now = self._clock.now()
        return await queries.claim_due(conn, now, now + LEASE, CLAIM)

    async def _deliver_in_order(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            try:
                await self._deliver(delivery)
            except Exception:
                log.exception("delivery %s/%s failed", delivery.guild_id, delivery.delivery_id)
                await self._postpone_if_possible(delivery)

    async def _postpone_if_possible(self, delivery: Delivery) -> None:
        try:
            await self._give_up_or_postpone(delivery, SendFailed("unexpected", permanent=False))
        except Exception:
            # It is free again when its lease ends. To raise would break off other servers' sends.
            log.exception("delivery %s/%s stays claimed", delivery.guild_id, delivery.delivery_id)

    async def _deliver(self, delivery: Delivery) -> None:
        owed = await self._prepare(delivery)
        if owed is None or owed.pointless:
            log.info("delivery %s/%s skipped", delivery.guild_id, delivery.delivery_id)
            await self._commit.run(
                lambda conn: queries.mark_skipped(conn, delivery.guild_id, delivery.delivery_id)
            )
            return
        try:
            post = await self._sender.send(owed)
        except SendFailed as failure:
            await self._give_up_or_postpone(delivery, failure)
            return
        # Shielded: what was posted is marked even if the bot stops right now.
        await asyncio.shield(self._commit.run(lambda conn: self._mark_sent(conn, owed, post)))
        log.info(
            "delivery %s/%s sent: %s, %.1f s after it was due",
            delivery.guild_id,
            delivery.delivery_id,
            delivery.kind.value,
            (self._clock.now() - delivery.due_at).total_seconds(),
        )
        if delivery.kind in CHANGES_CARD:
            self._redraws.request(delivery.guild_id, delivery.action_id)

    async def _prepare(self, delivery: Delivery) -> OwedMessage | None:
        """Read what the message needs, as it stands now; None if its action is gone."""
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, delivery.guild_id, delivery.action_id)
            if action is None:
                return None
            addressee = await _addressee(conn, delivery)
            tally = None
            if delivery.kind is DeliveryKind.TALLY:
                tally = await load_tally(conn, action, cut_off=action.log_until)
        server = await self._servers.get(delivery.guild_id)
        return OwedMessage(delivery, action, server, self._clock.now(), addressee, tally)

    async def _mark_sent(self, conn: AsyncConnection, owed: OwedMessage, post: Post | None) -> None:
        delivery, action = owed.delivery, owed.action
        now = self._clock.now()
        await queries.mark_sent(conn, delivery.guild_id, delivery.delivery_id, post, now)
        if delivery.kind is DeliveryKind.CARD and post is not None:
            await action_queries.save_post(
                conn, delivery.guild_id, delivery.action_id, DeliveryKind.CARD, post, now
            )
        if owed.tally is not None:
            # The card keeps showing the numbers that were published.
            await action_queries.save_total(
                conn, action.guild_id, action.action_id, action.unit_code, owed.tally.total
            )
            await action_queries.set_state(
                conn, action.guild_id, action.action_id, ActionState.FINAL
            )

    async def _give_up_or_postpone(self, delivery: Delivery, failure: SendFailed) -> None:
        ids = (delivery.guild_id, delivery.delivery_id)
        if failure.permanent or delivery.attempts >= MAX_ATTEMPTS:
            log.error("delivery %s/%s failed for good: %s", *ids, failure.reason)
            await self._commit.run(lambda conn: queries.mark_failed(conn, *ids, failure.reason))
            return
        asked = timedelta(seconds=failure.retry_after or 0)
        delay = max(asked, retry_delay(delivery.attempts, random.random()))
        try_at = self._clock.now() + delay
        log.warning("delivery %s/%s not sent (%s), again in %s", *ids, failure.reason, delay)
        await self._commit.run(lambda conn: queries.postpone(conn, *ids, try_at, failure.reason))


async def _addressee(conn: AsyncConnection, delivery: Delivery) -> int | None:
    """The Discord user whom a delivery addresses, if they still have the place it speaks of."""
    if delivery.participant_id is None:
        return None
    ids = (delivery.guild_id, delivery.action_id, delivery.participant_id)
    sign_up = await sign_ups.load_sign_up(conn, *ids)
    if sign_up is None or sign_up.state is not SignUpState.IN:
        return None
    return await participants.user_of(conn, delivery.guild_id, delivery.participant_id)
