"""Redrawing what was posted about an action beside its card, once it would tell what was."""

from __future__ import annotations

import logging

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import deliveries
from domain.deliveries import DeliveryKind, OwedMessage
from domain.errors import SendFailed
from services.clock import Clock
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

REDRAWN = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER, DeliveryKind.MOMENT})
"""The messages in which people look up what an action is, and when."""

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
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            records = await deliveries.list_posted(conn, guild_id, action_id, REDRAWN, MOST_REDRAWN)
        if action is None:
            return None
        server, now = await self._servers.get(guild_id), self._clock.now()
        failed = None
        for record in records:
            assert record.post is not None
            owed = OwedMessage(record.delivery, action, server, now, sent_at=record.sent_at)
            try:
                await self._sender.redraw_message(owed, record.post)
            except SendFailed as failure:
                ids = (guild_id, record.delivery.delivery_id)
                log.warning("message of delivery %s/%s not redrawn: %s", *ids, failure.reason)
                failed = failed if failure.permanent else failure
        return failed
