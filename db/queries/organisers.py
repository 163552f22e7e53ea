"""Co-organisers: who may run one action beside its organiser."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action_organiser, participant
from db.upsert import insert_into


async def list_co_organisers(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> tuple[int, ...]:
    """The Discord user ids of an action's co-organisers, in the order in which they came."""
    rows = await conn.execute(
        select(participant.c.user_id)
        .join_from(
            action_organiser,
            participant,
            and_(
                participant.c.guild_id == action_organiser.c.guild_id,
                participant.c.participant_id == action_organiser.c.participant_id,
            ),
        )
        .where(
            action_organiser.c.guild_id == guild_id,
            action_organiser.c.action_id == action_id,
            participant.c.user_id.is_not(None),
        )
        .order_by(action_organiser.c.added_at, action_organiser.c.participant_id)
    )
    return tuple(rows.scalars())


async def add_co_organiser(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int, now: datetime
) -> None:
    """Let one more person run an action."""
    row = insert_into(conn, action_organiser).values(
        guild_id=guild_id, action_id=action_id, participant_id=participant_id, added_at=now
    )
    await conn.execute(row.on_conflict_do_nothing())


async def remove_co_organiser(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> None:
    """Let a person run an action no more."""
    await conn.execute(
        delete(action_organiser).where(
            action_organiser.c.guild_id == guild_id,
            action_organiser.c.action_id == action_id,
            action_organiser.c.participant_id == participant_id,
        )
    )
