"""Deliveries that could not be sent: whether there are any, and owing them again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import has_delivery
from db.tables import delivery
from domain.deliveries import TELLS_ORGANISERS, DeliveryKind, DeliveryState


async def revive_failed(
    conn: AsyncConnection, guild_id: int, now: datetime, *, action_id: int | None = None
) -> int:
    """Owe the failed deliveries of a server, or of one action, again at once; returns how many."""
    failed = [delivery.c.guild_id == guild_id, delivery.c.state == DeliveryState.FAILED]
    if action_id is not None:
        failed.append(delivery.c.action_id == action_id)
    revived = await conn.execute(
        update(delivery).where(*failed).values(state=DeliveryState.PENDING, try_at=now, attempts=0)
    )
    return revived.rowcount


async def cancel_failed(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    kind: DeliveryKind,
    *,
    language: str = "",
) -> None:
    """Owe no more what an action failed to send of a kind in a language channel."""
    await cancel_failed_of(conn, guild_id, [action_id], kind, language=language)


async def cancel_failed_of(
    conn: AsyncConnection,
    guild_id: int,
    action_ids: Collection[int],
    kind: DeliveryKind,
    *,
    language: str = "",
) -> None:
    """Owe no more what these actions failed to send of a kind in a language channel."""
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.action_id.in_(action_ids),
            delivery.c.kind == kind,
            delivery.c.language == language,
            delivery.c.state == DeliveryState.FAILED,
        )
        .values(state=DeliveryState.CANCELLED)
    )


async def has_failed(conn: AsyncConnection, guild_id: int, action_id: int) -> bool:
    """Tell whether something about an action could not be sent, notices apart."""
    return await has_delivery(
        conn,
        guild_id,
        action_id,
        delivery.c.kind.not_in(TELLS_ORGANISERS),
        delivery.c.state == DeliveryState.FAILED,
    )


async def sent_since(
    conn: AsyncConnection, guild_id: int, action_id: int, instant: datetime
) -> bool:
    """Tell whether something about an action was sent after an instant, notices apart."""
    return await has_delivery(
        conn,
        guild_id,
        action_id,
        delivery.c.kind.not_in(TELLS_ORGANISERS),
        delivery.c.state == DeliveryState.SENT,
        delivery.c.message_id.is_not(None),  # what only has something done is no message
        delivery.c.sent_at > instant,
    )
