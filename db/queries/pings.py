"""Counting the pings of roles that a server has sent on a day, and those that it still owes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action, delivery
from db.tables.deliveries import UNDONE
from domain.deliveries import IMPORTANCE, DeliveryKind
from domain.kinds import Kind, rules
from domain.pings import ALWAYS_PING


async def count_pings(
    conn: AsyncConnection, guild_id: int, since: datetime, *, but_not: Collection[int] = ()
) -> int:
    """How many messages have pinged a role since an instant, those on their way among them.

    One that went to several language channels counts once: it pinged other people in each.
    """
    counted = await conn.scalar(
        select(func.count())
        .select_from(delivery)
        .where(
            text("pinged"),
            delivery.c.guild_id == guild_id,
            delivery.c.copy_of.is_(None),
            or_(
                delivery.c.sent_at >= since,
                and_(delivery.c.sent_at.is_(None), text(UNDONE)),
            ),
            delivery.c.delivery_id.not_in(but_not),
        )
    )
    return counted or 0


async def count_moments(conn: AsyncConnection, guild_id: int, until: datetime) -> int:
    """How many moments, and reveals, that ping a role a server still owes before an instant."""
    pings = exists().where(
        action.c.guild_id == delivery.c.guild_id,
        action.c.action_id == delivery.c.action_id,
        action.c.grants_role == true(),
        action.c.kind.not_in([kind for kind in Kind if rules(kind).reminds_of_end]),
    )
    counted = await conn.scalar(
        select(func.count())
        .select_from(delivery)
        .where(
            text(UNDONE),
            text("NOT pinged"),
            delivery.c.guild_id == guild_id,
            delivery.c.importance == IMPORTANCE[DeliveryKind.MOMENT],
            delivery.c.kind.in_(ALWAYS_PING),
            delivery.c.copy_of.is_(None),
            delivery.c.try_at < until,
            pings,
        )
    )
    return counted or 0
