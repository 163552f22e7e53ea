"""The one way to change an action that somebody runs, whether it is published or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as queries
from db.queries.audit import write_down
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Gone, NotAllowed
from domain.managing import manages, require_manager
from domain.seals import require_change_tells_nothing
from domain.servers import Actor, require_organiser
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.milestones import aim_anew
from services.planning import owe, owe_event, owe_rename, plan_anew
from services.redraws import Redraws
from services.servers import Servers

Change = Callable[[AsyncConnection, Action], Awaitable[object]]
"""Writes what is different about an action, which is whole and locked; may raise `Refusal`."""


@dataclass(frozen=True)
class Done:
    """What is written down of a change, and whether those who take part are told.

    Nobody is told of what happens to an action that was not announced yet.
    """

    act: Act
    detail: Mapping[str, Any] | None = None
    told: bool = False
    kind: DeliveryKind = DeliveryKind.STEP
    """The message by which they are told."""

    posts: bool = False
    """What was posted about the action is redrawn besides its card: it would tell what was."""


WriteUp = Callable[[Action, Action], Sequence[Done]]
"""What is written down of a change, by the action before and after it; nothing if none was."""

TYPED = ("reason", "text", "official", "value")
"""What a detail holds in an organiser's own words."""


class Changing:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        redraws: Redraws,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._redraws = redraws
        self._dispatcher = dispatcher

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A whole action, published or not, that the actor may change; raises `Refusal`."""
        async with self._database.read() as conn:
            return await self._load(conn, actor, guild_id, action_id)

    async def change(
        self, actor: Actor, guild_id: int, action_id: int, change: Change, done: Done | WriteUp
    ) -> Action:
        """Change an action and return it whole, as it is by then.

        Of a published one the act is written down, everything that it owes is planned anew, its
        card is redrawn and, where the change is to be told, a message is owed: all or nothing.
        """

        async def work(conn: AsyncConnection) -> tuple[Action, Sequence[Done]]:
            action = await self._load(conn, actor, guild_id, action_id, lock=True)
            await change(conn, action)
            changed = await queries.load_action(conn, guild_id, action_id, whole=True)
            assert changed is not None
            acts = [done] if isinstance(done, Done) else done(action, changed)
            require_change_tells_nothing(action, changed, _said(acts), self._clock.now())
            if changed.number is not None and acts:
                known = action.announced(self._clock.now())
                if changed.title != action.title:
                    await owe_rename(conn, changed, self._clock.now())
                await self._follow_up(conn, actor, changed, acts, known=known)
            return changed, acts

        action, acts = await self._commit.run(work)
        if action.number is not None and acts:
            posts = any(act.posts for act in acts)
            self._redraws.request(guild_id, action_id, posts=posts)
            self._dispatcher.wake()
        return action

    async def _load(
        self,
        conn: AsyncConnection,
        actor: Actor,
        guild_id: int,
        action_id: int,
        *,
        lock: bool = False,
    ) -> Action:
        action = await queries.load_action(conn, guild_id, action_id, lock=lock, whole=True)
        if action is None:
            raise Gone("refused.no_such_action")
        server = await self._servers.get(guild_id)
        if not manages(actor, action):
            # What nobody knows of yet is nobody else's business, its title included.
            if action.number is None:
                raise NotAllowed("refused.not_your_draft")
            require_organiser(actor, server)
            if not action.announced(self._clock.now()):
                raise Gone("refused.no_such_action")
        require_manager(actor, server, action)
        return action

    async def _follow_up(
        self,
        conn: AsyncConnection,
        actor: Actor,
        action: Action,
        acts: Sequence[Done],
        *,
        known: bool,
    ) -> None:
        now, ids = self._clock.now(), (action.guild_id, action.action_id)
        await plan_anew(conn, action, now)
        await aim_anew(conn, action)
        await owe_event(conn, action, now)
        for done in acts:
            event_id = await write_down(
                conn, *ids, done.act, now, user_id=actor.user_id, detail=done.detail
            )
            if done.told and known:
                step = PlannedDelivery(done.kind, now, item_id=event_id)
                await owe(conn, *ids, [step], now)


def _said(acts: Sequence[Done]) -> Iterator[str]:
    """What people are told of a change in an organiser's own words."""
    for act in acts:
        detail = act.detail or {}
        yield from (detail[name] for name in TYPED if isinstance(detail.get(name), str))
