"""A thousand servers with a message due in the same second, by the real bot over real sockets.

Once undisturbed, with moments that fall due meanwhile; and once with the bot killed again and
again. The reference beside both is what Discord allows: 50 requests a second.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import select, update

from benchmarks.clicks import nobody_is_told
from benchmarks.stand_in import ids
from benchmarks.stand_in.bot_process import start_bot
from benchmarks.stand_in.limits import GLOBAL_LIMIT
from benchmarks.stand_in.remote import StandIn, stand_in
from benchmarks.stand_in.world import Sizes
from db.engine import Database
from db.migrate import migrate_in_subprocess
from db.tables import delivery
from domain.deliveries import DeliveryKind, DeliveryState
from domain.kinds import Kind
from domain.servers import Actor
from domain.walls import Resolved, Wall
from locales import language
from services.actions import Typed
from services.application import Services, assemble, running
from services.clock import SystemClock

SERVERS = 1000
MOMENTS = 20
"""Moments that fall due while the thousand are being sent."""

MEANWHILE = timedelta(seconds=5)
KILLS = 8
BETWEEN_KILLS_S = (0.5, 2.5)
START_S = 25.0
"""Seconds that the bot is given to connect to all servers before anything is due."""

MARKING_S = 1.0
"""Seconds that the bot is given to write down what it posted last."""

PATIENCE_S = 300.0
LATENCY = {"median_s": 0.1, "sigma": 0.4}
"""How long the stand-in takes to answer, about as Discord does."""

MODERATOR = Actor(1, manages_server=True)


@dataclass(frozen=True)
class Sent:
    """What became of the deliveries of one run; lateness in seconds, in rising order."""

    owed: int
    doubled: int
    missing: int
    rate_limited: int
    late_s: list[float]
    moments_late_s: list[float]
    ratio_to_ideal: float

    def percentile(self, percent: int) -> float:
        return quantiles(self.late_s, n=100)[percent - 1]


async def measure() -> dict[str, object]:
    """Measure both runs; returns what the line of JSON says, the undisturbed run on top."""
    say = language(None)
    steady = await _run(kills=0)
    killed = await _run(kills=KILLS)
    for key, sent in (("steady", steady), ("killed", killed)):
        print(
            say(
                f"benchmark.deliveries.{key}",
                owed=say.number(sent.owed),
                kills=KILLS,
                doubled=sent.doubled,
                missing=sent.missing,
                limited=sent.rate_limited,
                p50=f"{sent.percentile(50):.1f}",
                p99=f"{sent.percentile(99):.1f}",
            )
        )
    ideal = f"{steady.owed / GLOBAL_LIMIT:.1f}"
    ratio = f"{steady.ratio_to_ideal:.3f}"
    print(say("benchmark.deliveries.reference", ideal=ideal, ratio=ratio))
    moments = f"{max(steady.moments_late_s):.2f}"
    print(say("benchmark.deliveries.moments", moments=MOMENTS, slowest=moments))
    return {
        **_figures(steady),
        "moments_slowest_late_s": round(max(steady.moments_late_s), 3),
        "killed": {"kills": KILLS, **_figures(killed)},
    }


def _figures(sent: Sent) -> dict[str, object]:
    return {
        "delivered": sent.owed - sent.missing,
        "doubled": sent.doubled,
        "missing": sent.missing,
        "rate_limited": sent.rate_limited,
        "p50_late_s": round(sent.percentile(50), 3),
        "p99_late_s": round(sent.percentile(99), 3),
        "ratio_to_ideal": round(sent.ratio_to_ideal, 3),
    }


async def _run(*, kills: int) -> Sent:
    with tempfile.TemporaryDirectory(prefix="fanchant-deliveries-") as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'deliveries.db'}"
        await migrate_in_subprocess(url)
        due_at = await _owe(url)
        async with stand_in(Sizes(servers=SERVERS, channels=1, members=2)) as discord:
            await discord.set_faults(latency=LATENCY)
            await _send(discord, url, folder, due_at, kills)
            posted = await discord.accepted()
            limited = sum((await discord.counts())["rate_limited"].values())
        return await _count(url, posted, limited)


async def _owe(url: str) -> datetime:
    """Publish an action in every server and return when what they owe is due.

    Of that one reminder each is left, and some moments.
    """
    database = await Database.open(url)
    async with running(assemble(database, SystemClock(), nobody_is_told())) as services:
        await asyncio.gather(*(_publish(services, number) for number in range(SERVERS)))
    due_at = SystemClock().now() + timedelta(seconds=START_S)
    chosen = [ids.guild_id(number) for number in range(0, SERVERS, SERVERS // MOMENTS)]
    async with database.write() as conn:
        await conn.execute(update(delivery).values(state=DeliveryState.CANCELLED))
        rows = await conn.execute(
            select(delivery.c.guild_id, delivery.c.delivery_id, delivery.c.kind).order_by(
                delivery.c.due_at
            )
        )
        owed = {(row.guild_id, row.kind): row.delivery_id for row in rows}
        for (guild_id, kind), delivery_id in owed.items():
            moment = kind is DeliveryKind.MOMENT and guild_id in chosen
            if kind is not DeliveryKind.REMINDER and not moment:
                continue
            when = due_at + MEANWHILE if moment else due_at
            await conn.execute(
                update(delivery)
                .where(delivery.c.guild_id == guild_id, delivery.c.delivery_id == delivery_id)
                .values(state=DeliveryState.PENDING, due_at=when, try_at=when)
            )
    await database.close()
    return due_at


async def _publish(services: Services, number: int) -> None:
    guild_id = ids.guild_id(number)
    await services.servers.set_channel(MODERATOR, guild_id, ids.channel_id(guild_id))
    at = services.clock.now() + timedelta(days=2)
    starts = Resolved(Wall(at.replace(tzinfo=None), "UTC"), at)
    texts = {"link": "https://example.org", "currency": "USD"}
    typed = Typed(Kind.FUNDRAISER, "Match a million", starts, None, None, texts)
    draft = await services.actions.draft(MODERATOR, guild_id, typed, language="en")
    await services.actions.publish(MODERATOR, guild_id, draft.action_id)


async def _send(discord: StandIn, url: str, folder: Path, due_at: datetime, kills: int) -> None:
    """Run the bot until everything is posted, killing it so often on the way."""
    chance, owed = random.Random(kills), SERVERS + MOMENTS
    bot = await start_bot(discord.url, url, folder, LOG_LEVEL="WARNING")
    await bot.wait_until_ready()
    if SystemClock().now() > due_at:
        raise TimeoutError(f"{START_S} s were too few to connect to {SERVERS} servers")
    await asyncio.sleep((due_at - SystemClock().now()).total_seconds())
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(*BETWEEN_KILLS_S))
        await bot.kill()
        bot = await start_bot(discord.url, url, folder, LOG_LEVEL="WARNING")
        await bot.wait_until_ready()
    await discord.wait_for_accepted(owed, PATIENCE_S)
    await asyncio.sleep(MARKING_S)
    await bot.stop()


async def _count(url: str, posted: list[dict[str, Any]], limited: int) -> Sent:
    """Compare what was posted with what the database says was owed."""
    database = await Database.open(url)
    async with database.read() as conn:
        rows = (
            await conn.execute(select(delivery).where(delivery.c.state != DeliveryState.CANCELLED))
        ).all()
    await database.close()
    times = Counter(message["nonce"] for message in posted)
    at = {int(message["id"]): message["at"] for message in posted}
    sent = [row for row in rows if row.state is DeliveryState.SENT and row.message_id in at]
    late = {row: at[row.message_id] - row.due_at.timestamp() for row in sent}
    first_due = min(row.due_at for row in rows).timestamp()
    took = max(at.values()) - first_due
    return Sent(
        owed=len(rows),
        doubled=sum(count - 1 for count in times.values()),
        missing=len(rows) - len(sent),
        rate_limited=limited,
        late_s=sorted(late.values()),
        moments_late_s=sorted(s for row, s in late.items() if row.kind is DeliveryKind.MOMENT),
        ratio_to_ideal=took / (len(rows) / GLOBAL_LIMIT),
    )
