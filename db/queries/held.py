"""Deliveries that quiet hours hold up, and those that go out in one message when they are over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import delivery_from
from db.tables import delivery
from db.tables.deliveries import UNDONE
from domain.deliveries import IMPORTANCE, WAITS, Delivery, DeliveryState

_LEVELS = sorted({IMPORTANCE[kind] for kind in WAITS})


def _free(first: Delivery) -> ColumnElement[bool]:
    """Tell what is in no other message yet, as far as is known: that one is looked for first."""
    return or_(delivery.c.unsure_since.is_(None), delivery.c.sent_with == first.message_id)


async def hold_back(
    conn: AsyncConnection, guild_id: int, delivery_id: int, until: datetime
) -> None:
    """Have a claimed delivery wait; that was no attempt to send it."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id == delivery_id,
            delivery.c.state == DeliveryState.CLAIMED,
        )
        .values(
            state=DeliveryState.PENDING,
            try_at=until,
            attempts=delivery.c.attempts - 1,
        )
    )


async def release_held(conn: AsyncConnection, guild_id: int, now: datetime) -> None:
    """Have what waits for the end of quiet hours be looked at anew: they are others now."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.state == DeliveryState.PENDING,
            delivery.c.kind.in_(WAITS),
            delivery.c.error.is_(None),
            delivery.c.due_at <= now,
            delivery.c.try_at > now,
        )
        .values(try_at=now)
    )


async def list_held(conn: AsyncConnection, first: Delivery, now: datetime) -> list[Delivery]:
    """What else of a server may have waited and is due, or was to go out with a delivery."""
    rows = await conn.execute(
        select(delivery)
        .where(
            text(UNDONE),
            delivery.c.guild_id == first.guild_id,
            delivery.c.delivery_id != first.delivery_id,
            delivery.c.importance.in_(_LEVELS),
            delivery.c.kind.in_(WAITS),
            delivery.c.due_at <= now,
            _free(first),
            or_(
                delivery.c.try_at <= now,
                delivery.c.state == DeliveryState.CLAIMED,
                delivery.c.sent_with == first.message_id,
            ),
        )
        .order_by(delivery.c.importance, delivery.c.due_at, delivery.c.delivery_id)
    )
    return [delivery_from(row, attempts=row.attempts) for row in rows]


async def list_together(conn: AsyncConnection, first: Delivery) -> list[Delivery]:
    """What else is in the same message as a delivery, as far as that is not marked yet."""
    rows = await conn.execute(
        select(delivery)
        .where(
            text(UNDONE),
            delivery.c.guild_id == first.guild_id,
            delivery.c.delivery_id != first.delivery_id,
            delivery.c.sent_with == first.message_id,
        )
        .order_by(delivery.c.delivery_id)
    )
    return [delivery_from(row) for row in rows]


async def list_pinging(
    conn: AsyncConnection, guild_id: int, delivery_ids: Collection[int]
) -> set[int]:
    """The ids of those deliveries that ping a role, as was decided before they were sent.

    What repeats another message in a language channel has leave to.
    """
    ids = await conn.scalars(
        select(delivery.c.delivery_id).where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id.in_(delivery_ids),
            delivery.c.pinged == true(),
        )
    )
    return set(ids)


async def put_together(
    conn: AsyncConnection, first: Delivery, delivery_ids: Collection[int], lease_until: datetime
) -> set[int]:
    """Claim what goes out in one message; returns the ids of what is still owed of it.

    What was to go out with it in an attempt before, and does not now, is by itself again.
    """
    of_server = (delivery.c.guild_id == first.guild_id, text(UNDONE))
    await conn.execute(
        update(delivery)
        .where(
            *of_server,
            delivery.c.sent_with == first.message_id,
            delivery.c.delivery_id.not_in(delivery_ids),
        )
        .values(sent_with=None, unsure_since=None)
    )
    claimed = await conn.scalars(
        update(delivery)
        .where(
            *of_server,
            delivery.c.delivery_id.in_(delivery_ids),
            or_(delivery.c.delivery_id == first.delivery_id, _free(first)),
        )
        .values(state=DeliveryState.CLAIMED, try_at=lease_until, sent_with=first.message_id)
        .returning(delivery.c.delivery_id)
    )
    return set(claimed)
