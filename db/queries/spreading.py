"""What goes to language channels: deliveries that repeat others there, and cards of their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import insert_rows, planned_row
from db.tables import delivery
from db.upsert import insert_into
from domain.deliveries import (
    IMPORTANCE,
    STILL_OWED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
)
from domain.outbox import DROPPED


async def copy_into(
    conn: AsyncConnection,
    one: Delivery,
    languages: Collection[str],
    *,
    first_id: int,
    now: datetime,
    may_ping: bool,
) -> None:
    """Owe a delivery once more in each of these language channels; nothing where it is already.

    `may_ping`: the day's cap leaves room for it, whoever it pings there.
    """
    rows = [
        {
            "guild_id": one.guild_id,
            "action_id": one.action_id,
            "delivery_id": delivery_id,
            "kind": one.kind,
            "state": DeliveryState.PENDING,
            "importance": IMPORTANCE[one.kind],
            "due_at": one.due_at,
            "try_at": now,
            "offset_seconds": int(one.offset.total_seconds()),
            "item_id": one.item_id,
            "ordered_at": one.ordered_at,
            "created_at": now,
            "language": language,
            "copy_of": one.delivery_id,
            "pinged": may_ping,
        }
        for delivery_id, language in enumerate(languages, first_id)
    ]
    if rows:
        new = insert_into(conn, delivery)
        # What was taken back by a pause is owed again with the message that it repeats.
        again = new.on_conflict_do_update(
            index_elements=["guild_id", "copy_of", "language"],
            set_={
                "state": DeliveryState.PENDING,
                "try_at": new.excluded.try_at,
                "pinged": new.excluded.pinged,
            },
            where=and_(
                delivery.c.state == DeliveryState.CANCELLED,
                delivery.c.error.is_distinct_from(DROPPED),
            ),
        )
        await conn.execute(again, rows)


async def insert_cards(
    conn: AsyncConnection,
    guild_id: int,
    action_ids: Collection[int],
    language: str,
    *,
    first_id: int,
    now: datetime,
) -> None:
    """Owe the cards of these actions in one language channel alone, after all else that is due."""
    row = planned_row(PlannedDelivery(DeliveryKind.CARD, now))
    row |= {"importance": IMPORTANCE[DeliveryKind.NOTICE], "language": language}
    rows = [row | {"action_id": action_id} for action_id in action_ids]
    await insert_rows(conn, guild_id, rows, first_id=first_id, now=now)


async def list_cards_to_come(
    conn: AsyncConnection, guild_id: int, action_ids: Collection[int]
) -> set[tuple[int, str]]:
    """The cards of these actions, by action id and language channel, that are on their way."""
    rows = await conn.execute(
        select(delivery.c.action_id, delivery.c.language).where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id.in_(action_ids),
            delivery.c.kind == DeliveryKind.CARD,
            delivery.c.state.in_(STILL_OWED),
        )
    )
    return {(row.action_id, row.language) for row in rows}


async def list_left_off(conn: AsyncConnection, guild_id: int, action_id: int) -> set[str]:
    """The language channels where an action's card could not be posted, or organisers dropped it.

    They are told of the former, and have it tried again.
    """
    dropped = and_(delivery.c.state == DeliveryState.CANCELLED, delivery.c.error == DROPPED)
    found = await conn.scalars(
        select(delivery.c.language).where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id == action_id,
            delivery.c.kind == DeliveryKind.CARD,
            or_(delivery.c.state == DeliveryState.FAILED, dropped),
        )
    )
    return set(found)
