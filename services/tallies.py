"""Use cases of the tally."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger, sign_ups
from domain.actions import Action
from domain.errors import Gone
from domain.tally import Tally, count_tally
from services.clock import Clock


async def load_tally(conn: AsyncConnection, action: Action, *, cut_off: datetime) -> Tally:
    """Read the ledger up to the cut-off and fold it, off the event loop."""
    ids = (action.guild_id, action.action_id)
    return await asyncio.to_thread(
        count_tally,
        action,
        sign_ups=await sign_ups.list_sign_ups(conn, *ids, until=cut_off),
        contributions=await ledger.list_contributions(conn, *ids, until=cut_off),
        checks=await ledger.list_checks(conn, *ids, until=cut_off),
        cut_off=cut_off,
    )


class Tallies:
    """Counts tallies on request; all who ask while one is counted share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._counting: dict[tuple[int, int], asyncio.Task[Tally]] = {}

    async def tally(self, guild_id: int, action_id: int) -> Tally:
        """The tally as it stands; that of a final action is the published one.

        Its cut-off may lie a moment before the call, when it was being counted for somebody else.
        """
        key = (guild_id, action_id)
        counting = self._counting.get(key)
        if counting is None:
            counting = self._counting[key] = asyncio.create_task(self._count(*key))
            counting.add_done_callback(lambda _: self._counting.pop(key, None))
        return await asyncio.shield(counting)

    async def _count(self, guild_id: int, action_id: int) -> Tally:
        now = self._clock.now()
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id)
            if action is None or not action.announced(now):
                raise Gone("refused.no_such_action")
            return await load_tally(conn, action, cut_off=min(now, action.log_until))
