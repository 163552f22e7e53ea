"""The messages that are owed as organisers see them: looking, and taking decisions about one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from, helped_by
from db.queries.deliveries import has_delivery
from db.tables import action, delivery
from db.types import Instant
from domain.deliveries import STILL_OWED, Delivery, DeliveryKind, DeliveryState, Post
from domain.outbox import (
    DROPPED,
    HIDDEN,
    MISSED,
    MISSED_TOLD,
    SHOWN_IF_FAILED,
    Entry,
    Shelf,
)
from domain.owed_messages import Missed

_JOIN = delivery.join(
    ACTION_JOIN,
    and_(
        action.c.guild_id == delivery.c.guild_id,
        action.c.action_id == delivery.c.action_id,
    ),
)
_COLUMNS = (
    *(column.label(f"delivery_{column.name}") for column in delivery.c),
    *ACTION_COLUMNS,
)


def _entry_from(row: Any) -> Entry:
    return Entry(
        Delivery(
            guild_id=row.delivery_guild_id,
            delivery_id=row.delivery_delivery_id,
            action_id=row.delivery_action_id,
            kind=row.delivery_kind,
            due_at=row.delivery_due_at,
            attempts=row.delivery_attempts,
            participant_id=row.delivery_participant_id,
            item_id=row.delivery_item_id,
            offset=timedelta(seconds=row.delivery_offset_seconds),
            unsure_since=row.delivery_unsure_since,
            ordered_at=row.delivery_ordered_at,
            language=row.delivery_language,
            copy_of=row.delivery_copy_of,
        ),
        action_from(row),
        row.delivery_state,
        row.delivery_try_at,
        row.delivery_error,
        None
        if row.delivery_message_id is None
        else Post(row.delivery_channel_id, row.delivery_message_id),
        row.delivery_sent_at,
    )


# ---- What was missed


async def mark_missed(conn: AsyncConnection, guild_id: int, delivery_id: int) -> bool:
    """Skip a delivery that came too late; False if it is owed no more."""
    values = {"state": DeliveryState.SKIPPED, "error": MISSED}
    return await _move(conn, guild_id, delivery_id, STILL_OWED, **values)


async def mark_asked(conn: AsyncConnection, guild_id: int, delivery_id: int) -> bool:
    """Leave a delivery to its organisers' answer; False if it is owed no more."""
    return await _move(conn, guild_id, delivery_id, STILL_OWED, state=DeliveryState.ASKED)


async def tells_soon(conn: AsyncConnection, guild_id: int) -> bool:
    """Tell whether a message is owed in a server that will list what was missed there."""
    found = await conn.execute(
        select(delivery.c.delivery_id)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.kind == DeliveryKind.MISSED,
            delivery.c.state == DeliveryState.PENDING,
        )
        .limit(1)
    )
    return found.first() is not None


async def list_missed(conn: AsyncConnection, guild_id: int) -> list[Missed]:
    """What was missed in a server and its organisers were not told of yet, the earliest first."""
    rows = await conn.execute(
        select(*_COLUMNS)
        .select_from(_JOIN)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.state == DeliveryState.SKIPPED,
            delivery.c.error == MISSED,
        )
        .order_by(delivery.c.due_at, delivery.c.delivery_id)
    )
    return [
        Missed(row.delivery_delivery_id, row.delivery_kind, row.delivery_due_at, action_from(row))
        for row in rows
    ]


async def mark_told(conn: AsyncConnection, guild_id: int, delivery_ids: Collection[int]) -> None:
    """Remember that organisers were told of what was missed."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id.in_(delivery_ids),
            delivery.c.error == MISSED,
        )
        .values(error=MISSED_TOLD)
    )


async def is_superseded(conn: AsyncConnection, owed: Delivery, now: datetime) -> bool:
    """Tell whether a later delivery of the same kind and action is due too, or was sent."""
    return await has_delivery(
        conn,
        owed.guild_id,
        owed.action_id,
        delivery.c.kind == owed.kind,
        delivery.c.state.in_((*STILL_OWED, DeliveryState.SENT)),
        delivery.c.due_at > owed.due_at,
        delivery.c.due_at <= now,
    )


async def has_asked(conn: AsyncConnection, guild_id: int, action_id: int) -> bool:
    """Tell whether an action's organisers have yet to say what becomes of its moment."""
    return await has_delivery(conn, guild_id, action_id, delivery.c.state == DeliveryState.ASKED)


# ---- Deciding about one


async def order(
    conn: AsyncConnection,
    guild_id: int,
    delivery_id: int,
    state: DeliveryState,
    ordered_at: datetime | None,
    now: datetime,
) -> bool:
    """Owe a delivery at once, by order; False if it is not any more as it was when it was read."""
    return await _move(
        conn,
        guild_id,
        delivery_id,
        (state,),
        delivery.c.ordered_at.is_not_distinct_from(literal(ordered_at, Instant())),
        state=DeliveryState.PENDING,
        try_at=now,
        ordered_at=now,
        attempts=0,
        error=None,
    )


async def drop(
    conn: AsyncConnection, guild_id: int, delivery_id: int, state: DeliveryState
) -> bool:
    """Take a delivery back by order; False if it is not in that state any more."""
    values = {"state": DeliveryState.CANCELLED, "error": DROPPED}
    return await _move(conn, guild_id, delivery_id, (state,), **values)


async def mark_done_by_hand(
    conn: AsyncConnection, guild_id: int, delivery_id: int, now: datetime
) -> bool:
    """Note that somebody did what a delivery was for; False if nobody is asked any more."""
    values = {"state": DeliveryState.SENT, "sent_at": now, "error": None}
    return await _move(conn, guild_id, delivery_id, (DeliveryState.ASKED,), **values)


async def _move(
    conn: AsyncConnection,
    guild_id: int,
    delivery_id: int,
    states: Collection[DeliveryState],
    *further: ColumnElement[bool],
    **values: Any,
) -> bool:
    moved = await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id == delivery_id,
            delivery.c.state.in_(states),
            *further,
        )
        .values(**values)
    )
    return bool(moved.rowcount)


# ---- Looking


async def load_entry(conn: AsyncConnection, guild_id: int, delivery_id: int) -> Entry | None:
    """One delivery of a server, and its action."""
    rows = await conn.execute(
        select(*_COLUMNS)
        .select_from(_JOIN)
        .where(delivery.c.guild_id == guild_id, delivery.c.delivery_id == delivery_id)
    )
    row = rows.one_or_none()
    return None if row is None else _entry_from(row)


async def list_entries(
    conn: AsyncConnection,
    guild_id: int,
    shelf: Shelf,
    *,
    action_id: int | None = None,
    runner_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> list[Entry]:
    """What is on a shelf, of a server or of one action: what comes by when, the rest backwards.

    `runner_id` is a participant who organises the actions, alone or with others.
    """
    wanted = [
        delivery.c.guild_id == guild_id,
        delivery.c.kind.not_in(HIDDEN),
        or_(
            delivery.c.kind.not_in(SHOWN_IF_FAILED),
            delivery.c.state == DeliveryState.FAILED,
        ),
        _on(shelf),
    ]
    if action_id is not None:
        wanted.append(delivery.c.action_id == action_id)
    if runner_id is not None:
        wanted.append(or_(action.c.organiser_id == runner_id, helped_by(runner_id)))
    rows = await conn.execute(
        select(*_COLUMNS)
        .select_from(_JOIN)
        .where(*wanted)
        .order_by(*_ORDER[shelf])
        .limit(limit)
        .offset(offset)
    )
    return [_entry_from(row) for row in rows]


_ORDER: dict[Shelf, tuple[Any, ...]] = {
    Shelf.COMING: (delivery.c.due_at, delivery.c.delivery_id),
    Shelf.SENT: (delivery.c.sent_at.desc(), delivery.c.delivery_id.desc()),
    Shelf.PROBLEMS: (delivery.c.due_at.desc(), delivery.c.delivery_id.desc()),
}


def _on(shelf: Shelf) -> ColumnElement[bool]:
    match shelf:
        case Shelf.COMING:
            return delivery.c.state.in_(STILL_OWED)
        case Shelf.SENT:
            return delivery.c.state == DeliveryState.SENT
        case Shelf.PROBLEMS:
            let_be = (DeliveryState.FAILED, DeliveryState.SKIPPED, DeliveryState.ASKED)
            return or_(delivery.c.state.in_(let_be), delivery.c.error == DROPPED)
