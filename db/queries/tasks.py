"""Tasks: what a project consists of, and who does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.servers import next_id
from db.tables import participant, task
from domain.tasks import Task
from domain.walls import Wall

_TASKS = select(task, participant.c.user_id, participant.c.hides_choices).join_from(
    task,
    participant,
    and_(
        participant.c.guild_id == task.c.guild_id,
        participant.c.participant_id == task.c.claimed_by,
    ),
    isouter=True,
)


def _task_from(row: Any) -> Task:
    due = None if row.due_wall is None else Wall(row.due_wall, row.due_zone, row.due_fold)
    return Task(
        task_id=row.task_id,
        title=row.title,
        due=due,
        due_at=row.due_at,
        claimed_by=row.user_id,
        claimed_at=row.claimed_at,
        contribution_id=row.contribution_id,
        unnamed=bool(row.hides_choices),
    )


async def list_tasks(conn: AsyncConnection, guild_id: int, action_id: int) -> tuple[Task, ...]:
    """A project's tasks in the order in which they were written down."""
    rows = await conn.execute(
        _TASKS.where(task.c.guild_id == guild_id, task.c.action_id == action_id).order_by(
            task.c.task_id
        )
    )
    return tuple(_task_from(row) for row in rows)


async def insert_tasks(
    conn: AsyncConnection, guild_id: int, action_id: int, tasks: Sequence[Task]
) -> None:
    """Store tasks that nobody has claimed yet, under new ids in their order."""
    if not tasks:
        return
    first_id = await next_id(conn, guild_id, len(tasks))
    await conn.execute(
        insert(task),
        [
            {
                "guild_id": guild_id,
                "task_id": task_id,
                "action_id": action_id,
                "title": value.title,
                "due_wall": value.due.time if value.due else None,
                "due_zone": value.due.zone if value.due else None,
                "due_fold": value.due.fold if value.due else None,
                "due_at": value.due_at,
            }
            for task_id, value in enumerate(tasks, first_id)
        ],
    )


async def load_task(
    conn: AsyncConnection, guild_id: int, action_id: int, task_id: int
) -> Task | None:
    """One task of a project; None where the action has no such task."""
    rows = await conn.execute(_TASKS.where(_is(guild_id, action_id, task_id)))
    row = rows.one_or_none()
    return None if row is None else _task_from(row)


async def write_task(conn: AsyncConnection, guild_id: int, action_id: int, value: Task) -> None:
    """Overwrite what a task is and by when it is due; the caller has locked the action."""
    await _set(
        conn,
        _is(guild_id, action_id, value.task_id),
        title=value.title,
        due_wall=value.due.time if value.due else None,
        due_zone=value.due.zone if value.due else None,
        due_fold=value.due.fold if value.due else None,
        due_at=value.due_at,
    )


async def give_task(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    task_id: int,
    participant_id: int | None,
    now: datetime,
) -> None:
    """Let a participant have a task, or nobody; the caller has locked the action."""
    where = _is(guild_id, action_id, task_id)
    claimed_at = None if participant_id is None else now
    await _set(conn, where, claimed_by=participant_id, claimed_at=claimed_at)


async def free_tasks(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> None:
    """Free what a participant has and has not done; the caller has locked the action."""
    theirs = and_(
        task.c.guild_id == guild_id,
        task.c.action_id == action_id,
        task.c.claimed_by == participant_id,
        task.c.contribution_id.is_(None),
    )
    await _set(conn, theirs, claimed_by=None, claimed_at=None)


async def finish_task(
    conn: AsyncConnection, guild_id: int, action_id: int, task_id: int, contribution_id: int
) -> None:
    """Mark a task as done by the ledger's entry; the caller has locked the action."""
    await _set(conn, _is(guild_id, action_id, task_id), contribution_id=contribution_id)


async def reopen_task(
    conn: AsyncConnection, guild_id: int, action_id: int, contribution_id: int
) -> None:
    """Mark the task that an entry marked as done as not done, if there is any."""
    done_by = and_(
        task.c.guild_id == guild_id,
        task.c.action_id == action_id,
        task.c.contribution_id == contribution_id,
    )
    await _set(conn, done_by, contribution_id=None)


async def delete_task(conn: AsyncConnection, guild_id: int, action_id: int, task_id: int) -> None:
    await conn.execute(delete(task).where(_is(guild_id, action_id, task_id)))


def _is(guild_id: int, action_id: int, task_id: int) -> ColumnElement[bool]:
    return and_(
        task.c.guild_id == guild_id, task.c.action_id == action_id, task.c.task_id == task_id
    )


async def _set(conn: AsyncConnection, where: ColumnElement[bool], **values: Any) -> None:
    await conn.execute(update(task).where(where).values(**values))
