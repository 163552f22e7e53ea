"""What goes wrong between the bot and Discord: nothing of it loses a message or posts it twice.

The real dispatcher and sender, over sockets, to a stand-in for Discord that does as it is told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import select, update

from benchmarks.stand_in import ids, server
from benchmarks.stand_in.faults import Fault, FaultKind
from benchmarks.stand_in.launch import point_at
from benchmarks.stand_in.places import Permission
from benchmarks.stand_in.world import Sizes
from benchmarks.stand_in.world import World as DiscordWorld
from db.engine import Database
from db.queries.audit import list_events
from db.tables import delivery
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.servers import Actor
from services.application import Services, assemble, running
from services.clock import SystemClock
from tests.delivery_child import RestSender
from tests.services.world import fundraiser

SERVERS = 11
SENT, FAILED = DeliveryState.SENT, DeliveryState.FAILED
REMINDER = DeliveryKind.REMINDER
MODERATOR = Actor(1, manages_server=True)
PATIENCE_S = 60


@dataclass(frozen=True)
class Line:
    """The bot's services, connected to a stand-in, with an action in each server."""

    discord: DiscordWorld
    database: Database
    services: Services
    actions: list[Action]

    def channel(self, number: int) -> int:
        return ids.channel_id(ids.guild_id(number))

    def strike(self, number: int, kind: FaultKind, *, times: int = 1, **how: object) -> None:
        """Have the next messages to a server's channel meet a fault."""
        channels, routes = frozenset({self.channel(number)}), frozenset({"create_message"})
        fault = Fault(kind, routes=routes, channels=channels, times=times, **how)  # type: ignore[arg-type]
        self.discord.faults.rules.append(fault)

    async def remind(self) -> None:
        """Have one reminder of each server be due now."""
        now = SystemClock().now()
        async with self.database.write() as conn:
            await conn.execute(
                update(delivery)
                .where(delivery.c.kind == REMINDER, delivery.c.offset_seconds == 3600)
                .values(due_at=now, try_at=now, state=DeliveryState.PENDING)
            )
        self.services.dispatcher.wake()

    async def state(self, number: int) -> DeliveryState:
        """How a server's reminder stands."""
        async with self.database.read() as conn:
            row = await conn.execute(
                select(delivery.c.state).where(
                    delivery.c.guild_id == ids.guild_id(number),
                    delivery.c.kind == REMINDER,
                    delivery.c.offset_seconds == 3600,
                )
            )
            return row.scalar_one()

    async def until(self, holds: Callable[[list[DeliveryState]], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds(  # noqa: ASYNC110 - it happens in the database
                [await self.state(number) for number in range(SERVERS)]
            ):
                await asyncio.sleep(0.05)


@pytest.fixture
def discord_elsewhere() -> Generator[None]:
    """Where discord.py looks for Discord is its own again afterwards."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def a_line(database: Database) -> AsyncGenerator[Line]:
    world = DiscordWorld(Sizes(servers=SERVERS))
    runner, url = await server.start(world)
    point_at(url)
    try:
        async with discord.Client(
            intents=discord.Intents.none(), max_ratelimit_timeout=30
        ) as client:
            await client.login(ids.TOKEN)
            services = assemble(database, SystemClock(), RestSender(client))
            actions = [await _publish(services, number) for number in range(SERVERS)]
            async with database.write() as conn:
                await conn.execute(update(delivery).values(state=DeliveryState.CANCELLED))
            async with running(services):
                yield Line(world, database, services, actions)
    finally:
        await runner.cleanup()


async def _publish(services: Services, number: int) -> Action:
    guild_id = ids.guild_id(number)
    async with running_commit(services):
        await services.servers.set_channel(MODERATOR, guild_id, ids.channel_id(guild_id))
        typed = fundraiser(starts=services.clock.now() + timedelta(days=2))
        draft = await services.actions.draft(MODERATOR, guild_id, typed, language="en")
        return await services.actions.publish(MODERATOR, guild_id, draft.action_id)


@asynccontextmanager
async def running_commit(services: Services) -> AsyncGenerator[None]:
    """The group commit alone: nothing is sent yet."""
    services.commit.start()
    try:
        yield
    finally:
        await services.commit.close()


@pytest.mark.usefixtures("discord_elsewhere")
async def test_each_fault_costs_its_own_server_time_and_nobody_a_message(
    sqlite_database: Database,
):
    """Every fault at the same instant, each in a server of its own; two servers have none."""
    async with a_line(sqlite_database) as line:
        for number, status in enumerate((500, 502, 503)):
            line.strike(number, FaultKind.STATUS, status=status)
        line.strike(3, FaultKind.CUT)
        line.strike(4, FaultKind.LOST_ANSWER)
        line.strike(5, FaultKind.RATE_LIMIT, scope="user", retry_after=0.3)
        line.strike(8, FaultKind.RATE_LIMIT, scope="global", retry_after=0.3)
        line.discord.channels[line.channel(6)].deleted = True
        line.discord.channels[line.channel(7)].denied = int(Permission.SEND_MESSAGES)
        await line.remind()
        await line.until(lambda states: states[9:] == [SENT, SENT])
        failing = [await line.state(number) for number in (6, 7)]
        assert failing == [FAILED, FAILED], "these are given up at once"
        await line.until(lambda states: [*states[:6], states[8]] == [SENT] * 7)
        reminders = Counter(
            message["guild_id"]
            for message in line.discord.accepted
            if message["channel_id"] == ids.channel_id(message["guild_id"])
        )
        assert reminders == {ids.guild_id(n): 1 for n in (*range(6), 8, 9, 10)}
        for number in (6, 7):
            async with line.database.read() as conn:
                action = line.actions[number]
                events = await list_events(conn, action.guild_id, action.action_id, limit=50)
            assert Act.DELIVERY_FAILED in {event.act for event in events}
