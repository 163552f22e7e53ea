"""Use cases of a sealed tag: when it is revealed, who sees it before, and the one in reserve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as queries
from db.queries.audit import write_down
from db.queries.series import load_series, save_series
from db.queries.tags import list_with_tags
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.errors import Gone, Refusal
from domain.life_cycle import require_ongoing
from domain.seals import (
    RESERVE,
    TAG,
    Sight,
    choose_reveal,
    has_seal,
    holds_seal,
    require_holder,
    reveal_now,
    sight,
    switch_in_series,
    switch_tag,
)
from domain.servers import Actor, Server, require_moderator
from domain.tags import TagWarning, warnings
from domain.walls import Resolved
from services.changing import Changing, Done
from services.clock import Clock
from services.group_commit import GroupCommit
from services.servers import Servers

MOST_EARLIER = 50
"""Earlier actions whose tags a new one is compared with."""


@dataclass(frozen=True)
class Looked:
    """A whole action, its server, and how somebody sees what is sealed of it at an instant."""

    action: Action
    server: Server
    sight: Sight
    now: datetime


class Seals:
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

    async def look(self, actor: Actor, guild_id: int, action_id: int) -> Looked:
        """An action that the server knows of, as the actor may see its tag; raises `Refusal`."""
        async with self._database.read() as conn:
            action = await queries.load_action(conn, guild_id, action_id, whole=True)
        server, now = await self._servers.get(guild_id), self._clock.now()
        if action is None or not action.announced(now):
            raise Gone("refused.no_such_action")
        if TAG not in action.fields:
            raise Refusal("tag.none", title=action.title)
        return Looked(action, server, sight(actor, server, action, now), now)

    async def warnings(self, action: Action) -> Sequence[tuple[str, TagWarning]]:
        """What its organisers had better look at, each with the field that it is about.

        The tags of others count only once they are revealed: a warning would tell them otherwise.
        """
        names = [name for name in (TAG, RESERVE) if action.fields.get(name)]
        if not has_seal(action):
            return []
        async with self._database.read() as conn:
            earlier = await list_with_tags(
                conn, action.guild_id, but=action.action_id, limit=MOST_EARLIER
            )
        now = self._clock.now()
        known = [other.fields.get(TAG, "") for other in earlier if other.revealed(now)]
        found: list[tuple[str, TagWarning]] = []
        for name in names:
            # Of a pair that differs in case it is enough to say so once.
            others = [*known, action.fields[TAG]] if name == RESERVE else known
            found += [(name, warning) for warning in warnings(action.fields[name], others)]
        return found

    async def set_reveal(
        self, actor: Actor, guild_id: int, action_id: int, reveal: Resolved | None
    ) -> Action:
        """Choose when the tag of a draft or a published action is revealed; None: at the moment."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            changed = choose_reveal(action, reveal, self._clock.now())
            await queries.update_action(conn, changed)

        def write_up(before: Action, after: Action) -> list[Done]:
            return [_edited("reveal")] if before.reveal != after.reveal else []

        return await self._changing.change(actor, guild_id, action_id, change, write_up)

    async def reveal_now(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Reveal the tag at once, in a message of its own; raises `Refusal`."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            await queries.update_action(conn, reveal_now(action, self._clock.now()))

        done = replace(_edited("reveal"), told=True, kind=DeliveryKind.REVEAL)
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def set_helpers_lead(
        self, actor: Actor, guild_id: int, action_id: int, lead: timedelta | None
    ) -> Action:
        """Choose how long before the reveal helpers see the tag, if at all; raises `Refusal`."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            if action.number is not None:
                require_ongoing(action, self._clock.now())
            require_holder(actor, action)
            await queries.update_action(conn, replace(action, helpers_lead=lead))

        def write_up(before: Action, after: Action) -> list[Done]:
            changed = before.helpers_lead != after.helpers_lead
            return [_edited("helpers_lead")] if changed else []

        return await self._changing.change(actor, guild_id, action_id, change, write_up)

    async def switch(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Put the reserve tag in the tag's place and tell those who take part; raises `Refusal`.

        So it is for the actions that follow in its series. What is written down says that it was
        done, and neither tag.
        """

        async def change(conn: AsyncConnection, action: Action) -> None:
            await queries.update_action(conn, switch_tag(action, self._clock.now()))
            if action.series_id is not None:
                series = await load_series(conn, guild_id, action.series_id, lock=True)
                assert series is not None
                await save_series(conn, switch_in_series(series, action))

        done = Done(Act.TAG_SWITCHED, told=True, posts=True)
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def require_closed(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A published action whose seal the actor, a moderator, can open; raises `Refusal`."""
        require_moderator(actor)
        async with self._database.read() as conn:
            return await self._closed(conn, actor, guild_id, action_id)

    async def open(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Show a moderator an action with what is sealed about it, and write that down."""
        require_moderator(actor)

        async def work(conn: AsyncConnection) -> Action:
            action = await self._closed(conn, actor, guild_id, action_id)
            now = self._clock.now()
            await write_down(conn, guild_id, action_id, Act.SEAL_OPENED, now, user_id=actor.user_id)
            return action

        return await self._commit.run(work)

    async def _closed(
        self, conn: AsyncConnection, actor: Actor, guild_id: int, action_id: int
    ) -> Action:
        action = await queries.load_action(conn, guild_id, action_id, whole=True)
        if action is None or action.number is None:
            raise Gone("refused.no_such_action")
        if not has_seal(action):
            raise Refusal("tag.none", title=action.title)
        if holds_seal(actor, action) or action.revealed(self._clock.now()):
            raise Refusal("tag.open_for_you", title=action.title)
        return action


def _edited(name: str) -> Done:
    return Done(Act.EDITED, {"fields": [name]})
