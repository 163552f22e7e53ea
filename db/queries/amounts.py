"""The amounts of an action's contributions, read piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.contributions import IS_DECIDING
from db.queries.flags import not_withdrawn
from db.tables import LedgerEntry, check, contribution
from domain.ledger import Verdict

PIECE = 500
"""Rows read at once; between two pieces others have their turn."""


async def stream_amounts(
    conn: AsyncConnection, key: tuple[int, int, str], *, every: int
) -> AsyncGenerator[Sequence[int]]:
    """The positive amounts of what is logged or held in a unit, as corrected.

    `key` is a server's, an action's id and the unit's code. In order of their ids every
    `every`-th is read: the same ones each time, spread over the whole action.
    """
    guild_id, action_id, unit_code = key
    amount = func.coalesce(check.c.amount, contribution.c.amount)
    # Counted, not taken from the ids: those that a server's rows share can alternate.
    place = func.row_number().over(order_by=contribution.c.contribution_id)
    standing = (
        select(amount.label("amount"), place.label("place"))
        .select_from(contribution.outerjoin(check, IS_DECIDING))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.unit_code == unit_code,
            contribution.c.entry == LedgerEntry.LOGGED,
            not_withdrawn(guild_id, contribution.c.contribution_id),
            or_(check.c.verdict.is_(None), check.c.verdict != Verdict.NOT_COUNTED),
            amount > 0,
        )
        .subquery()
    )
    rows = await conn.stream_scalars(select(standing.c.amount).where(standing.c.place % every == 0))
    async for piece in rows.partitions(PIECE):
        yield piece
