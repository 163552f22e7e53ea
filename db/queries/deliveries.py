"""Deliveries: the messages that the bot owes, from planned to sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import delivery
from domain.deliveries import (
    IMPORTANCE,
    STILL_OWED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
    Post,
)


@dataclass(frozen=True)
class DeliveryRecord:
    """A delivery with what has become of it."""

    delivery: Delivery
    state: DeliveryState
    try_at: datetime
    error: str | None
    post: Post | None
    sent_at: datetime | None
    pinged: bool = False
    """It pings a role, or did; of what repeats another one and is not sent yet: it may."""


def delivery_from(row: Any, *, attempts: int | None = None) -> Delivery:
    """The delivery in a row of the table."""
    return Delivery(
        guild_id=row.guild_id,
        delivery_id=row.delivery_id,
        action_id=row.action_id,
        kind=row.kind,
        due_at=row.due_at,
        attempts=row.attempts if attempts is None else attempts,
        participant_id=row.participant_id,
        item_id=row.item_id,
        offset=timedelta(seconds=row.offset_seconds),
        unsure_since=row.unsure_since,
        ordered_at=row.ordered_at,
        sent_with=row.sent_with,
        language=row.language,
        copy_of=row.copy_of,
        may_ping=row.copy_of is None or row.pinged,
    )


def _record_from(row: Any) -> DeliveryRecord:
    return DeliveryRecord(
        delivery=delivery_from(row),
        state=row.state,
        try_at=row.try_at,
        error=row.error,
        post=Post(row.channel_id, row.message_id) if row.message_id is not None else None,
        sent_at=row.sent_at,
        pinged=row.pinged,
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
    of = {"action_id": action_id}
    rows = [planned_row(plan, participant_id) | of for plan in planned]
    await insert_rows(conn, guild_id, rows, first_id=first_id, now=now)


async def insert_for_each(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    plan: PlannedDelivery,
    participant_ids: Sequence[int],
    *,
    first_id: int,
    now: datetime,
) -> None:
    """Store a delivery for each of these people, under consecutive ids."""
    of = {"action_id": action_id}
    rows = [planned_row(plan, participant_id) | of for participant_id in participant_ids]
    await insert_rows(conn, guild_id, rows, first_id=first_id, now=now)


async def insert_rows(
    conn: AsyncConnection,
    guild_id: int,
    rows: Sequence[dict[str, Any]],
    *,
    first_id: int,
    now: datetime,
) -> None:
    """Store rows that are whole but for their ids, which are consecutive."""
    if not rows:
        return
    key = {"guild_id": guild_id, "created_at": now}
    numbered = [key | row | {"delivery_id": n} for n, row in enumerate(rows, first_id)]
    await conn.execute(insert(delivery), numbered)


async def insert_for_actions(
    conn: AsyncConnection,
    guild_id: int,
    planned: Mapping[int, PlannedDelivery],
    *,
    first_id: int,
    now: datetime,
) -> None:
    """Store a planned delivery of each of these actions, by action id."""
    rows = [planned_row(plan) | {"action_id": each} for each, plan in planned.items()]
    await insert_rows(conn, guild_id, rows, first_id=first_id, now=now)


def planned_row(plan: PlannedDelivery, participant_id: int | None = None) -> dict[str, Any]:
    """The row of a planned delivery but for its ids."""
    return {
        "kind": plan.kind,
        "state": DeliveryState.PENDING,
        "importance": IMPORTANCE[plan.kind],
        "due_at": plan.due_at,
        "try_at": plan.due_at,
        "offset_seconds": int(plan.offset.total_seconds()),
        "participant_id": participant_id,
        "item_id": plan.item_id,
    }


async def change_undone(
    conn: AsyncConnection, guild_id: int, delivery_id: int, **values: object
) -> None:
    """Change a delivery that is neither sent nor failed nor cancelled yet."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id == delivery_id,
            delivery.c.state.in_(STILL_OWED),
        )
        .values(**values)
    )


async def mark_sent(
    conn: AsyncConnection,
    guild_id: int,
    delivery_id: int,
    post: Post | None,
    now: datetime,
    *,
    pinged: bool | None = None,
) -> None:
    """Record that a delivery is done, and the message by which it was.

    A message that was taken back while it was on its way stands there all the same. `pinged`: it
    pinged a role; None leaves what was noted of that before it was sent.
    """
    done: dict[str, Any] = {"state": DeliveryState.SENT, "error": None, "sent_at": now}
    if pinged is not None:
        done["pinged"] = pinged
    if post is None:
        await change_undone(conn, guild_id, delivery_id, **done)
        return
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id == delivery_id,
            delivery.c.state.in_((*STILL_OWED, DeliveryState.CANCELLED)),
        )
        .values(**done, channel_id=post.channel_id, message_id=post.message_id)
    )


async def mark_failed(conn: AsyncConnection, guild_id: int, delivery_id: int, reason: str) -> None:
    """Give a delivery up, for a reason of one word."""
    await change_undone(conn, guild_id, delivery_id, state=DeliveryState.FAILED, error=reason)


async def mark_skipped(conn: AsyncConnection, guild_id: int, delivery_id: int) -> None:
    """Let a delivery be that would help nobody any more."""
    await change_undone(conn, guild_id, delivery_id, state=DeliveryState.SKIPPED, error=None)


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
            delivery.c.state.in_((*STILL_OWED, DeliveryState.ASKED)),
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
    *,
    language: str = "",
) -> list[DeliveryRecord]:
    """The messages about an action of these kinds that stand somewhere, the latest first.

    Those that went out with others in one message are left out, and those of other language
    channels than this one.
    """
    rows = await conn.execute(
        select(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind.in_(kinds),
            delivery.c.state == DeliveryState.SENT,
            delivery.c.message_id.is_not(None),
            delivery.c.sent_with.is_(None),
            delivery.c.language == language,
        )
        .order_by(delivery.c.delivery_id.desc())
        .limit(limit)
    )
    return [_record_from(row) for row in rows]


async def has_delivery(
    conn: AsyncConnection, guild_id: int, action_id: int, *such: ColumnElement[bool]
) -> bool:
    """Tell whether an action owes or owed any delivery of which all these conditions are true."""
    found = await conn.execute(
        select(delivery.c.delivery_id)
        .where(delivery.c.guild_id == guild_id, delivery.c.action_id == action_id, *such)
        .limit(1)
    )
    return found.first() is not None


async def is_on_its_way(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    kind: DeliveryKind,
    *,
    language: str = "",
) -> bool:
    """Tell whether an action owes a delivery of the kind that is neither sent nor failed yet.

    In a language channel, if one is given.
    """
    undone = (
        delivery.c.kind == kind,
        delivery.c.language == language,
        delivery.c.state.in_(STILL_OWED),
    )
    return await has_delivery(conn, guild_id, action_id, *undone)


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
