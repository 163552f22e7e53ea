"""The courier: sends one claimed delivery and marks what became of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import audit, participants, posts, shift_claims, shift_offers, sign_ups
from db.queries import deliveries as queries
from domain.actions import ActionState
from domain.deliveries import (
    MAX_ATTEMPTS,
    Delivery,
    DeliveryKind,
    OwedMessage,
    Post,
    retry_delay,
)
from domain.errors import SendFailed
from domain.shifts import ShiftOffer
from domain.sign_ups import SignUpState
from services.clock import Clock
from services.group_commit import GroupCommit
from services.notices import tell_of_failure
from services.redraws import Redraws
from services.sending import Sender
from services.servers import Servers
from services.tallies import load_tally

log = logging.getLogger(__name__)

UNEXPECTED = "unexpected"
"""The reason of failures that are defects of ours; only these are given up after some attempts."""

CHANGES_CARD = frozenset(
    {
        DeliveryKind.CARD,
        DeliveryKind.MOMENT,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
    }
)
"""What the card is redrawn after; the card itself, since people click while it is being posted."""


WITHOUT_MESSAGE = frozenset({DeliveryKind.NEXT_OCCURRENCE, DeliveryKind.REDRAW})
"""Deliveries that only have something done at their time."""

Turn = Callable[[Delivery], Awaitable[None]]
"""Doing it again changes nothing: a delivery whose lease ran out is taken up once more."""


class Courier:
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

        self.turns: dict[DeliveryKind, Turn] = {}
        """What is decided when a delivery's time has come, before its message is drawn."""

    async def wait_until_ready(self) -> None:
        await self._sender.wait_until_ready()

    async def deliver(self, delivery: Delivery) -> None:
        """Send a delivery, postpone it or give it up; whatever happens is marked and logged."""
        ids = (delivery.guild_id, delivery.delivery_id)
        try:
            await self._deliver(delivery)
        except Exception:
            log.exception("delivery %s/%s failed", *ids)
            try:
                await self._fail(delivery, SendFailed(UNEXPECTED, permanent=False))
            except Exception:
                # It is free again when its lease ends.
                log.exception("delivery %s/%s stays claimed", *ids)

    async def _deliver(self, delivery: Delivery) -> None:
        if delivery.kind in self.turns:
            await self.turns[delivery.kind](delivery)
        if delivery.kind in WITHOUT_MESSAGE:
            await self._commit.run(lambda conn: self._mark_done(conn, delivery))
            if delivery.kind is DeliveryKind.REDRAW:
                self._redraws.request(delivery.guild_id, delivery.action_id, posts=True)
            return
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
            await self._fail(delivery, failure)
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
            action = await action_queries.load_action(
                conn, delivery.guild_id, delivery.action_id, whole=True
            )
            if action is None or not await queries.is_owed(
                conn, delivery.guild_id, delivery.delivery_id
            ):
                return None
            event = await audit.load_event(conn, delivery)
            addressee = await _addressee(conn, delivery)
            holders, offer = await _about_shift(conn, delivery)
            tally = None
            if delivery.kind is DeliveryKind.TALLY:
                tally = await load_tally(conn, action, cut_off=action.log_until)
        server = await self._servers.get(delivery.guild_id)
        now = self._clock.now()
        return OwedMessage(
            delivery,
            action,
            server,
            now,
            addressee,
            tally,
            event,
            addressees=holders,
            offer=offer,
        )

    async def _mark_sent(self, conn: AsyncConnection, owed: OwedMessage, post: Post | None) -> None:
        delivery, action = owed.delivery, owed.action
        now = self._clock.now()
        await queries.mark_sent(conn, delivery.guild_id, delivery.delivery_id, post, now)
        if delivery.kind is DeliveryKind.CARD and post is not None:
            await posts.save_post(
                conn, delivery.guild_id, delivery.action_id, DeliveryKind.CARD, post, now
            )
        if delivery.kind is DeliveryKind.TALLY:
            await action_queries.set_state(
                conn, action.guild_id, action.action_id, ActionState.FINAL
            )

    async def _mark_done(self, conn: AsyncConnection, delivery: Delivery) -> None:
        now = self._clock.now()
        await queries.mark_sent(conn, delivery.guild_id, delivery.delivery_id, None, now)

    async def _fail(self, delivery: Delivery, failure: SendFailed) -> None:
        """Try again later what may still succeed: a message is not lost to a long outage."""
        ids = (delivery.guild_id, delivery.delivery_id)
        defective = failure.reason == UNEXPECTED and delivery.attempts >= MAX_ATTEMPTS
        if failure.permanent or defective:
            log.error("delivery %s/%s failed for good: %s", *ids, failure.reason)
            await self._commit.run(lambda conn: self._give_up(conn, delivery, failure.reason))
            return
        asked = timedelta(seconds=failure.retry_after or 0)
        delay = max(asked, retry_delay(delivery.attempts, random.random()))
        try_at = self._clock.now() + delay
        log.warning("delivery %s/%s not sent (%s), again in %s", *ids, failure.reason, delay)
        await self._commit.run(lambda conn: queries.postpone(conn, *ids, try_at, failure.reason))

    async def _give_up(self, conn: AsyncConnection, delivery: Delivery, reason: str) -> None:
        await queries.mark_failed(conn, delivery.guild_id, delivery.delivery_id, reason)
        await tell_of_failure(conn, delivery, reason, self._clock.now())


async def _about_shift(
    conn: AsyncConnection, delivery: Delivery
) -> tuple[tuple[int, ...], ShiftOffer | None]:
    """Who has the shift that a delivery reminds of, or the offer of which it tells."""
    guild_id, item_id = delivery.guild_id, delivery.item_id
    if item_id is not None and delivery.kind is DeliveryKind.SHIFT:
        return tuple(await shift_claims.list_holders(conn, guild_id, item_id)), None
    if item_id is not None and delivery.kind is DeliveryKind.SHIFT_OFFER:
        return (), await shift_offers.load_offer(conn, guild_id, item_id)
    return (), None


async def _addressee(conn: AsyncConnection, delivery: Delivery) -> int | None:
    """The Discord user whom a delivery addresses, if they still have the place it speaks of."""
    if delivery.participant_id is None:
        return None
    ids = (delivery.guild_id, delivery.action_id, delivery.participant_id)
    sign_up = await sign_ups.load_sign_up(conn, *ids)
    if sign_up is None or sign_up.state is not SignUpState.IN:
        return None
    return await participants.user_of(conn, delivery.guild_id, delivery.participant_id)
