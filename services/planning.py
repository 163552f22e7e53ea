"""Owing what an action has planned, and owing it anew when its plan changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import deliveries
from db.queries.owed import list_owed, take_back
from db.queries.servers import next_id
from domain.actions import Action, ActionState
from domain.deliveries import (
    DeliveryKind,
    PlannedDelivery,
    plan_deliveries,
    plan_series,
)
from domain.replanning import replan

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
        DeliveryKind.REDRAW,
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

    The whole action has to be read for it. What both plans have stays as it is. A paused one owes
    nothing but its card, a cancelled one nothing at all, but for the next action of their series;
    of one whose tally is published nothing changes.
    """
    if action.state is ActionState.FINAL:
        return
    ids = (action.guild_id, action.action_id)
    match action.state_at(now):
        case ActionState.CANCELLED:
            await deliveries.cancel_undone(conn, *ids, REPLANNED)
            planned = list(plan_series(action, now))
        case ActionState.PAUSED:
            await deliveries.cancel_undone(conn, *ids, REPLANNED - ONCE)
            planned = list(plan_series(action, now))
        case ActionState.SCHEDULED:
            await deliveries.cancel_undone(conn, *ids, REPLANNED)
            planned = list(plan_deliveries(action, now))
        case _:
            # It may have been scheduled until now.
            await deliveries.bring_forward(conn, *ids, ONCE, now)
            new = replan(action, await list_owed(conn, *ids, REPLANNED - ONCE), now)
            await take_back(conn, action.guild_id, new.taken_back)
            planned = new.added
    await owe(conn, *ids, planned, now)
