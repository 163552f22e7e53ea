"""Use cases of who takes part: lists and files for organisers, and what others may see."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import participant_lists as queries
from db.queries.actions import load_action
from db.queries.audit import write_down
from db.queries.participants import participant_of
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, Refusal
from domain.participant_records import FileForm
from domain.participants import (
    EVERYBODY,
    FIRST,
    PAGE,
    ParticipantPage,
    Showing,
    Turn,
    page_of,
    require_choices_public,
)
from domain.servers import Actor
from services.changing import Changing
from services.clock import Clock
from services.group_commit import GroupCommit
from services.participant_files import write_participants
from services.servers import Servers
from services.tally_files import pack

ZONE = "UTC"
"""By which clock a server's times are written that has not chosen a zone."""


@dataclass(frozen=True)
class Exported:
    """The file of an action's participants, which is there only while it is being sent."""

    action: Action
    path: Path


class Participants:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        changing: Changing,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._changing = changing

    # ---- For organisers

    async def list(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        showing: Showing = EVERYBODY,
        turn: Turn = FIRST,
    ) -> ParticipantPage:
        """A page of the sign-ups of an action that the actor runs; raises `Refusal`."""
        action = await self._changing.find(actor, guild_id, action_id)
        async with self._database.read() as conn:
            return await _read(conn, action, showing, turn)

    @asynccontextmanager
    async def export(
        self, actor: Actor, guild_id: int, action_id: int, form: FileForm
    ) -> AsyncGenerator[Exported]:
        """Everybody in an action that the actor runs, in a file that is gone afterwards.

        It is zipped where it is large, and refused where it is too large even so. That it was
        handed out is written down before it is.
        """
        action = await self._changing.find(actor, guild_id, action_id)
        zone = (await self._servers.get(guild_id)).zone or ZONE
        with tempfile.TemporaryDirectory(prefix="fanchant-participants-") as folder:
            path = Path(folder) / f"participants-{action.number or action.action_id}.{form.value}"
            async with self._database.read() as conn:
                # As it is where people are read: all of the file is of one state.
                action = await load_action(conn, guild_id, action_id, whole=True) or action
                await write_participants(conn, action, form, path, zone=zone)
            packed = await asyncio.to_thread(pack, path)
            if packed is None:
                raise Refusal("refused.participants_too_large", title=action.title)
            if action.number is not None:  # a draft has no history yet
                await self._commit.run(lambda conn: self._note(conn, actor, action, form))
            yield Exported(action, packed)

    async def _note(
        self, conn: AsyncConnection, actor: Actor, action: Action, form: FileForm
    ) -> None:
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        detail = {"form": form.value}
        await write_down(conn, *ids, Act.EXPORTED, now, user_id=actor.user_id, detail=detail)

    # ---- For everybody

    async def who_is_in(self, guild_id: int, action_id: int, turn: Turn = FIRST) -> ParticipantPage:
        """A page of those who are in, where the server lets everybody see that; else refused."""
        server = await self._servers.get(guild_id)
        async with self._database.read() as conn:
            action = await load_action(conn, guild_id, action_id, whole=True)
            if action is None:
                raise Gone("refused.no_such_action")
            require_choices_public(server, action, self._clock.now())
            return await _read(conn, action, EVERYBODY, turn)

    async def hides_choices(self, actor: Actor, guild_id: int) -> bool:
        """Whether the actor keeps what they choose in a server to themselves."""
        async with self._database.read() as conn:
            return await queries.load_hides(conn, guild_id, actor.user_id)

    async def hide_choices(self, actor: Actor, guild_id: int, *, hides: bool) -> None:
        """Keep the actor's name out of what others see of a server's actions, or not any more."""

        async def work(conn: AsyncConnection) -> None:
            who = await participant_of(conn, guild_id, actor.user_id, self._clock.now())
            await queries.save_hides(conn, guild_id, who, hides)

        await self._commit.run(work)


async def _read(
    conn: AsyncConnection, action: Action, showing: Showing, turn: Turn
) -> ParticipantPage:
    """Read a page; the first one where there is nobody left before a place."""
    ids = (action.guild_id, action.action_id)
    found = await queries.list_participants(conn, *ids, showing, turn, PAGE + 1)
    if turn.backwards and len(found) < PAGE:
        turn = FIRST
        found = await queries.list_participants(conn, *ids, showing, turn, PAGE + 1)
    return page_of(action, showing, turn, found)
