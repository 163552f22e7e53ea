"""Shifts: the blocks of an action, and who has taken which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.servers import next_id
from db.tables import shift, shift_event
from domain.shifts import Shift, ShiftEvent


async def list_shifts(conn: AsyncConnection, guild_id: int, action_id: int) -> tuple[Shift, ...]:
    """An action's shifts, the earliest first."""
    columns = shift.c
    rows = await conn.execute(
        select(
            columns.shift_id,
            columns.starts_at,
            columns.ends_at,
            columns.target,
            columns.title,
            columns.taken,
        )
        .where(columns.guild_id == guild_id, columns.action_id == action_id)
        .order_by(columns.starts_at, columns.shift_id)
    )
    return tuple(Shift(*row) for row in rows)


async def write_shift_events(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    events: Sequence[ShiftEvent],
    now: datetime,
) -> None:
    """Append changes to the shifts' history."""
    first_id = await next_id(conn, guild_id, len(events))
    await conn.execute(
        insert(shift_event),
        [
            {
                "guild_id": guild_id,
                "event_id": event_id,
                "action_id": action_id,
                "at": now,
                **vars(event),
            }
            for event_id, event in enumerate(events, first_id)
        ],
    )
