"""Use cases of the tally: the running one, the published one, and counting it by the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries.contributors import count_contributors
from db.queries.editions import list_editions
from db.queries.official_counts import list_newest
from db.queries.tallies import read_ledger, read_sign_ups
from domain.actions import Action, ActionState
from domain.errors import Gone
from domain.published import published_tally
from domain.servers import Actor
from domain.tally import Counting, Tally, TallyRow, TallySignUp, running_tally
from domain.tally_access import require_tally
from services.clock import Clock
from services.servers import Servers
from services.spot_results import load_result

KEPT = 8
"""Tallies that were counted by the ledger and are kept for who asks next."""


class Taking(Protocol):
    """Takes the rows of a tally while it is counted."""

    async def rows(self, rows: Sequence[TallyRow], /) -> None: ...

    async def sign_ups(self, sign_ups: Sequence[TallySignUp], /) -> None: ...


async def count_ledger(
    conn: AsyncConnection, action: Action, *, cut_off: datetime, taking: Taking | None = None
) -> Tally:
    """Count a whole action's tally by its ledger, in pieces that hold up nothing else.

    It is as large as the action has people, however many entries there are.
    """
    ids = (action.guild_id, action.action_id)
    counting = Counting(action, cut_off)
    async for entries in read_ledger(conn, *ids, until=cut_off):
        rows = [row for row in map(counting.add, entries) if row is not None]
        if taking is not None:
            await taking.rows(rows)
    async for sign_ups in read_sign_ups(conn, *ids, until=cut_off):
        pledged = [row for row in map(counting.sign_up, sign_ups) if row is not None]
        if taking is not None:
            await taking.sign_ups(pledged)
    return counting.result(
        officials=await list_newest(conn, *ids, cut_off),
        spot=await load_result(conn, action, cut_off),
    )


async def load_tally(conn: AsyncConnection, action: Action, now: datetime) -> Tally:
    """The tally of a whole action as it is known now, by what is stored of it.

    It is the newest edition of one that was published, and the running numbers of any other.
    """
    editions = await list_editions(conn, action.guild_id, action.action_id)
    if editions:
        spot = await load_result(conn, action, editions[-1].cut_off)
        return published_tally(action, editions, spot=spot)
    contributors = await count_contributors(conn, action.guild_id, action.action_id)
    cut_off = min(now, action.log_until)
    tally = running_tally(action, contributors=contributors, cut_off=cut_off)
    return replace(tally, spot=await load_result(conn, action, cut_off))


class Tallies:
    """Reads tallies on request; all who ask while one is read share it."""

    def __init__(self, database: Database, clock: Clock, servers: Servers) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers
        self._reading: dict[Hashable, asyncio.Task[Tally]] = {}
        self._counted: dict[tuple[int, int, datetime], Tally] = {}

    async def show(self, actor: Actor, guild_id: int, action_id: int) -> Tally:
        """The tally for a member who asks; refused where the server keeps it until it is final."""
        tally = await self.tally(guild_id, action_id)
        require_tally(actor, await self._servers.get(guild_id), tally.action, self._clock.now())
        return tally

    async def tally(self, guild_id: int, action_id: int) -> Tally:
        """The tally as it stands; that of a final action is the published one.

        Its cut-off may lie a moment before the call, when it was being read for somebody else.
        """
        return await self._share((guild_id, action_id), self._read(guild_id, action_id))

    async def counted(self, guild_id: int, action_id: int) -> Tally:
        """The tally with what can only be counted by the ledger, as of the cut-off of `tally`."""
        key = ("counted", guild_id, action_id)
        return await self._share(key, self._count(guild_id, action_id))

    async def _share(self, key: Hashable, reading: Coroutine[Any, Any, Tally]) -> Tally:
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(reading)
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        else:
            reading.close()
        return await asyncio.shield(task)

    async def _read(self, guild_id: int, action_id: int) -> Tally:
        now = self._clock.now()
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            if action is None or not action.announced(now):
                raise Gone("refused.no_such_action")
            tally = await load_tally(conn, action, now)
        if tally.editions or action.state_at(now) is not ActionState.FINAL:
            return tally
        # It is published any moment, or was when no editions were stored yet.
        return await self._by_ledger(tally)

    async def _count(self, guild_id: int, action_id: int) -> Tally:
        return await self._by_ledger(await self._read(guild_id, action_id))

    async def _by_ledger(self, tally: Tally) -> Tally:
        action = tally.action
        key = (action.guild_id, action.action_id, tally.cut_off)
        counted = self._counted.pop(key, None)
        if counted is None:
            async with self._database.read() as conn:
                counted = await count_ledger(conn, action, cut_off=tally.cut_off)
        self._counted[key] = counted
        while len(self._counted) > KEPT:
            self._counted.pop(next(iter(self._counted)))
        return replace(tally, curve=counted.curve) if tally.editions else counted
