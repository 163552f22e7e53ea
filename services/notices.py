"""Telling organisers what needs their attention: written down, and owed as a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import failures
from db.queries.audit import is_written_down_in_server, latest_event, write_down
from domain.audit import Act
from domain.deliveries import (
    TELLS_ORGANISERS,
    TO_ONE_PERSON,
    Delivery,
    DeliveryKind,
    PlannedDelivery,
)
from domain.errors import SendFailed
from domain.mending import MENDS
from domain.native_events import OF_SERVER, TOLD_FOR
from services.planning import owe

UNTOLD = frozenset(
    {
        *TELLS_ORGANISERS,
        *TO_ONE_PERSON,
        DeliveryKind.REDRAW,
        DeliveryKind.AHEAD,
        DeliveryKind.THANKS,
    }
)
"""What organisers are not told of when it fails: a notice about a notice, what is none, and what
is between the bot and one member."""


async def tell_organisers(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    act: Act,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Write down what happened to an action, and owe its organisers a message about it.

    Returns the id of the audit event.
    """
    event_id = await write_down(conn, guild_id, action_id, act, now, detail=detail)
    notice = PlannedDelivery(DeliveryKind.NOTICE, now, item_id=event_id)
    await owe(conn, guild_id, action_id, [notice], now)
    return event_id


async def tell_of_failure(
    conn: AsyncConnection, delivery: Delivery, failure: SendFailed, now: datetime
) -> None:
    """Have organisers told that a message could not be sent.

    They are told once of each reason, with the permissions that are missing where these are known,
    until something could be sent again or they did something about it; of a series that has stopped
    they are told in any case. Of what stands in the way of all events of a server, once an hour.
    """
    if delivery.kind in UNTOLD:
        return
    ids, reason = (delivery.guild_id, delivery.action_id), failure.reason
    last = await latest_event(conn, *ids, MENDS | {Act.DELIVERY_FAILED})
    if (
        delivery.kind is not DeliveryKind.NEXT_OCCURRENCE
        and last is not None
        and last.act is Act.DELIVERY_FAILED
        and last.detail["error"] == reason
        and not await failures.sent_since(conn, *ids, last.at)
    ):
        return
    detail: dict[str, Any] = {"error": reason, "kind": delivery.kind.value}
    if reason in OF_SERVER and await is_written_down_in_server(
        conn, delivery.guild_id, Act.DELIVERY_FAILED, detail, since=now - TOLD_FOR
    ):
        return
    if delivery.language:
        detail["language"] = delivery.language
    if failure.lacks:
        detail |= {"lacks": failure.lacks, "channel": str(failure.channel_id)}
    await tell_organisers(conn, *ids, Act.DELIVERY_FAILED, now, detail)
