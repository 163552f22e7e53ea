"""Use cases of translating actions: finding what can be translated, and storing it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import translations as queries
from db.queries.audit import write_down
from db.queries.participants import participant_of
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, Refusal
from domain.servers import Actor, Server
from domain.translating import may_translate_all, read_translation, require_translator
from domain.translations import Translation
from services.actions import CHANGEABLE, Actions
from services.clock import Clock
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.servers import Servers

Change = Callable[[AsyncConnection, Action], Awaitable[None]]
"""Writes what is different in a translation of an action, which is whole and locked."""


class Translating:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        actions: Actions,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._actions = actions
        self._redraws = redraws

    async def search(self, actor: Actor, guild_id: int, text: str) -> list[Action]:
        """Published actions that are not over and that the actor may translate, newest first."""
        if not may_translate_all(actor, await self._servers.get(guild_id)):
            return await self._actions.search_managed(actor, guild_id, text)
        async with self._database.read() as conn:
            return await action_queries.list_actions(
                conn,
                guild_id,
                states=CHANGEABLE,
                search=text,
                unfinished_at=self._clock.now(),
                limit=25,
            )

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A whole action that the actor may translate now; raises `Refusal`."""
        server = await self._servers.get(guild_id)
        async with self._database.read() as conn:
            return await self._load(conn, actor, server, action_id)

    async def save(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        language: str,
        typed: Mapping[str, str],
        original: Mapping[str, str],
    ) -> Action:
        """Store what an action is called and says in a language, in place of what stood there.

        `original` is what the action said when that was typed. Raises `Refusal`.
        """

        async def work(conn: AsyncConnection, action: Action) -> None:
            translation = read_translation(action, language, typed, original)
            if translation is None:
                raise Refusal("translate.empty")
            await self._put(conn, actor, action, translation)

        return await self._change(actor, guild_id, action_id, work)

    async def remove(self, actor: Actor, guild_id: int, action_id: int, language: str) -> Action:
        """Show an action in its own words again where it was translated."""

        async def work(conn: AsyncConnection, action: Action) -> None:
            if not await queries.delete_translation(conn, guild_id, action_id, language):
                raise Refusal("translate.nothing_there", title=action.title)
            await self._write_down(conn, actor, action, language, removed=True)

        return await self._change(actor, guild_id, action_id, work)

    async def _put(
        self, conn: AsyncConnection, actor: Actor, action: Action, translation: Translation
    ) -> None:
        if action.parts.translations.get(translation.language) == translation:
            return
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        who = await participant_of(conn, action.guild_id, actor.user_id, now)
        await queries.save_translation(conn, *ids, translation, participant_id=who, now=now)
        await self._write_down(conn, actor, action, translation.language, removed=False)

    async def _write_down(
        self, conn: AsyncConnection, actor: Actor, action: Action, language: str, *, removed: bool
    ) -> None:
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        detail = {"language": language, "removed": removed}
        await write_down(conn, *ids, Act.TRANSLATED, now, user_id=actor.user_id, detail=detail)

    async def _change(self, actor: Actor, guild_id: int, action_id: int, change: Change) -> Action:
        """Change what an action says in a language, and have all that was posted show it."""
        server = await self._servers.get(guild_id)

        async def work(conn: AsyncConnection) -> Action:
            await change(conn, await self._load(conn, actor, server, action_id, lock=True))
            return await self._load(conn, actor, server, action_id)

        action = await self._commit.run(work)
        self._redraws.request(guild_id, action_id, posts=True)
        return action

    async def _load(
        self,
        conn: AsyncConnection,
        actor: Actor,
        server: Server,
        action_id: int,
        *,
        lock: bool = False,
    ) -> Action:
        action = await action_queries.load_action(
            conn, server.guild_id, action_id, lock=lock, whole=True
        )
        if action is None:
            raise Gone("refused.no_such_action")
        require_translator(actor, server, action, self._clock.now())
        return action
