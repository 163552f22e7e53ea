"""Milestones: which of an action's were announced, and at what total the next one is reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action, milestone
from db.upsert import insert_into


async def announced_marks(conn: AsyncConnection, guild_id: int, action_id: int) -> set[str]:
    """The milestones of an action that were announced, or passed by one that was."""
    rows = await conn.execute(
        select(milestone.c.mark).where(
            milestone.c.guild_id == guild_id, milestone.c.action_id == action_id
        )
    )
    return set(rows.scalars())


async def keep_marks(
    conn: AsyncConnection, guild_id: int, action_id: int, marks: Sequence[str], now: datetime
) -> None:
    """Note that milestones were announced; those that were before stay as they are."""
    row = insert_into(conn, milestone).on_conflict_do_nothing()
    key = {"guild_id": guild_id, "action_id": action_id, "reached_at": now}
    await conn.execute(row, [key | {"mark": mark} for mark in marks])


async def save_next_mark(
    conn: AsyncConnection, guild_id: int, action_id: int, amount: int | None
) -> None:
    """Write at what logged total an action's next milestone is reached; never where None."""
    await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(next_mark=amount)
    )
