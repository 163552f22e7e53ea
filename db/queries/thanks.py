"""Thank-you roles: who is owed one, and giving up what can't be given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.servers import next_id
from db.tables import contributor, delivery, participant, server_role
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


async def owe_everybody(conn: AsyncConnection, guild_id: int, now: datetime) -> int:
    """Owe the role, which was chosen just now, to all of whom something is verified.

    It names the newest action in which that is so. Whoever waits for the role already gets just
    this one; what could not be given of another one is given up. Returns how many are owed it. The
    caller has locked the server.
    """
    of_server = (delivery.c.guild_id == guild_id, delivery.c.kind == DeliveryKind.THANKS)
    waiting = select(delivery.c.participant_id).where(
        text(UNDONE),
        delivery.c.importance == IMPORTANCE[DeliveryKind.THANKS],
        *of_server,
        delivery.c.participant_id.is_not(None),
    )
    verified = (
        select(
            participant.c.participant_id,
            func.max(contributor.c.action_id).label("action_id"),
        )
        .join(
            contributor,
            (contributor.c.guild_id == participant.c.guild_id)
            & (contributor.c.participant_id == participant.c.participant_id),
        )
        .where(
            participant.c.guild_id == guild_id,
            participant.c.user_id.is_not(None),
            contributor.c.verified_count > 0,
            participant.c.participant_id.not_in(waiting),
        )
        .group_by(participant.c.participant_id)
        .subquery()
    )
    failed = (*of_server, delivery.c.state == DeliveryState.FAILED)
    await conn.execute(update(delivery).where(*failed).values(state=DeliveryState.CANCELLED))
    count = await conn.scalar(select(func.count()).select_from(verified)) or 0
    if not count:
        return 0
    first_id = await next_id(conn, guild_id, count)
    values = {
        "guild_id": literal(guild_id),
        "delivery_id": literal(first_id - 1)
        + func.row_number().over(order_by=verified.c.participant_id),
        "action_id": verified.c.action_id,
        "participant_id": verified.c.participant_id,
        "kind": literal(DeliveryKind.THANKS, delivery.c.kind.type),
        "state": literal(DeliveryState.PENDING, delivery.c.state.type),
        "importance": literal(IMPORTANCE[DeliveryKind.THANKS]),
        "due_at": literal(now, delivery.c.due_at.type),
        "try_at": literal(now, delivery.c.try_at.type),
        "offset_seconds": literal(0),
        "created_at": literal(now, delivery.c.created_at.type),
    }
    # First, as nobody is found any more who waits for it.
    await conn.execute(
        update(participant)
        .where(
            participant.c.guild_id == guild_id,
            participant.c.thanked_at.is_(None),
            participant.c.participant_id.in_(select(verified.c.participant_id)),
        )
        .values(thanked_at=now)
    )
    await conn.execute(insert(delivery).from_select(list(values), select(*values.values())))
    return count


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
