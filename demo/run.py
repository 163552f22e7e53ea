"""`make demo`: the bot in a simulated Discord, shown in the browser, with something going on."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from simcord.env import Env

from client import Fanchant
from db.engine import Database
from db.migrate import migrate_in_subprocess
from demo.clock import OffsetClock, StoryClock
from demo.opening import begin
from demo.page import serve
from demo.world import World, build_world, simulated
from services.application import REDRAW_INTERVAL, Services, assemble, running
from ui.charts import draw_chart
from ui.sender import DiscordSender, DrawChart


@dataclass(frozen=True)
class Demo:
    """A running demo: the simulated Discord, its people and the bot's services."""

    env: Env
    world: World
    services: Services


@asynccontextmanager
async def running_demo(
    clock: OffsetClock | StoryClock,
    *,
    redraw_interval: float = REDRAW_INTERVAL,
    chart: DrawChart = draw_chart,
) -> AsyncGenerator[Demo]:
    """Run the bot on a database of its own that is gone afterwards."""
    with TemporaryDirectory(prefix="fanchant-demo-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'demo.db'}"
        await migrate_in_subprocess(url)
        database = await Database.open(url)
        bot = Fanchant(shard_count=1)
        bot.services = assemble(
            database, clock, DiscordSender(bot, chart=chart), redraw_interval=redraw_interval
        )
        try:
            # The services' tasks start outside of the bot: simcord waits for the bot's own.
            async with running(bot.services), simulated(bot, clock) as env:
                yield Demo(env, build_world(env), bot.services)
        finally:
            await database.close()


async def run_demo(port: int, code: str) -> int:
    """Serve the demo page, in a server of a language, until it is closed; returns the exit code."""
    logging.basicConfig(level=logging.WARNING)
    clock = OffsetClock()
    async with running_demo(clock) as demo:
        dispatcher = demo.services.dispatcher
        await begin(demo.world, clock, dispatcher, code)
        jumps = (clock, dispatcher.wake, dispatcher.next_due)
        await serve(demo.env, demo.world, *jumps, port=port, code=code)
    return 0
