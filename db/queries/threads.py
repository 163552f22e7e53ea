"""The threads at actions' cards."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import has_delivery
from db.tables import action, delivery
from domain.deliveries import DeliveryKind, DeliveryState


async def set_thread(conn: AsyncConnection, guild_id: int, action_id: int, thread_id: int) -> None:
    """Remember an action's thread."""
    await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(thread_id=thread_id)
    )


async def forget_thread(
    conn: AsyncConnection, guild_id: int, action_id: int, thread_id: int
) -> None:
    """Remember that an action has this thread no more; one made meanwhile stays."""
    await conn.execute(
        update(action)
        .where(
            action.c.guild_id == guild_id,
            action.c.action_id == action_id,
            action.c.thread_id == thread_id,
        )
        .values(thread_id=None)
    )


async def find_thread(conn: AsyncConnection, guild_id: int, thread_id: int) -> int | None:
    """The id of the action whose thread it is, if it is one's."""
    rows = await conn.execute(
        select(action.c.action_id).where(
            action.c.guild_id == guild_id, action.c.thread_id == thread_id
        )
    )
    return rows.scalars().first()


async def waits_for_name(
    conn: AsyncConnection, guild_id: int, action_id: int, thread_id: int
) -> bool:
    """Tell whether a thread is to be renamed that nobody has begun to rename."""
    such = (
        delivery.c.kind == DeliveryKind.THREAD,
        delivery.c.item_id == thread_id,
        delivery.c.state == DeliveryState.PENDING,
    )
    return await has_delivery(conn, guild_id, action_id, *such)
