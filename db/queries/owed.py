"""What an action owes by its plan: reading it, and taking single deliveries back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import has_delivery
from db.tables import action, delivery
from domain.actions import ActionState
from domain.deliveries import (
    STILL_OWED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
)
from domain.outbox import DROPPED
from domain.replanning import Owed

_UNSENT = (
    DeliveryState.PENDING,
    DeliveryState.CLAIMED,
    DeliveryState.FAILED,
    DeliveryState.ASKED,
)


async def list_owed(
    conn: AsyncConnection, guild_id: int, action_id: int, kinds: Collection[DeliveryKind]
) -> list[Owed]:
    """What an action has planned of these kinds and has not sent, what failed included.

    What repeats a message in a language channel is not planned: it follows from that message.
    """
    rows = await conn.execute(
        select(
            delivery.c.delivery_id,
            delivery.c.kind,
            delivery.c.due_at,
            delivery.c.offset_seconds,
            delivery.c.item_id,
            delivery.c.state,
        ).where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind.in_(kinds),
            delivery.c.state.in_(_UNSENT),
            delivery.c.copy_of.is_(None),
        )
    )
    return [
        Owed(
            row.delivery_id,
            PlannedDelivery(
                row.kind, row.due_at, timedelta(seconds=row.offset_seconds), row.item_id
            ),
            failed=row.state is DeliveryState.FAILED,
        )
        for row in rows
    ]


async def list_settled(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> set[PlannedDelivery]:
    """What organisers dropped, or had sent before its time: planned once more, it is not owed."""
    dropped = and_(delivery.c.state == DeliveryState.CANCELLED, delivery.c.error == DROPPED)
    sent = and_(delivery.c.state == DeliveryState.SENT, delivery.c.ordered_at.is_not(None))
    rows = await conn.execute(
        select(
            delivery.c.kind, delivery.c.due_at, delivery.c.offset_seconds, delivery.c.item_id
        ).where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            or_(dropped, sent),
            delivery.c.copy_of.is_(None),
        )
    )
    return {
        PlannedDelivery(row.kind, row.due_at, timedelta(seconds=row.offset_seconds), row.item_id)
        for row in rows
    }


async def is_left_out(
    conn: AsyncConnection, guild_id: int, action_id: int, kind: DeliveryKind
) -> bool:
    """Tell whether a kind of message was neither sent nor is owed nor failed: it was skipped."""
    there_is = (
        delivery.c.kind == kind,
        delivery.c.state.in_((*_UNSENT, DeliveryState.SENT)),
        delivery.c.copy_of.is_(None),
    )
    return not await has_delivery(conn, guild_id, action_id, *there_is)


async def was_sent(
    conn: AsyncConnection, guild_id: int, action_id: int, kind: DeliveryKind
) -> bool:
    """Tell whether a kind of message about an action was sent."""
    sent = delivery.c.kind == kind, delivery.c.state == DeliveryState.SENT
    return await has_delivery(conn, guild_id, action_id, *sent)


async def owes_another(conn: AsyncConnection, one: Delivery) -> bool:
    """Tell whether an action owes a further delivery of the same kind."""
    others = (
        delivery.c.kind == one.kind,
        delivery.c.delivery_id != one.delivery_id,
        delivery.c.state.in_(STILL_OWED),
        delivery.c.copy_of.is_(None),
    )
    return await has_delivery(conn, one.guild_id, one.action_id, *others)


async def owed_ever(
    conn: AsyncConnection, guild_id: int, action_id: int, kind: DeliveryKind
) -> bool:
    """Tell whether an action owes or owed a kind of message, whatever became of it."""
    return await has_delivery(conn, guild_id, action_id, delivery.c.kind == kind)


async def list_without(
    conn: AsyncConnection, kind: DeliveryKind, over_after: datetime
) -> list[tuple[int, int]]:
    """Server and action id of what was published and not cancelled, and never owed a kind.

    Left out is that whose time for logging was over by an instant.
    """
    never = ~exists().where(
        delivery.c.guild_id == action.c.guild_id,
        delivery.c.action_id == action.c.action_id,
        delivery.c.kind == kind,
    )
    rows = await conn.execute(
        select(action.c.guild_id, action.c.action_id).where(
            action.c.number.is_not(None),
            action.c.state != ActionState.CANCELLED,
            action.c.log_until > over_after,
            never,
        )
    )
    return [(row.guild_id, row.action_id) for row in rows]


async def take_back(conn: AsyncConnection, guild_id: int, delivery_ids: Collection[int]) -> None:
    """Owe these deliveries no more, as far as they have not been sent meanwhile."""
    if delivery_ids:
        await conn.execute(
            update(delivery)
            .where(
                delivery.c.guild_id == guild_id,
                delivery.c.delivery_id.in_(delivery_ids),
                delivery.c.state.in_(_UNSENT),
            )
            .values(state=DeliveryState.CANCELLED)
        )
