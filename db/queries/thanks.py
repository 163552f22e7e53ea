"""Thank-you roles: who is owed one, and giving up what can't be given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import delivery, participant, server_role
from db.tables.deliveries import UNDONE
from domain.deliveries import IMPORTANCE, DeliveryKind, DeliveryState
from domain.servers import RolePurpose


async def mark_thanked(
    conn: AsyncConnection, guild_id: int, participant_id: int, now: datetime
) -> bool:
    """Note that somebody is thanked; False if they were before, or there is no role for it."""
    has_role = exists().where(
        server_role.c.guild_id == guild_id, server_role.c.purpose == RolePurpose.THANKS
    )
    marked = await conn.execute(
        update(participant)
        .where(
            participant.c.guild_id == guild_id,
            participant.c.participant_id == participant_id,
            participant.c.thanked_at.is_(None),
            participant.c.user_id.is_not(None),
            has_role,
        )
        .values(thanked_at=now)
    )
    return bool(marked.rowcount)


async def forget_thanked(conn: AsyncConnection, guild_id: int, participant_id: int) -> None:
    """Have somebody thanked at the next occasion who could not be at this one."""
    await conn.execute(
        update(participant)
        .where(participant.c.guild_id == guild_id, participant.c.participant_id == participant_id)
        .values(thanked_at=None)
    )


async def fail_all(conn: AsyncConnection, guild_id: int, reason: str) -> None:
    """Give up every role that a server still owes, until what hinders it is mended."""
    await conn.execute(
        update(delivery)
        .where(
            text(UNDONE),
            delivery.c.importance == IMPORTANCE[DeliveryKind.THANKS],
            delivery.c.guild_id == guild_id,
            delivery.c.kind == DeliveryKind.THANKS,
        )
        .values(state=DeliveryState.FAILED, error=reason)
    )
