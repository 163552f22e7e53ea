"""A process to be killed: sends what is due to a stand-in for Discord, by the real sender."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection

import discord

from benchmarks.stand_in.ids import TOKEN
from benchmarks.stand_in.launch import point_at
from db.engine import Database
from services.application import assemble, running
from services.clock import SystemClock
from ui.sender import DiscordSender


class RestSender(DiscordSender):
    """Without a gateway, which takes seconds to be ready and which sending does not need."""

    async def wait_until_ready(self) -> None:
        return


async def send_until_killed(discord_url: str, database_url: str, begun: Connection) -> None:
    point_at(discord_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(TOKEN)
        database = await Database.open(database_url)
        services = assemble(database, SystemClock(), RestSender(client))
        async with running(services):
            begun.send(True)
            await asyncio.Event().wait()


def run(discord_url: str, database_url: str, begun: Connection) -> None:
    asyncio.run(send_until_killed(discord_url, database_url, begun))
