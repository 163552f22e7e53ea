"""Owing what an action has planned, and owing it anew when its plan changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import deliveries
from db.queries.servers import next_id
from domain.actions import Action, ActionState
from domain.deliveries import (
    DeliveryKind,
    PlannedDelivery,
    plan_deliveries,
    plan_rest,
    plan_series,
)

ONCE = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD})
"""What is planned once, and not again when it was sent."""

REPLANNED = frozenset(
    {
        *ONCE,
        DeliveryKind.REMINDER,
        DeliveryKind.MOMENT,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
        DeliveryKind.DECISION,
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.SHIFT,
    }
)
"""What follows from an action's times; the rest tells of something that has happened."""


async def owe(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    planned: Sequence[PlannedDelivery],
    now: datetime,
    *,
    participant_id: int | None = None,
) -> None:
    """Store planned deliveries under ids of the server."""
    if planned:
        first_id = await next_id(conn, guild_id, len(planned))
        await deliveries.insert_deliveries(
            conn,
            guild_id,
            action_id,
            planned,
            first_id=first_id,
            now=now,
            participant_id=participant_id,
        )


async def plan_anew(conn: AsyncConnection, action: Action, now: datetime) -> None:
    """Take back what a published action owes by its old plan, and owe what it does by now.

    The whole action has to be read for it. A paused one owes nothing but its card, a cancelled
    one nothing at all, but for the next action of their series; of one whose tally is published
    nothing changes.
    """
    if action.state is ActionState.FINAL:
        return
    ids, state = (action.guild_id, action.action_id), action.state_at(now)
    anew = state in (ActionState.SCHEDULED, ActionState.CANCELLED)
    await deliveries.cancel_undone(conn, *ids, REPLANNED if anew else REPLANNED - ONCE)
    match state:
        case ActionState.PAUSED | ActionState.CANCELLED:
            planned = plan_series(action, now)
        case ActionState.SCHEDULED:
            planned = plan_deliveries(action, now)
        case _:
            # It may have been scheduled until now.
            await deliveries.bring_forward(conn, *ids, ONCE, now)
            planned = plan_rest(action, now)
    await owe(conn, *ids, list(planned), now)
