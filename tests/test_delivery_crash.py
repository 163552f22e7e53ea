"""However often the process is killed, every message is posted once: the guarantee of deliveries.

Killed means SIGKILL, at random moments between claim, send and mark. The sender is the real one,
over sockets, to a stand-in for Discord that forgets nonces at once: what was posted is found by
its stamp alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select

from benchmarks.stand_in import server
from benchmarks.stand_in.faults import Latency
from benchmarks.stand_in.limits import RULES, Limits, Rule
from benchmarks.stand_in.world import Sizes, World
from db.engine import Database
from db.tables import delivery
from domain.deliveries import DeliveryState
from tests import delivery_child

ROUNDS = 34
"""Kills in each of three runs, a hundred together."""

SERVERS = 20
OWED = 800
HISTORY = "list_messages"
PATIENCE_S = 60.0
FORKS = multiprocessing.get_context("forkserver")


@asynccontextmanager
async def a_forgetful_discord() -> AsyncGenerator[tuple[World, str]]:
    """A stand-in without limits, which knows no nonces and takes a few milliseconds a request."""
    world = World(
        Sizes(servers=SERVERS), limits=Limits(10**6, {route: Rule(10**6, 1) for route in RULES})
    )
    world.faults.latency = Latency(0.004, 0.5)
    runner, url = await server.start(world)
    try:
        yield world, url
    finally:
        await runner.cleanup()


async def run_and_kill(world: World, urls: tuple[str, str], messages: int, after_s: float) -> None:
    """Let a process post so many messages, and kill it so long after."""
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=delivery_child.run, args=(*urls, theirs), daemon=True)
    enough = min(len(world.accepted) + messages, OWED)
    process.start()
    theirs.close()
    async with asyncio.timeout(PATIENCE_S):
        while len(world.accepted) < enough:
            assert process.is_alive(), "it ended by itself"
            await asyncio.sleep(0.001)
    await asyncio.sleep(after_s)
    process.kill()
    while process.is_alive():  # noqa: ASYNC110 - a process has no event
        await asyncio.sleep(0.001)
    process.close()
    ours.close()


async def states_of(url: str) -> Counter[DeliveryState]:
    database = await Database.open(url)
    async with database.read() as conn:
        rows = await conn.execute(select(delivery.c.state, func.count()).group_by(delivery.c.state))
        found = Counter({row[0]: row[1] for row in rows})
    await database.close()
    return found


@pytest.fixture(autouse=True)
def forks() -> None:
    FORKS.set_forkserver_preload(["tests.delivery_warmth"])


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_hundred_kills_double_and_lose_nothing(sqlite_url: str, seed: int) -> None:
    """A third of them in each run, at other moments."""
    chance = random.Random(seed)
    await delivery_child.owe_messages(sqlite_url, SERVERS, OWED // SERVERS)
    async with a_forgetful_discord() as (world, url):
        urls = url, sqlite_url
        for _ in range(ROUNDS):
            world.nonces.clear()
            await run_and_kill(world, urls, chance.randint(1, 8), chance.random() * 0.02)
        killed_with = len(world.accepted)
        while (await states_of(sqlite_url))[DeliveryState.SENT] < OWED:
            await run_and_kill(world, urls, OWED, 1)
    posted = Counter(message["nonce"] for message in world.accepted)
    assert [nonce for nonce, times in posted.items() if times > 1] == []
    assert len(posted) == OWED
    assert ROUNDS < killed_with < OWED, "the kills came while there was something to send"
    assert world.routes[HISTORY] > 0, "something had to be looked for"
