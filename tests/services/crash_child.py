"""A process to be killed: contributes and signs up by the hundred, and prints what is acknowledged.

Run as `python -m tests.services.crash_child URL GUILD ACTION FIRST_USER INSTANT`. A line is
printed for each acknowledgement, the moment it is given.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from db.engine import Database
from domain.servers import Actor
from services.application import Services, assemble, running
from tests.services.stand_ins import RecordingSender, SetClock

AT_ONCE = 60


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def contribute(services: Services, guild_id: int, action_id: int, user_id: int) -> None:
    logged = await services.contributions.log(
        Actor(user_id), guild_id, action_id, user_id, proof=f"code {user_id}"
    )
    say("logged", user_id, logged.contribution.contribution_id)


async def sign_up(services: Services, guild_id: int, action_id: int, user_id: int) -> None:
    result = (await services.sign_ups.join(Actor(user_id), guild_id, action_id)).result
    say(result.state.value, user_id, result.place)


async def main(url: str, guild_id: int, action_id: int, first_user: int, instant: str) -> None:
    """Go on until killed, each wave with people of its own."""
    database = await Database.open(url)
    clock = SetClock(datetime.fromisoformat(instant))
    services = assemble(database, clock, RecordingSender())
    async with running(services):
        say("open")
        while True:
            users = range(first_user, first_user + AT_ONCE)
            await asyncio.gather(
                *(contribute(services, guild_id, action_id, user) for user in users),
                *(sign_up(services, guild_id, action_id, user) for user in users),
            )
            first_user += AT_ONCE


if __name__ == "__main__":
    url, guild, action, first, instant = sys.argv[1:]
    asyncio.run(main(url, int(guild), int(action), int(first), instant))
