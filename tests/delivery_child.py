"""A process to be killed: sends what is due to a stand-in for Discord, by the real sender."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from multiprocessing.connection import Connection

import discord
from sqlalchemy import insert

from benchmarks.stand_in import ids
from benchmarks.stand_in.launch import point_at
from db.engine import Database
from db.queries.servers import next_id, save_server
from db.tables import delivery
from domain.deliveries import IMPORTANCE, DeliveryKind, DeliveryState
from domain.servers import Server
from services.application import assemble, running
from services.clock import SystemClock
from tests.db.seeds import an_open_action
from ui.sender import DiscordSender

REMINDER = DeliveryKind.REMINDER


async def owe_messages(url: str, servers: int, each: int) -> None:
    """Reminders of one action a server, all due at once."""
    database, now = await Database.open(url), SystemClock().now()
    async with database.write() as conn:
        for number in range(servers):
            guild_id = ids.guild_id(number)
            starts = now + timedelta(hours=5)
            action = await an_open_action(
                conn,
                guild_id=guild_id,
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                log_until=starts + timedelta(hours=2),
            )
            channel_id = ids.channel_id(guild_id)
            await save_server(conn, Server(guild_id, announce_channel_id=channel_id), now)
            first_id = await next_id(conn, guild_id, each)
            rows = [
                {
                    "guild_id": guild_id,
                    "delivery_id": first_id + count,
                    "action_id": action.action_id,
                    "kind": REMINDER,
                    "state": DeliveryState.PENDING,
                    "importance": IMPORTANCE[REMINDER],
                    "due_at": now,
                    "try_at": now,
                    "offset_seconds": 3600,
                    "created_at": now,
                }
                for count in range(each)
            ]
            await conn.execute(insert(delivery), rows)
    await database.close()


class RestSender(DiscordSender):
    """Without a gateway, which takes seconds to be ready and which sending does not need."""

    async def wait_until_ready(self) -> None:
        return


async def send_until_killed(discord_url: str, database_url: str, begun: Connection) -> None:
    point_at(discord_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(ids.TOKEN)
        database = await Database.open(database_url)
        services = assemble(database, SystemClock(), RestSender(client))
        async with running(services):
            begun.send(True)
            await asyncio.Event().wait()


def run(discord_url: str, database_url: str, begun: Connection) -> None:
    asyncio.run(send_until_killed(discord_url, database_url, begun))
