"""What organisers answer where a hand has changed or deleted an event of Discord's own."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import native_events as queries
from db.queries.audit import write_down
from domain.actions import Action
from domain.audit import Act
from domain.errors import Refusal
from domain.native_events import EventMoved, require_moved, takes_event
from domain.servers import Actor
from services.changing import Changing
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.planning import look_at_event
from services.servers import Servers

MADE_AGAIN = "made_again"
PUT_BACK = "put_back"
"""What organisers did about an event, in the words of the audit log."""


class EventAnswers:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        changing: Changing,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._changing = changing
        self._dispatcher = dispatcher

    async def make_again(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Have an event made anew that was deleted or ended by hand; raises `Refusal`."""
        action = await self._changing.find(actor, guild_id, action_id)
        is_on = (await self._servers.get(guild_id)).native_events

        async def work(conn: AsyncConnection) -> None:
            known = await queries.load_event(conn, guild_id, action_id)
            if not is_on:
                raise Refusal("refused.events_off")
            if known is None or known.gone_at is None:
                raise Refusal("refused.event_stands", title=action.title)
            if not takes_event(action, self._clock.now()):
                raise Refusal("refused.event_too_late", title=action.title)
            await queries.forget_event(conn, guild_id, action_id)
            await self._answered(conn, actor, action, Act.EVENT_GONE, MADE_AGAIN)

        await self._commit.run(work)
        self._dispatcher.wake()
        return action

    async def put_back(
        self, actor: Actor, guild_id: int, action_id: int, told_by: int | None
    ) -> Action:
        """Give an event that was moved by hand its action's times again; raises `Refusal`."""
        action = await self._changing.find(actor, guild_id, action_id)

        async def work(conn: AsyncConnection) -> None:
            known = await queries.load_event(conn, guild_id, action_id)
            moved = require_moved(known, told_by)
            assert known is not None
            there = replace(known.shown, starts_at=moved.starts_at, ends_at=moved.ends_at)
            await queries.save_event(conn, replace(known, moved=None, before=there))
            await self._answered(conn, actor, action, Act.EVENT_MOVED, PUT_BACK)

        await self._commit.run(work)
        self._dispatcher.wake()
        return action

    async def find_move(
        self, actor: Actor, guild_id: int, action_id: int, told_by: int | None
    ) -> EventMoved:
        """The times that an event was given by hand, for whoever may move its action too.

        Raises `Refusal`, also where another notice is the one to answer.
        """
        await self._changing.find(actor, guild_id, action_id)
        async with self._database.read() as conn:
            return require_moved(await queries.load_event(conn, guild_id, action_id), told_by)

    async def _answered(
        self, conn: AsyncConnection, actor: Actor, action: Action, act: Act, how: str
    ) -> None:
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        await write_down(conn, *ids, act, now, user_id=actor.user_id, detail={"how": how})
        await look_at_event(conn, *ids, now)
