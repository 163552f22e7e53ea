"""Redrawing what was posted about an action beside its card, once it would tell what was."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import deliveries, shift_offers
from db.queries.deliveries import DeliveryRecord
from db.queries.sign_ups import count_yet_to_log
from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.errors import SendFailed
from domain.language_channels import MAIN, localized
from domain.owed_messages import OwedMessage
from domain.shifts import OfferState, ShiftOffer
from services.clock import Clock
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

REDRAWN = frozenset(
    {
        DeliveryKind.ANNOUNCEMENT,
        DeliveryKind.REMINDER,
        DeliveryKind.MOMENT,
        DeliveryKind.REVEAL,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.MILESTONE,
        DeliveryKind.NUDGE,
        DeliveryKind.THREAD,
    }
)
"""The messages in which people look up what an action is, and when; offers of shifts besides."""

MOST_REDRAWN = 10
"""Older messages than so many have drowned long ago."""


class Posted:
    def __init__(self, database: Database, clock: Clock, servers: Servers, sender: Sender) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers
        self._sender = sender

    async def redraw(self, guild_id: int, action_id: int) -> SendFailed | None:
        """Edit an action's messages to tell what holds now; those that were deleted are left out.

        Returns why one could not be edited, where that will pass.
        """
        server, now = await self._servers.get(guild_id), self._clock.now()
        languages = [MAIN, *(channel.language for channel in server.language_channels)]
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            records = [
                record
                for language in languages
                for record in await deliveries.list_posted(
                    conn, guild_id, action_id, REDRAWN, MOST_REDRAWN, language=language
                )
            ]
            offers = await _posted_offers(conn, guild_id, action_id)
            nudged = any(record.delivery.kind is DeliveryKind.NUDGE for record in records)
            yet_to_log = await count_yet_to_log(conn, guild_id, action_id) if nudged else 0
        if action is None:
            return None
        failed = None
        for record, offer in [*((record, None) for record in records), *offers]:
            assert record.post is not None
            there = localized(action, server, record.delivery.language)
            assert there is not None  # only messages in channels that the server has are read
            owed = OwedMessage(
                record.delivery,
                *there,
                now,
                sent_at=record.sent_at,
                offer=offer,
                may_ping=record.pinged,
                yet_to_log=yet_to_log,
            )
            if offer is not None and not _asks_still(offer, action):
                continue
            try:
                await self._sender.redraw_message(owed, record.post)
            except SendFailed as failure:
                ids = (guild_id, record.delivery.delivery_id)
                log.warning("message of delivery %s/%s not redrawn: %s", *ids, failure.reason)
                failed = failed if failure.permanent else failure
        return failed


async def _posted_offers(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> list[tuple[DeliveryRecord, ShiftOffer]]:
    """The messages that ask somebody to take a shift over, with what is offered."""
    kinds = {DeliveryKind.SHIFT_OFFER}
    found: list[tuple[DeliveryRecord, ShiftOffer]] = []
    for record in await deliveries.list_posted(conn, guild_id, action_id, kinds, MOST_REDRAWN):
        assert record.delivery.item_id is not None
        offer = await shift_offers.load_offer(conn, guild_id, record.delivery.item_id)
        if offer is not None:
            found.append((record, offer))
    return found


def _asks_still(offer: ShiftOffer, action: Action) -> bool:
    """Tell whether an offer waits for its answer and the shifts that it is of are still there."""
    wanted = {offer.shift_id, offer.for_shift_id} - {None}
    there = {shift.shift_id for shift in action.parts.shifts}
    return offer.state is OfferState.OPEN and wanted <= there
