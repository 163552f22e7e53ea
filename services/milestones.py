"""Milestones of a locked action: announcing those that its logged total has reached, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import milestones as queries
from db.queries.totals import running_totals
from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.milestones import newly_reached, next_mark, reached_by
from domain.totals import Total
from services.planning import owe


async def announce_reached(
    conn: AsyncConnection, action: Action, totals: Mapping[str, Total], now: datetime
) -> None:
    """Owe the message about what an action's running totals, by unit code, have reached.

    Of several milestones at once only the highest is announced. Until the next one is reached
    this comes down to comparing two numbers.
    """
    if action.next_mark is None:
        return
    reached = reached_by(action, totals)
    if reached < action.next_mark or action.state_at(now) not in TAKES_CONTRIBUTIONS:
        return
    ids = (action.guild_id, action.action_id)
    announced = await queries.announced_marks(conn, *ids)
    marks, highest = newly_reached(action, reached, announced)
    if highest is not None:
        await queries.keep_marks(conn, *ids, [mark.text for mark in marks], now)
        planned = PlannedDelivery(DeliveryKind.MILESTONE, now, item_id=highest.at)
        await owe(conn, *ids, [planned], now)
    ahead = next_mark(action, reached, announced)
    await queries.save_next_mark(conn, *ids, ahead)


async def aim_anew(conn: AsyncConnection, action: Action) -> None:
    """Find an action's next milestone by its goal and its plan as they are now.

    What was announced is not announced again, and what is behind its total already is passed
    over in silence.
    """
    ids = (action.guild_id, action.action_id)
    reached = reached_by(action, await running_totals(conn, action))
    ahead = next_mark(action, reached, await queries.announced_marks(conn, *ids))
    if ahead != action.next_mark:
        await queries.save_next_mark(conn, *ids, ahead)
