"""Use cases of an action's life: its organisers' steps, who organises it, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as queries
from db.queries import audit, organisers, participants
from domain.actions import Action
from domain.audit import Act, AuditEvent
from domain.errors import Refusal
from domain.life_cycle import ACTS, Step, read_reason, require_ongoing, take_step
from domain.servers import Actor, is_organiser, require_moderator
from services.changing import Changing, Done
from services.clock import Clock
from services.servers import Servers


class LifeCycle:
    def __init__(
        self, database: Database, clock: Clock, servers: Servers, changing: Changing
    ) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers
        self._changing = changing

    async def take(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        step: Step,
        *,
        reason: str = "",
        until: datetime | None = None,
    ) -> Action:
        """Take a step and tell those concerned of it; raises `Refusal` where it can't be taken.

        `reason` is why, `until` when an extended logging window closes.
        """

        def change(action: Action) -> Action:
            return take_step(step, action, self._clock.now(), reason=reason, until=until)

        def write_up(before: Action, after: Action) -> list[Done]:
            detail = _detail(step, before, after, read_reason(reason))
            return [Done(ACTS[step], detail, told=True, posts=True)]

        return await self._changing.change(
            actor, guild_id, action_id, _overwriting(change), write_up
        )

    async def take_over(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Make a moderator the organiser of a published action; raises `Refusal`."""
        require_moderator(actor)

        async def change(conn: AsyncConnection, action: Action) -> None:
            now = self._clock.now()
            require_ongoing(action, now)
            if action.organiser_user_id == actor.user_id:
                raise Refusal("refused.yours_already", title=action.title)
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            await organisers.remove_co_organiser(conn, guild_id, action_id, who)
            await queries.update_action(conn, replace(action, organiser_id=who))

        def write_up(before: Action, after: Action) -> list[Done]:
            return [Done(Act.TAKEN_OVER, {"before": before.organiser_user_id}, told=True)]

        return await self._changing.change(actor, guild_id, action_id, change, write_up)

    async def add_organiser(
        self, actor: Actor, guild_id: int, action_id: int, member: Actor, name: str
    ) -> Action:
        """Let a member run an action too; refused where they lack the organiser role.

        `name` is what the member is called, for the refusal.
        """
        server = await self._servers.get(guild_id)

        async def change(conn: AsyncConnection, action: Action) -> None:
            now = self._clock.now()
            require_ongoing(action, now)
            if not is_organiser(member, server):
                raise Refusal("refused.member_not_organiser", name=name)
            if member.user_id in (action.organiser_user_id, *action.parts.co_organisers):
                raise Refusal("refused.organises_already", name=name)
            who = await participants.participant_of(conn, guild_id, member.user_id, now)
            await organisers.add_co_organiser(conn, guild_id, action_id, who, now)

        done = Done(Act.ORGANISER_ADDED, {"member": member.user_id})
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def remove_organiser(
        self, actor: Actor, guild_id: int, action_id: int, user_id: int
    ) -> Action:
        """Let a co-organiser run an action no more; raises `Refusal`."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            require_ongoing(action, self._clock.now())
            who = await participants.find_participant(conn, guild_id, user_id)
            if user_id not in action.parts.co_organisers or who is None:
                raise Refusal("refused.no_co_organiser")
            await organisers.remove_co_organiser(conn, guild_id, action_id, who)

        done = Done(Act.ORGANISER_REMOVED, {"member": user_id})
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def history(
        self, actor: Actor, guild_id: int, action_id: int, *, limit: int, offset: int = 0
    ) -> tuple[Action, list[AuditEvent]]:
        """An action, and what was done to it, the latest first; only for who may change it."""
        action = await self._changing.find(actor, guild_id, action_id)
        async with self._database.read() as conn:
            events = await audit.list_events(conn, guild_id, action_id, limit=limit, offset=offset)
        return action, events


def _overwriting(change: Callable[[Action], Action]) -> Callable[..., Any]:
    async def write(conn: AsyncConnection, action: Action) -> None:
        await queries.update_action(conn, change(action))

    return write


def _detail(step: Step, before: Action, after: Action, why: str | None) -> Mapping[str, Any]:
    """What the sentence about a step needs."""
    detail = {} if why is None else {"reason": why}
    match step:
        case Step.CLOSE_EARLY:
            times = (before.ends_at, after.ends_at)
        case Step.EXTEND_LOG:
            times = (before.log_until, after.log_until)
        case _:
            return detail
    return detail | dict(zip(("before", "after"), (t.isoformat() for t in times), strict=True))
