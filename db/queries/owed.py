"""What an action owes by its plan: reading it, and taking single deliveries back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import delivery
from domain.deliveries import DeliveryKind, DeliveryState, PlannedDelivery
from domain.replanning import Owed

_UNSENT = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.FAILED)


async def list_owed(
    conn: AsyncConnection, guild_id: int, action_id: int, kinds: Collection[DeliveryKind]
) -> list[Owed]:
    """What an action has planned of these kinds and has not sent, what failed included."""
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
