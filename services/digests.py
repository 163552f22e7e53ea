"""Digests: telling reviewers regularly what waits for them, as long as something does."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.actions import load_action
from db.queries.directs import load_direct
from db.queries.owed import list_without, owed_ever, owes_another
from db.queries.piles import list_piles
from domain.actions import ANSWERED_WITHIN, Action
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.digests import next_digest
from domain.direct import Direct
from domain.reviewing import Progress, Queue
from domain.servers import Server
from services.clock import Clock
from services.group_commit import GroupCommit
from services.outliers import with_outliers
from services.planning import owe
from services.review_desk import load_progress

log = logging.getLogger(__name__)


class Digests:
    def __init__(self, database: Database, commit: GroupCommit, clock: Clock) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock

    async def catch_up(self) -> None:
        """Owe the first digest of every action that was published when there were none yet."""
        async with self._database.read() as conn:
            over_after = self._clock.now() - ANSWERED_WITHIN
            without = await list_without(conn, DeliveryKind.DIGEST, over_after)
        for ids in without:
            try:
                await self._commit.run(lambda conn, ids=ids: self._begin(conn, *ids))
            except Exception:  # One that can't be owed keeps nothing else from starting.
                log.exception("no digest owed of action %s/%s", *ids)

    async def _begin(self, conn: AsyncConnection, guild_id: int, action_id: int) -> None:
        now, kind = self._clock.now(), DeliveryKind.DIGEST
        action = await load_action(conn, guild_id, action_id, lock=True)
        due = None if action is None else next_digest(action, now)
        if due is None or await owed_ever(conn, guild_id, action_id, kind):
            return  # Another process may have seen to it.
        await owe(conn, guild_id, action_id, [PlannedDelivery(kind, due)], now)

    async def go_on(self, delivery: Delivery) -> None:
        """Owe the digest that follows one whose time has come."""

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            ids = (delivery.guild_id, delivery.action_id)
            action = await load_action(conn, *ids, lock=True)
            due = None if action is None else next_digest(action, now)
            if due is None or await owes_another(conn, delivery):
                return
            await owe(conn, *ids, [PlannedDelivery(DeliveryKind.DIGEST, due)], now)

        await self._commit.run(work)


async def read_to_check(
    conn: AsyncConnection, delivery: Delivery, action: Action, server: Server, clock: Clock
) -> Progress | None:
    """What waits for a check, for a digest; nothing where nobody is told."""
    if delivery.kind is not DeliveryKind.DIGEST:
        return None
    if server.organiser_channel_id is None and not await list_told(conn, delivery, action, server):
        return None
    ids = (conn, action.guild_id)
    piles = await with_outliers(*ids, await list_piles(*ids, clock.now(), action.action_id))
    return await load_progress(*ids, piles, Queue(action_id=action.action_id))


async def list_told(
    conn: AsyncConnection, delivery: Delivery, action: Action, server: Server
) -> tuple[int, ...]:
    """Whom a digest can go to directly, where organisers have no channel: those who want messages.

    They are the Discord ids of the action's organisers, the first one first.
    """
    if delivery.kind is not DeliveryKind.DIGEST or server.organiser_channel_id is not None:
        return ()
    everybody = (action.organiser_user_id, *action.parts.co_organisers)
    told: list[int] = []
    for user_id in everybody:
        if user_id and await load_direct(conn, action.guild_id, user_id) is Direct.ON:
            told.append(user_id)
    return tuple(told)
