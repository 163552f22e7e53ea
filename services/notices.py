"""Telling organisers what needs their attention: written down, and owed as a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import failures
from db.queries.audit import latest_event, write_down
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.mending import MENDS
from services.planning import owe

UNTOLD = frozenset({DeliveryKind.NOTICE, DeliveryKind.NEXT_OCCURRENCE, DeliveryKind.REDRAW})
"""What organisers are not told of when it fails: a notice about a notice, and what is none."""


async def tell_organisers(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    act: Act,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened to an action, and owe its organisers a message about it."""
    event_id = await write_down(conn, guild_id, action_id, act, now, detail=detail)
    notice = PlannedDelivery(DeliveryKind.NOTICE, now, item_id=event_id)
    await owe(conn, guild_id, action_id, [notice], now)


async def tell_of_failure(
    conn: AsyncConnection, delivery: Delivery, reason: str, now: datetime
) -> None:
    """Have organisers told that a message could not be sent.

    They are told once of each reason, until something could be sent again or they did something
    about it.
    """
    if delivery.kind in UNTOLD:
        return
    ids = (delivery.guild_id, delivery.action_id)
    last = await latest_event(conn, *ids, MENDS | {Act.DELIVERY_FAILED})
    if (
        last is not None
        and last.act is Act.DELIVERY_FAILED
        and last.detail["error"] == reason
        and not await failures.sent_since(conn, *ids, last.at)
    ):
        return
    detail = {"error": reason, "kind": delivery.kind.value}
    await tell_organisers(conn, *ids, Act.DELIVERY_FAILED, now, detail)
