"""Tasks: what a project consists of, and who does it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import participant, task
from domain.tasks import Task
from domain.walls import Wall

_TASKS = select(task, participant.c.user_id).join_from(
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
    )


async def list_tasks(conn: AsyncConnection, guild_id: int, action_id: int) -> tuple[Task, ...]:
    """A project's tasks in the order in which they were written down."""
    rows = await conn.execute(
        _TASKS.where(task.c.guild_id == guild_id, task.c.action_id == action_id).order_by(
            task.c.task_id
        )
    )
    return tuple(_task_from(row) for row in rows)
