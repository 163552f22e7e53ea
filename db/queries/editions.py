"""Editions of published tallies: append and read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import edition, spot_check
from domain.editions import Edition


async def insert_edition(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    value: Edition,
    participant_id: int | None = None,
) -> None:
    """Append an edition by a participant, or by time; a second one of its number raises."""
    await conn.execute(
        insert(edition).values(
            guild_id=guild_id,
            action_id=action_id,
            participant_id=participant_id,
            number=value.number,
            cut_off=value.cut_off,
            at=value.at,
            numbers=dict(value.numbers),
            reason=value.reason,
        )
    )


async def list_editions(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> tuple[Edition, ...]:
    """What was published of an action, the oldest first."""
    rows = await conn.execute(
        select(edition)
        .where(edition.c.guild_id == guild_id, edition.c.action_id == action_id)
        .order_by(edition.c.number)
    )
    return tuple(Edition(row.number, row.cut_off, row.at, row.numbers, row.reason) for row in rows)


async def settled_until(conn: AsyncConnection, guild_id: int, action_id: int) -> datetime | None:
    """The last instant as of which an action's tally was published, or a sample of it drawn."""
    published = (
        select(func.max(edition.c.cut_off))
        .where(edition.c.guild_id == guild_id, edition.c.action_id == action_id)
        .scalar_subquery()
    )
    drawn = (
        select(func.max(spot_check.c.at))
        .where(spot_check.c.guild_id == guild_id, spot_check.c.action_id == action_id)
        .scalar_subquery()
    )
    row = (await conn.execute(select(published, drawn))).one()
    return max((at for at in row if at is not None), default=None)
