"""The real bot in a process of its own, to be waited for, stopped and killed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from benchmarks.stand_in import ids
from benchmarks.stand_in.remote import PACKAGE, PATIENCE_S, ROOT

LAUNCH = f"{PACKAGE}.launch"
READY = "ready"
LOG = "bot-log.txt"


class BotProcess:
    """One bot, on one database, in a folder where it also writes its log."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self._folder = folder

    @property
    def log(self) -> str:
        """What all bots in this folder have said so far."""
        return (self._folder / LOG).read_text("utf-8")

    async def wait_until_ready(self, patience_s: float = PATIENCE_S) -> float:
        """Wait until discord.py says it is ready, two seconds after the last server; when, Unix.

        Raises RuntimeError with the log if the bot ends instead.
        """
        assert self.process.stdout is not None
        async with asyncio.timeout(patience_s):
            while line := await self.process.stdout.readline():
                word, _, at = line.decode().partition(" ")
                if word == READY:
                    return float(at)
        raise RuntimeError(self.log)

    async def kill(self) -> None:
        """Kill it as a power cut would (SIGKILL); nothing is tidied up."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Stop it as a service manager does (SIGTERM); returns its exit code."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        return await self.process.wait()


async def start_bot(url: str, database_url: str, folder: Path, **settings: str) -> BotProcess:
    """Start the bot against a stand-in; settings are those of its environment.

    It reads no `.env` but one in the folder. Whoever starts it kills or stops it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment = {
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "DISCORD_TOKEN": ids.TOKEN,
        "DATABASE_URL": database_url,
    }
    with (folder / LOG).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", LAUNCH, url, "run"),
            cwd=folder,
            env=kept | environment | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    return BotProcess(process, folder)


@asynccontextmanager
async def running_bot(
    url: str, database_url: str, folder: Path, **settings: str
) -> AsyncGenerator[BotProcess]:
    """A bot that is ready; stopped at the end, if it still runs."""
    bot = await start_bot(url, database_url, folder, **settings)
    try:
        await bot.wait_until_ready()
        yield bot
    finally:
        await bot.stop()
