"""What is done about messages whose time has passed: organisers are told, or asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import outbox
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.lateness import MISSED_TOGETHER
from domain.owed_messages import Missed
from domain.servers import Server
from services.notices import tell_organisers
from services.planning import owe


async def skip_missed(conn: AsyncConnection, delivery: Delivery, now: datetime) -> None:
    """Skip what came too late, and owe its server one message that lists everything missed."""
    if not await outbox.mark_missed(conn, delivery.guild_id, delivery.delivery_id):
        return
    if not await outbox.tells_soon(conn, delivery.guild_id):
        telling = PlannedDelivery(DeliveryKind.MISSED, now + MISSED_TOGETHER)
        await owe(conn, delivery.guild_id, delivery.action_id, [telling], now)


async def ask(conn: AsyncConnection, delivery: Delivery, now: datetime) -> None:
    """Leave a missed moment, or reveal, to its organisers, and owe them the question."""
    if await outbox.mark_asked(conn, delivery.guild_id, delivery.delivery_id):
        ids = (delivery.guild_id, delivery.action_id)
        detail = {"delivery": delivery.delivery_id, "due": delivery.due_at.isoformat()}
        if delivery.kind is not DeliveryKind.MOMENT:
            detail["message"] = delivery.kind.value
        await tell_organisers(conn, *ids, Act.MOMENT_MISSED, now, detail)


async def list_missed(
    conn: AsyncConnection, delivery: Delivery, server: Server, now: datetime
) -> tuple[Missed, ...]:
    """What a delivery has to tell organisers of; nothing for other kinds than this.

    What nobody knows of yet is told where organisers have a channel of their own.
    """
    if delivery.kind is not DeliveryKind.MISSED:
        return ()
    missed = await outbox.list_missed(conn, delivery.guild_id)
    among_themselves = server.private_channel_id is not None
    return tuple(m for m in missed if among_themselves or m.action.announced(now))


async def is_superseded(conn: AsyncConnection, delivery: Delivery, now: datetime) -> bool:
    """Tell whether a later reminder takes the place of a delivery."""
    if delivery.kind is not DeliveryKind.REMINDER:
        return False
    return await outbox.is_superseded(conn, delivery, now)
