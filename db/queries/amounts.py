"""The amounts of an action's contributions, read piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.contributions import IS_DECIDING
from db.queries.flags import not_withdrawn
from db.tables import LedgerEntry, check, contribution
from domain.ledger import Verdict
from domain.reviewing import MOST_COUNTED

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


async def list_above(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    limits: Mapping[str, int],
    *,
    after: int,
    until: int,
) -> list[int]:
    """Unchecked contributions above the limit of their unit, with ids in a range, up to 1,001.

    It goes through all of that range.
    """
    columns = contribution.c
    number = columns.contribution_id
    above = [and_(columns.unit_code == code, columns.amount > limits[code]) for code in limits]
    rows = await conn.scalars(
        select(number)
        .where(
            columns.guild_id == guild_id,
            columns.action_id == action_id,
            columns.entry == LedgerEntry.LOGGED,
            number > after,
            number <= until,
            or_(*above),
            not_withdrawn(guild_id, number),
            ~exists().where(check.c.guild_id == guild_id, check.c.contribution_id == number),
        )
        .order_by(number)
        .limit(MOST_COUNTED + 1)
    )
    return list(rows)


async def still_unchecked(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> list[int]:
    """Those of a few thousand contributions that are neither checked nor withdrawn, by id."""
    if not contribution_ids:
        return []
    number = contribution.c.contribution_id
    rows = await conn.scalars(
        select(number)
        .where(
            contribution.c.guild_id == guild_id,
            number.in_(contribution_ids),
            not_withdrawn(guild_id, number),
            ~exists().where(check.c.guild_id == guild_id, check.c.contribution_id == number),
        )
        .order_by(number)
    )
    return list(rows)


async def newest_of(conn: AsyncConnection, guild_id: int, action_id: int) -> int:
    """The id of an action's last contribution; 0 where there is none."""
    of_action = (contribution.c.guild_id == guild_id, contribution.c.action_id == action_id)
    newest = select(func.max(contribution.c.contribution_id)).where(*of_action)
    return await conn.scalar(newest) or 0
