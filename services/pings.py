"""Pings of roles within a server's cap: how its day stands, and deciding just before sending."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import pings as queries
from db.queries.claims import begin_sending
from db.queries.held import put_together
from domain.deliveries import LEASE
from domain.language_channels import MAIN
from domain.owed_messages import OwedMessage
from domain.pings import PingDay, day_around, ping_role, pinged_role, share_room
from domain.servers import Server
from services.clock import Clock
from services.servers import Servers
from services.spreading import spread

UTC = "UTC"


class Pings:
    def __init__(self, database: Database, clock: Clock, servers: Servers) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers

    async def today(self, guild_id: int) -> PingDay:
        """How a server's day stands, by the clock of its zone."""
        server = await self._servers.get(guild_id)
        async with self._database.read() as conn:
            return await _read_day(conn, server, server.zone or UTC, self._clock.now())


async def begin(conn: AsyncConnection, owed: OwedMessage, now: datetime) -> OwedMessage | None:
    """Note that a message may be on Discord from now on, and decide which roles it pings.

    What has been taken back of what goes out with it is left out; None if it is owed no more.
    """
    first, sent_with = owed.delivery, owed.delivery.sent_with
    ids = (first.guild_id, first.delivery_id)
    # What repeats another message keeps its leave to ping until it is sent, for its next attempt.
    is_copy = first.copy_of is not None
    pinged = None if is_copy else False
    if not await begin_sending(conn, *ids, now, pinged=pinged, sent_with=sent_with):
        return None
    messages = [owed, *owed.together]
    if owed.together or first.sent_with is not None:
        wanted = [each.delivery.delivery_id for each in messages]
        there = await put_together(conn, first, wanted, now + LEASE)
        messages = [each for each in messages if each.delivery.delivery_id in there]
        sent_with = first.message_id
    spreads = bool(owed.server.language_channels) and first.language == MAIN
    if is_copy:
        # The cap was heeded for the message that it repeats.
        messages = [
            replace(each, may_ping=each.delivery.may_ping and not each.silent) for each in messages
        ]
    elif spreads or any(ping_role(each) is not None for each in messages):
        zone = owed.server.zone or owed.action.starts.zone
        but_not = [each.delivery.delivery_id for each in messages]
        day = await _read_day(conn, owed.server, zone, now, but_not=but_not)
        messages = share_room(messages, day)
    for each in messages:
        pings = pinged_role(each) is not None
        if pings or each is not messages[0]:
            ids = (first.guild_id, each.delivery.delivery_id)
            pinged = None if is_copy else pings
            await begin_sending(conn, *ids, now, pinged=pinged, sent_with=sent_with)
    if spreads:
        await spread(conn, messages, now)
    return replace(messages[0], together=tuple(messages[1:]))


async def _read_day(
    conn: AsyncConnection,
    server: Server,
    zone: str,
    now: datetime,
    *,
    but_not: Collection[int] = (),
) -> PingDay:
    starts, ends = day_around(now, zone)
    used = await queries.count_pings(conn, server.guild_id, starts, but_not=but_not)
    return PingDay(server.ping_cap, used, await queries.count_moments(conn, server.guild_id, ends))
