"""Deliveries: the messages that the bot owes, from planned to sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import delivery
from domain.deliveries import (
    IMPORTANCE,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
    Post,
)

_UNDONE = (DeliveryState.PENDING, DeliveryState.CLAIMED)


@dataclass(frozen=True)
class DeliveryRecord:
    """A delivery with what has become of it."""

    delivery: Delivery
    state: DeliveryState
    try_at: datetime
    error: str | None
    post: Post | None
    sent_at: datetime | None


def _delivery_from(row: Any, *, attempts: int) -> Delivery:
    return Delivery(
        guild_id=row.guild_id,
        delivery_id=row.delivery_id,
        action_id=row.action_id,
        kind=row.kind,
        due_at=row.due_at,
        attempts=attempts,
        participant_id=row.participant_id,
        item_id=row.item_id,
    )


def _record_from(row: Any) -> DeliveryRecord:
    return DeliveryRecord(
        delivery=_delivery_from(row, attempts=row.attempts),
        state=row.state,
        try_at=row.try_at,
        error=row.error,
        post=Post(row.channel_id, row.message_id) if row.message_id is not None else None,
        sent_at=row.sent_at,
    )


async def insert_deliveries(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    planned: Sequence[PlannedDelivery],
    *,
    first_id: int,
    now: datetime,
    participant_id: int | None = None,
) -> None:
    """Store planned deliveries under consecutive ids; `participant_id` is who they address."""
    if not planned:
        return
    await conn.execute(
        insert(delivery),
        [
            {
                "guild_id": guild_id,
                "delivery_id": delivery_id,
                "action_id": action_id,
                "kind": plan.kind,
                "state": DeliveryState.PENDING,
                "importance": IMPORTANCE[plan.kind],
                "due_at": plan.due_at,
                "try_at": plan.due_at,
                "offset_seconds": int(plan.offset.total_seconds()),
                "participant_id": participant_id,
                "item_id": plan.item_id,
                "created_at": now,
            }
            for delivery_id, plan in enumerate(planned, first_id)
        ],
    )


_CLAIM = (
    update(delivery)
    .where(
        delivery.c.guild_id == bindparam("of_guild"),
        delivery.c.delivery_id == bindparam("of_delivery"),
    )
    .values(
        state=DeliveryState.CLAIMED,
        try_at=bindparam("lease_until"),
        attempts=delivery.c.attempts + 1,
    )
)


async def claim_due(
    conn: AsyncConnection, now: datetime, lease_until: datetime, limit: int
) -> list[Delivery]:
    """Take up to `limit` deliveries that are due, the most important and then the oldest first.

    They belong to the caller until `lease_until`; `attempts` counts this one. Rows whose lease
    has run out are taken again. On PostgreSQL rows that another process is taking are skipped.
    """
    rows = (
        await conn.execute(
            select(delivery)
            .where(delivery.c.state.in_(_UNDONE), delivery.c.try_at <= now)
            .order_by(
                delivery.c.importance,
                delivery.c.try_at,
                delivery.c.guild_id,
                delivery.c.delivery_id,
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if rows:
        await conn.execute(
            _CLAIM,
            [
                {
                    "of_guild": row.guild_id,
                    "of_delivery": row.delivery_id,
                    "lease_until": lease_until,
                }
                for row in rows
            ],
        )
    return [_delivery_from(row, attempts=row.attempts + 1) for row in rows]


async def _change(conn: AsyncConnection, guild_id: int, delivery_id: int, **values: object) -> None:
    """Change a delivery that is neither sent nor failed nor cancelled yet."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id == delivery_id,
            delivery.c.state.in_(_UNDONE),
        )
        .values(**values)
    )


async def mark_sent(
    conn: AsyncConnection, guild_id: int, delivery_id: int, post: Post | None, now: datetime
) -> None:
    """Record that a delivery is done, and the message by which it was."""
    await _change(
        conn,
        guild_id,
        delivery_id,
        state=DeliveryState.SENT,
        error=None,
        channel_id=post.channel_id if post else None,
        message_id=post.message_id if post else None,
        sent_at=now,
    )


async def mark_failed(conn: AsyncConnection, guild_id: int, delivery_id: int, reason: str) -> None:
    """Give a delivery up, for a reason of one word."""
    await _change(conn, guild_id, delivery_id, state=DeliveryState.FAILED, error=reason)


async def mark_skipped(conn: AsyncConnection, guild_id: int, delivery_id: int) -> None:
    """Let a delivery be that would help nobody any more."""
    await _change(conn, guild_id, delivery_id, state=DeliveryState.SKIPPED, error=None)


async def cancel_undone(
    conn: AsyncConnection, guild_id: int, action_id: int, kinds: Collection[DeliveryKind]
) -> None:
    """Take back what an action owes of these kinds and has not sent yet."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind.in_(kinds),
            delivery.c.state.in_(_UNDONE),
        )
        .values(state=DeliveryState.CANCELLED)
    )


async def bring_forward(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    kinds: Collection[DeliveryKind],
    now: datetime,
) -> None:
    """Have what an action owes of these kinds later be due now."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind.in_(kinds),
            delivery.c.state == DeliveryState.PENDING,
            delivery.c.due_at > now,
        )
        .values(due_at=now, try_at=now)
    )


async def list_posted(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    kinds: Collection[DeliveryKind],
    limit: int,
) -> list[DeliveryRecord]:
    """The messages about an action of these kinds that stand somewhere, the latest first."""
    rows = await conn.execute(
        select(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind.in_(kinds),
            delivery.c.state == DeliveryState.SENT,
            delivery.c.message_id.is_not(None),
        )
        .order_by(delivery.c.delivery_id.desc())
        .limit(limit)
    )
    return [_record_from(row) for row in rows]


async def is_owed(conn: AsyncConnection, guild_id: int, delivery_id: int) -> bool:
    """Tell whether a claimed delivery is still to be sent: it may have been taken back since."""
    state = await conn.execute(
        select(delivery.c.state).where(
            delivery.c.guild_id == guild_id, delivery.c.delivery_id == delivery_id
        )
    )
    return state.scalar_one_or_none() is DeliveryState.CLAIMED


async def is_on_its_way(
    conn: AsyncConnection, guild_id: int, action_id: int, kind: DeliveryKind
) -> bool:
    """Tell whether an action owes a delivery of the kind that is neither sent nor failed yet."""
    found = await conn.execute(
        select(delivery.c.delivery_id)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind == kind,
            delivery.c.state.in_(_UNDONE),
        )
        .limit(1)
    )
    return found.first() is not None


async def postpone(
    conn: AsyncConnection, guild_id: int, delivery_id: int, try_at: datetime, reason: str
) -> None:
    """Give a claimed delivery back, to be tried again from `try_at` on."""
    await _change(
        conn,
        guild_id,
        delivery_id,
        state=DeliveryState.PENDING,
        try_at=try_at,
        error=reason,
    )


def _earliest(state: DeliveryState) -> Any:
    return select(func.min(delivery.c.try_at)).where(delivery.c.state == state).scalar_subquery()


async def next_try(conn: AsyncConnection) -> datetime | None:
    """The earliest instant at which `claim_due` finds something; None if nothing is owed."""
    # One minimum a state: each is a single step in the index over (state, try_at).
    row = (await conn.execute(select(*(_earliest(state) for state in _UNDONE)))).one()
    return min((instant for instant in row if instant is not None), default=None)


async def list_deliveries(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> list[DeliveryRecord]:
    """Everything an action owes and owed, by due instant."""
    rows = await conn.execute(
        select(delivery)
        .where(delivery.c.guild_id == guild_id, delivery.c.action_id == action_id)
        .order_by(delivery.c.due_at, delivery.c.delivery_id)
    )
    return [_record_from(row) for row in rows]
