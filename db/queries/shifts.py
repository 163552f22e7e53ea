"""Shifts: the blocks of an action, and the history of who had which."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
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


async def insert_shifts(
    conn: AsyncConnection, guild_id: int, action_id: int, shifts: Sequence[Shift]
) -> None:
    """Store shifts that nobody has taken yet, under new ids in their order."""
    if not shifts:
        return
    first_id = await next_id(conn, guild_id, len(shifts))
    await conn.execute(
        insert(shift),
        [
            {
                "guild_id": guild_id,
                "shift_id": shift_id,
                "action_id": action_id,
                "starts_at": value.starts_at,
                "ends_at": value.ends_at,
                "target": value.target,
                "title": value.title,
            }
            for shift_id, value in enumerate(shifts, first_id)
        ],
    )


_UPDATE = (
    update(shift)
    .where(
        shift.c.guild_id == bindparam("of_guild"),
        shift.c.shift_id == bindparam("of_shift"),
    )
    .values(
        starts_at=bindparam("new_start"),
        ends_at=bindparam("new_end"),
        target=bindparam("new_target"),
    )
)


async def update_shifts(conn: AsyncConnection, guild_id: int, shifts: Sequence[Shift]) -> None:
    """Overwrite the times and targets of shifts."""
    if shifts:
        await conn.execute(
            _UPDATE,
            [
                {
                    "of_guild": guild_id,
                    "of_shift": value.shift_id,
                    "new_start": value.starts_at,
                    "new_end": value.ends_at,
                    "new_target": value.target,
                }
                for value in shifts
            ],
        )


async def delete_shifts(
    conn: AsyncConnection, guild_id: int, action_id: int, shift_ids: Collection[int]
) -> None:
    """Delete shifts of an action, with who has them."""
    await conn.execute(
        delete(shift).where(
            shift.c.guild_id == guild_id,
            shift.c.action_id == action_id,
            shift.c.shift_id.in_(shift_ids),
        )
    )


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
