"""A process to be killed: takes a day's contributions from its input, and says what is stored.

Run as `python -m benchmarks.day_child URL GUILD ACTION`. Lines come in as `log INSTANT USER AMOUNT
CODE`, with the instant in seconds, and `look USER`; lines go out as `logged USER ID STATE` once
that is committed, `seen USER COUNT`, and `peak MB`.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clicks import nobody_is_told
from db.engine import Database
from domain.servers import Actor
from services.application import Services, assemble, running

PEAK_EVERY = 500
"""Acknowledgements after each of which it says how much memory it has used at most."""

LOOKED_AT = 9
"""The newest of somebody's own contributions that are looked at."""


class ManualClock:
    """Stands still at the instant it was last set to."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def set(self, seconds: float) -> None:
        self._instant = max(self._instant, datetime.fromtimestamp(seconds, UTC))


class Child:
    """Does what the lines say, each at once, whatever is still under way."""

    def __init__(self, services: Services, clock: ManualClock, guild_id: int, action_id: int):
        self._contributions = services.contributions
        self._clock = clock
        self._guild_id = guild_id
        self._action_id = action_id
        self._said = 0

    async def obey(self, lines: asyncio.StreamReader) -> None:
        async with asyncio.TaskGroup() as under_way:
            while line := (await lines.readline()).decode():
                word, *rest = line.split()
                if word == "log":
                    at, user, amount, code = rest
                    self._clock.set(float(at))
                    under_way.create_task(self._log(int(user), int(amount), code))
                else:
                    under_way.create_task(self._look(int(rest[0])))

    async def _log(self, user_id: int, amount: int, code: str) -> None:
        logged = await self._contributions.log(
            Actor(user_id), self._guild_id, self._action_id, amount, proof=code
        )
        entry = logged.contribution
        _say("logged", user_id, entry.contribution_id, entry.held or "counted")
        self._said += 1
        if self._said % PEAK_EVERY == 0:
            say_peak()

    async def _look(self, user_id: int) -> None:
        """Count what somebody finds of theirs in `/me`."""
        own = await self._contributions.list_own(Actor(user_id), self._guild_id, limit=LOOKED_AT)
        _say("seen", user_id, len(own))


def say_peak() -> None:
    """Say the most memory that this process has used, in MB."""
    _say("peak", f"{_peak_kilobytes() / 1024:.1f}")


def _peak_kilobytes() -> int:
    """As Linux tells it of this process; `getrusage` counts in what its parent used before."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "VmHWM":
                return int(value.split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def main(url: str, guild_id: int, action_id: int) -> None:
    """Go on until the input ends; then stop in good order."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    database = await Database.open(url)
    clock = ManualClock(datetime.fromtimestamp(0, UTC))
    async with running(assemble(database, clock, nobody_is_told())) as services:
        _say("open")
        await Child(services, clock, guild_id, action_id).obey(lines)
        say_peak()
    await database.close()


if __name__ == "__main__":
    url, guild, action = sys.argv[1:]
    asyncio.run(main(url, int(guild), int(action)))
