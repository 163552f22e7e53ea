"""What an action's newest sample has shown by an instant."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import spot_checks as queries
from domain.actions import Action
from domain.spot_checks import EarlierDraw, SpotResult, result, seed_hash


async def load_result(conn: AsyncConnection, action: Action, until: datetime) -> SpotResult | None:
    """An action's newest sample as it was checked by an instant; None if none was drawn by then.

    The seed comes with it only once nothing more can be logged, and all of the sample is checked.
    """
    ids = (action.guild_id, action.action_id)
    draws = await queries.list_spot_checks(conn, *ids, until=until)
    if not draws or action.seed is None:
        return None
    *before, newest = draws
    earlier: list[EarlierDraw] = []
    for each in before:
        outcomes = await queries.load_outcomes(conn, action.guild_id, each, until=until)
        checked = sum(outcome.credited is not None for outcome in outcomes.values())
        held = sum(outcome.holds for outcome in outcomes.values())
        earlier.append(EarlierDraw(each.number, each.at, each.sample, checked, held))
    outcomes = await queries.load_outcomes(conn, action.guild_id, newest, until=until)
    return await asyncio.to_thread(
        result,
        newest,
        seed_hash(action.seed),
        outcomes,
        seed=action.seed if until >= action.log_until else None,
        earlier=earlier,
    )
