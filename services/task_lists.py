"""Use cases of organisers with a project's tasks: writing them down, and keeping them in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import tasks as queries
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.errors import Refusal
from domain.servers import Actor
from domain.tasks import MOST_TASKS, Task, TaskState, move_deadlines, read_task_title
from domain.walls import Resolved
from domain.zones import zone_info
from services.changing import Changing, Done
from services.clock import Clock
from services.tasks import require_tasks, task_of

OVER = (ActionState.FINAL, ActionState.CANCELLED)


@dataclass(frozen=True)
class NewTask:
    """A task as an organiser wrote it down, with its deadline read."""

    title: str
    due: Resolved | None = None


class TaskLists:
    """What organisers do with a project's tasks; each act is written down."""

    def __init__(self, changing: Changing, clock: Clock) -> None:
        self._changing = changing
        self._clock = clock

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A project that the actor runs, with its tasks."""
        action = await self._changing.find(actor, guild_id, action_id)
        require_tasks(action)
        return action

    async def add(
        self, actor: Actor, guild_id: int, action_id: int, tasks: Sequence[NewTask]
    ) -> Action:
        """Add tasks behind those that are there: all of them, or none where one is refused."""
        new = [_as_task(task) for task in tasks]
        if not new:
            raise Refusal("tasks.none_typed")

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            if len(action.parts.tasks) + len(new) > MOST_TASKS:
                there = len(action.parts.tasks)
                raise Refusal("tasks.too_many", limit=MOST_TASKS, room=MOST_TASKS - there)
            await queries.insert_tasks(conn, guild_id, action_id, new)

        return await self._change(actor, guild_id, action_id, change)

    async def edit(
        self, actor: Actor, guild_id: int, action_id: int, task_id: int, task: NewTask
    ) -> Action:
        """Give a task another name and deadline; who has it keeps it."""
        new = replace(_as_task(task), task_id=task_id)

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            task_of(action, task_id)
            await queries.write_task(conn, guild_id, action_id, new)

        return await self._change(actor, guild_id, action_id, change)

    async def remove(
        self, actor: Actor, guild_id: int, action_id: int, task_id: int, *, claimed: bool = False
    ) -> Action:
        """Remove a task that is not done; one that somebody has, only where `claimed` is meant."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            task = task_of(action, task_id)
            if task.state is TaskState.DONE:
                raise Refusal("tasks.remove_done", task=task.title)
            if task.state is TaskState.CLAIMED and not claimed:
                raise Refusal("tasks.remove_claimed", task=task.title)
            await queries.delete_task(conn, guild_id, action_id, task_id)

        return await self._change(actor, guild_id, action_id, change)

    async def free(self, actor: Actor, guild_id: int, action_id: int, task_id: int) -> Action:
        """Take a task from somebody who has it and has not done it, so that others can."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_changeable(action)
            task = task_of(action, task_id)
            if task.state is TaskState.DONE:
                raise Refusal("tasks.free_done", task=task.title)
            await queries.give_task(conn, guild_id, action_id, task_id, None, self._clock.now())

        return await self._change(actor, guild_id, action_id, change)

    async def _change(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        change: Callable[[AsyncConnection, Action], Awaitable[None]],
    ) -> Action:
        done = Done(Act.PARTS_CHANGED, {"part": "tasks"})
        return await self._changing.change(actor, guild_id, action_id, change, done)

    def _require_changeable(self, action: Action) -> None:
        require_tasks(action)
        state = action.state_at(self._clock.now())
        if state in OVER:
            raise Refusal(f"refused.state.{state.value}", title=action.title)


async def move_tasks(conn: AsyncConnection, before: Action, after: Action, now: datetime) -> None:
    """Have the deadlines of an action's tasks follow its new time, as its shifts do.

    They move along where start and end move alike, be it only by the clocks on the wall, and
    stay where they are otherwise.
    """
    zone = after.starts.zone
    by = _on_the_wall(after.starts_at, zone) - _on_the_wall(before.starts_at, zone)
    alike = by == _on_the_wall(after.ends_at, zone) - _on_the_wall(before.ends_at, zone)
    if not by or not (alike or _length(before) == _length(after)):
        return
    tasks = await queries.list_tasks(conn, after.guild_id, after.action_id)
    for task in move_deadlines(tasks, by, now):
        await queries.write_task(conn, after.guild_id, after.action_id, task)


def _on_the_wall(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_info(zone)).replace(tzinfo=None)


def _length(action: Action) -> timedelta:
    return action.ends_at - action.starts_at


def _as_task(new: NewTask) -> Task:
    due = new.due
    return Task(
        task_id=0,
        title=read_task_title(new.title),
        due=None if due is None else due.wall,
        due_at=None if due is None else due.at,
    )
