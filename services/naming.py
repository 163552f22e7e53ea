"""Use cases of being named: by one's own choice, in one server, and until one takes it back."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import participants
from domain.naming import read_public_name
from domain.servers import Actor
from services.clock import Clock
from services.group_commit import GroupCommit


class Naming:
    """Nobody is named unless they ask for it. Each can only name themselves."""

    def __init__(self, database: Database, commit: GroupCommit, clock: Clock) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock

    async def name_of(self, actor: Actor, guild_id: int) -> str | None:
        """Under which name the actor is listed in a server; None if they are not."""
        async with self._database.read() as conn:
            return await participants.load_public_name(conn, guild_id, actor.user_id)

    async def name_me(self, actor: Actor, guild_id: int, display_name: str) -> str:
        """List the actor from now on, as they are called in the server at this moment.

        Doing it again takes their new name; it raises Refusal for one that can't be seen.
        """
        name = read_public_name(display_name)

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            await participants.save_public_name(conn, guild_id, who, name)

        await self._commit.run(work)
        return name

    async def stop(self, actor: Actor, guild_id: int) -> None:
        """List the actor no more, and keep no name of theirs."""

        async def work(conn: AsyncConnection) -> None:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is not None:
                await participants.save_public_name(conn, guild_id, who, None)

        await self._commit.run(work)
