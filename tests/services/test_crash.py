"""A real process that is killed at any moment has stored everything that it acknowledged."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import Database
from db.lock import DatabaseBusy
from db.queries.ledger import list_contributions
from db.queries.sign_ups import list_sign_ups
from db.tables import participant
from domain.actions import Action
from domain.sign_ups import SignUpState
from services.group_commit import BATCH
from tests.services.world import GUILD, MOMENT, PATIENCE, World, a_world, fundraiser

ROOT = Path(__file__).parents[2]
ROUNDS = 12
CAPACITY = 300


@dataclass
class Acknowledged:
    """What child processes were told is stored: contributions and places by user."""

    contributions: dict[int, int] = field(default_factory=dict[int, int])
    places: dict[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])

    def read(self, line: bytes) -> None:
        if not line.endswith(b"\n"):
            return  # Cut short by the kill.
        word, user, number = line.decode().split()
        if word == "logged":
            self.contributions[int(user)] = int(number)
        else:
            self.places[int(user)] = (word, int(number))


@asynccontextmanager
async def a_child(url: str, action: Action, first_user: int) -> AsyncGenerator[Process]:
    """Run a process that contributes until it is killed; yields once it has the database."""
    arguments = (url, action.guild_id, action.action_id, first_user, MOMENT.isoformat())
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.crash_child",
        *map(str, arguments),
        cwd=ROOT,
        stdout=PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert await process.stdout.readline() == b"open\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def kill_after(process: Process, lines: int, pause: float) -> list[bytes]:
    """Kill the process some time after so many lines, and return all that it printed."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        printed = [await process.stdout.readline() for _ in range(lines)]
        await asyncio.sleep(pause)
        process.kill()
        printed += (await process.stdout.read()).splitlines(keepends=True)
        await process.wait()
    return printed


async def prepare(url: str) -> Action:
    """An action in a new database, which is closed again."""
    database = await Database.open(url)
    async with a_world(database) as world:
        await world.set_up()
        action = await world.publish(fundraiser(capacity=CAPACITY))
    await database.close()
    return action


async def require_stored(world: World, action: Action, acknowledged: Acknowledged) -> None:
    """Everything acknowledged is there, and the running counts are those of the rows."""
    world.clock.set(MOMENT)
    async with world.database.read() as conn:
        ids = (GUILD, action.action_id)
        contributions = await list_contributions(conn, *ids, until=MOMENT)
        sign_ups = await list_sign_ups(conn, *ids)
        replayed = await list_sign_ups(conn, *ids, until=MOMENT)
        people = await conn.execute(select(participant.c.participant_id, participant.c.user_id))
        users = {row.participant_id: row.user_id for row in people}

    stored = {c.contribution_id: (users[c.participant_id], c.amount) for c in contributions}
    for user, contribution_id in acknowledged.contributions.items():
        assert stored[contribution_id] == (user, user)
    places = {users[s.participant_id]: (s.state.value, s.place) for s in sign_ups}
    assert acknowledged.places.items() <= places.items()

    total = await world.total(action)
    assert total.logged == sum(c.amount for c in contributions)
    states = [s.state for s in sign_ups]
    now = await world.load(action)
    assert (now.signed_up, now.waitlisted) == (
        states.count(SignUpState.IN),
        states.count(SignUpState.WAITLISTED),
    )
    assert now.signed_up == min(CAPACITY, len(sign_ups))
    assert [s.place for s in sign_ups] == list(range(1, len(sign_ups) + 1))
    assert replayed == sign_ups


async def test_whenever_it_is_killed_what_was_acknowledged_is_stored(sqlite_url: str):
    """Killed a dozen times on one file, at moments drawn at random, the first ones very early."""
    chance = random.Random(20_200_606)
    action = await prepare(sqlite_url)
    acknowledged = Acknowledged()
    for number in range(ROUNDS):
        lines = chance.randint(0, 2 * number * 20)
        async with a_child(sqlite_url, action, 1 + number * 10_000) as process:
            for line in await kill_after(process, lines, chance.random() ** 3 / 10):
                acknowledged.read(line)
        database = await Database.open(sqlite_url)
        async with a_world(database) as world:
            await require_stored(world, action, acknowledged)
        await database.close()
    assert len(acknowledged.contributions) > BATCH
    assert len(acknowledged.places) > CAPACITY


async def test_a_second_process_is_refused_until_the_first_is_gone(sqlite_url: str):
    action = await prepare(sqlite_url)
    async with a_child(sqlite_url, action, 1) as process:
        with pytest.raises(DatabaseBusy) as caught:
            await Database.open(sqlite_url)
        assert caught.value.where == sqlite_url.removeprefix("sqlite+aiosqlite:///")
        await kill_after(process, 1, 0)
        database = await Database.open(sqlite_url)
        await database.close()
