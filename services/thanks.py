"""Thanking whoever has a verified contribution with a role, where a server chose one for it."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import audit, claims, thanks
from db.queries.deliveries import mark_skipped
from db.queries.participants import user_of
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.errors import SendFailed
from domain.roles import MEMBER_GONE, ROLE_GONE
from domain.servers import RolePurpose
from services.clock import Clock
from services.group_commit import GroupCommit
from services.notices import tell_organisers
from services.planning import owe
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)


async def owe_thanks(
    conn: AsyncConnection, action: Action, participant_id: int, now: datetime
) -> None:
    """Owe the thank-you role to somebody of whom something was verified: once in a server."""
    if await thanks.mark_thanked(conn, action.guild_id, participant_id, now):
        given = PlannedDelivery(DeliveryKind.THANKS, now)
        ids = (action.guild_id, action.action_id)
        await owe(conn, *ids, [given], now, participant_id=participant_id)


class Thanks:
    """Gives one role after the other. It is never taken again, whatever is decided later."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        *,
        interval: float,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._interval = interval

    async def give(self, delivery: Delivery) -> None:
        """Give a member the role that is owed to them; raises `SendFailed` for what will pass.

        Who has left meanwhile is passed over. Where the role itself can't be given, all that wait
        for it fail until that is mended, and organisers are told once.
        """
        guild_id, who = delivery.guild_id, delivery.participant_id
        async with self._database.read() as conn:
            owed = await claims.is_owed(conn, guild_id, delivery.delivery_id)
            user_id = None if who is None else await user_of(conn, guild_id, who)
        if not owed:
            return  # It failed together with another one.
        role_id = (await self._servers.get(guild_id)).role(RolePurpose.THANKS)
        if user_id is None or role_id is None:
            await self._commit.run(lambda conn: self._pass_over(conn, delivery))
            return
        try:
            await self._sender.change_role(guild_id, user_id, role_id, gives=True)
        except SendFailed as failure:
            if failure.reason == MEMBER_GONE:
                await self._commit.run(lambda conn: self._pass_over(conn, delivery))
                return
            if not failure.permanent:
                raise
            log.error("thank-you role of server %s not given: %s", guild_id, failure.reason)
            why = failure.reason
            await self._commit.run(lambda conn: self._stop(conn, delivery, role_id, why))
        await asyncio.sleep(self._interval)

    async def _pass_over(self, conn: AsyncConnection, delivery: Delivery) -> None:
        """Owe it no more; another contribution that is verified is another occasion."""
        await mark_skipped(conn, delivery.guild_id, delivery.delivery_id)
        if delivery.participant_id is not None:
            await thanks.forget_thanked(conn, delivery.guild_id, delivery.participant_id)

    async def _stop(
        self, conn: AsyncConnection, delivery: Delivery, role_id: int, why: str
    ) -> None:
        guild_id, now = delivery.guild_id, self._clock.now()
        await thanks.fail_all(conn, guild_id, why)
        act = Act.ROLE_GONE if why == ROLE_GONE else Act.ROLE_FAILED
        detail = {"id": str(role_id), "use": RolePurpose.THANKS.value}
        if not await audit.is_written_down_in_server(conn, guild_id, act, detail):
            await tell_organisers(conn, guild_id, delivery.action_id, act, now, detail)
