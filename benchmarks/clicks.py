"""A thousand clicks on *I'm in* at one instant, beside the same clicks with a commit for each."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import aiosqlite

from db.engine import Database
from db.migrate import migrate_in_subprocess
from domain.actions import Action
from domain.kinds import Kind
from domain.servers import Actor
from domain.walls import Resolved, Wall
from locales import language
from services.actions import Typed
from services.application import Services, assemble, running
from services.clock import SystemClock
from services.sending import Sender

CLICKS = 1000
CROWD = 20_000
"""Sign-ups that stand there already when the thousand are measured again."""

GUILD, CHANNEL, MODERATOR = 10, 11, Actor(1, manages_server=True)


class _NeverReady:
    async def wait_until_ready(self) -> None:
        await asyncio.Event().wait()

    def read_posters(self, read: object) -> None:
        """No picture is ever sent."""


def nobody_is_told() -> Sender:
    """A sender that is never ready, and so is asked for nothing: what is stored is measured."""
    return cast(Sender, _NeverReady())


@dataclass(frozen=True)
class Measured:
    """How many clicks a second were stored, and how long the slowest waited, in seconds."""

    per_s: float
    slowest_s: float


async def measure() -> dict[str, object]:
    """Measure on SQLite in a temporary folder; returns what the line of JSON says."""
    say = language(None)
    with tempfile.TemporaryDirectory(prefix="fanchant-clicks-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'clicks.db'}"
        await migrate_in_subprocess(url)
        database = await Database.open(url)
        async with running(assemble(database, SystemClock(), nobody_is_told())) as services:
            action = await _publish(services)
            first = await _click(services, action, 0)
            await _crowd(services, action)
            later = await _click(services, action, CLICKS + CROWD)
        await database.close()
        reference = await one_commit_each(Path(folder) / "reference.db")
    for key, found in (("first", first), ("later", later), ("reference", reference)):
        per_s, slowest = say.number(round(found.per_s)), f"{found.slowest_s:.2f}"
        print(say(f"benchmark.clicks.{key}", clicks=CLICKS, per_s=per_s, slowest=slowest))
    return {
        "engine": "sqlite",
        "clicks": CLICKS,
        "per_s": round(first.per_s),
        "slowest_s": round(first.slowest_s, 3),
        "crowd": CROWD,
        "per_s_in_crowd": round(later.per_s),
        "slowest_s_in_crowd": round(later.slowest_s, 3),
        "reference_per_s": round(reference.per_s),
    }


async def _publish(services: Services) -> Action:
    await services.servers.set_channel(MODERATOR, GUILD, CHANNEL)
    wall = (services.clock.now() + timedelta(days=2)).replace(tzinfo=None)
    starts = Resolved(Wall(wall, "UTC"), services.clock.now() + timedelta(days=2))
    texts = {"link": "https://example.org", "currency": "USD"}
    typed = Typed(Kind.FUNDRAISER, "Clicks", starts, None, None, texts)
    draft = await services.actions.draft(MODERATOR, GUILD, typed, language="en")
    return await services.actions.publish(MODERATOR, GUILD, draft.action_id)


async def _click(services: Services, action: Action, first_user: int) -> Measured:
    waits: list[float] = []

    async def click(number: int) -> None:
        begun = time.perf_counter()
        await services.sign_ups.join(Actor(1000 + first_user + number), GUILD, action.action_id)
        waits.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(click(number) for number in range(CLICKS)))
    return Measured(CLICKS / (time.perf_counter() - begun), max(waits))


async def _crowd(services: Services, action: Action) -> None:
    joins = (
        services.sign_ups.join(Actor(1000 + CLICKS + number), GUILD, action.action_id)
        for number in range(CROWD)
    )
    await asyncio.gather(*joins)


async def one_commit_each(path: Path) -> Measured:
    """The least a click can cost without a group commit: one row, one durable commit."""
    waits: list[float] = []
    async with aiosqlite.connect(path, isolation_level=None) as conn:
        await conn.execute("PRAGMA journal_mode=WAL")
        await conn.execute("PRAGMA synchronous=FULL")
        await conn.execute("CREATE TABLE signup (user_id INTEGER PRIMARY KEY, at INTEGER)")
        begun = time.perf_counter()
        for number in range(CLICKS):
            await conn.execute("INSERT INTO signup VALUES (?, ?)", (number, 0))
            waits.append(time.perf_counter() - begun)
        return Measured(CLICKS / (time.perf_counter() - begun), max(waits))
