"""Use cases of editing: what is published, and when what is not known yet is announced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import actions as queries
from domain.actions import Action
from domain.audit import Act
from domain.editing import (
    NO_EDIT,
    Edit,
    announce_at,
    closes_sign_ups,
    compare,
    settle_edit,
    times_of,
)
from domain.servers import Actor
from domain.shifts import have_moved
from domain.tasks import deadlines_moved
from domain.walls import Resolved
from services.actions import Typed, filled
from services.changing import Changing, Done
from services.clock import Clock
from services.roles import Roles
from services.shift_claims import move_shifts
from services.sign_ups import fill_places
from services.task_lists import move_tasks

Retype = Callable[[Action], Typed]
"""What an organiser wants, by the action as it stands when it is changed; may raise."""


class Editing:
    def __init__(self, clock: Clock, changing: Changing, roles: Roles) -> None:
        self._clock = clock
        self._changing = changing
        self._roles = roles

    async def edit(
        self, actor: Actor, guild_id: int, action_id: int, retype: Retype, *, language: str
    ) -> tuple[Action, Edit]:
        """Change a published action to what was typed; raises `Refusal` and what `retype` does.

        Returns it and what is different. A new time is told as a message of its own; more room
        goes to those who wait.
        """
        edit = NO_EDIT

        async def change(conn: AsyncConnection, action: Action) -> None:
            now = self._clock.now()
            edited = settle_edit(action, filled(action, retype(action), language), now)
            if edited == action:
                return
            await queries.update_action(conn, edited)
            await move_shifts(conn, action, edited, now)
            await move_tasks(conn, action, edited, now)
            await fill_places(conn, edited, now)

        def write_up(before: Action, after: Action) -> list[Done]:
            nonlocal edit
            closed = closes_sign_ups(before, after, self._clock.now())
            edit = replace(compare(before, after), closed=closed)
            return _write_up(edit, before, after)

        edited = await self._changing.change(actor, guild_id, action_id, change, write_up)
        self._roles.wake()
        return edited, edit

    async def announce_at(
        self, actor: Actor, guild_id: int, action_id: int, announce: Resolved | None
    ) -> Action:
        """Choose when a draft or a scheduled action is announced; None is at once."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            changed = announce_at(action, announce, self._clock.now())
            await queries.update_action(conn, changed)

        done = Done(Act.EDITED, {"fields": ["announce"]})
        return await self._changing.change(actor, guild_id, action_id, change, done)


def _write_up(edit: Edit, before: Action, after: Action) -> list[Done]:
    acts: list[Done] = []
    if edit.fields:
        acts.append(Done(Act.EDITED, {"fields": list(edit.fields)}, posts=True))
    if edit.moved:
        detail: dict[str, Any] = {"before": times_of(before), "after": times_of(after)}
        if have_moved(before.parts.shifts, after.parts.shifts):
            detail["shifts"] = "moved"
        if deadlines_moved(before.parts.tasks, after.parts.tasks):
            detail["tasks"] = "moved"
        acts.append(Done(Act.RESCHEDULED, detail, told=True, posts=True))
    return acts
