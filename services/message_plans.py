"""Use cases of the messages that an action sends: its reminders, milestones and nudge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import actions as queries
from domain.actions import Action
from domain.audit import Act
from domain.life_cycle import require_ongoing
from domain.message_plans import MessagePlan
from domain.servers import Actor
from services.changing import Changing, Done
from services.clock import Clock


class MessagePlans:
    def __init__(self, changing: Changing, clock: Clock) -> None:
        self._changing = changing
        self._clock = clock

    async def change(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        change: Callable[[MessagePlan], MessagePlan],
    ) -> Action:
        """Change which messages an action sends; those that have gone out stay as they are."""

        async def write(conn: AsyncConnection, action: Action) -> None:
            if action.number is not None:
                require_ongoing(action, self._clock.now())
            plan = change(action.plan)
            if plan != action.plan:
                await queries.update_action(conn, replace(action, plan=plan))

        def write_up(before: Action, after: Action) -> list[Done]:
            changed = before.plan != after.plan
            return [Done(Act.EDITED, {"fields": ["messages"]})] if changed else []

        return await self._changing.change(actor, guild_id, action_id, write, write_up)
