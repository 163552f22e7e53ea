"""What was contributed to one action: by one person, and one after the other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.checks import CHECK_COLUMNS, check_from
from db.queries.contributions import (
    CONTRIBUTION_COLUMNS,
    IS_DECIDING,
    WITHDRAWAL,
    contribution_from,
    with_later_entries,
)
from db.tables import LedgerEntry, check, contribution
from domain.ledger import Check, Contribution


async def list_given_by(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> list[tuple[Contribution, Check | None]]:
    """All that a participant contributed to an action, each with the check that decides on it."""
    epoch = datetime.fromtimestamp(0, UTC)
    return await list_given_since(conn, guild_id, action_id, [participant_id], epoch)


async def list_given_since(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    participant_ids: Collection[int] | None,
    since: datetime,
) -> list[tuple[Contribution, Check | None]]:
    """What participants contributed after an instant, each with the check that decides on it.

    None for `participant_ids` means everybody.
    """
    theirs = contribution.c.participant_id.in_(participant_ids or ())
    source = with_later_entries(contribution).outerjoin(check, IS_DECIDING)
    rows = await conn.execute(
        select(*CONTRIBUTION_COLUMNS, *CHECK_COLUMNS)
        .select_from(source)
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            true() if participant_ids is None else theirs,
            contribution.c.entry == LedgerEntry.LOGGED,
            contribution.c.at > since,
        )
    )
    return [
        (contribution_from(row), None if row.check_id is None else check_from(row)) for row in rows
    ]


async def count_given(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> int:
    """How many contributions a participant has in an action, withdrawn ones left out."""
    count = await conn.scalar(
        select(func.count())
        .select_from(with_later_entries(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.participant_id == participant_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            WITHDRAWAL.c.contribution_id.is_(None),
        )
    )
    return count or 0


async def nth_given(
    conn: AsyncConnection, guild_id: int, action_id: int, index: int
) -> Contribution | None:
    """The contribution at a place from 0 on, oldest first, withdrawn ones left out."""
    rows = await conn.execute(
        select(*CONTRIBUTION_COLUMNS)
        .select_from(with_later_entries(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            WITHDRAWAL.c.contribution_id.is_(None),
        )
        .order_by(contribution.c.contribution_id)
        .limit(1)
        .offset(index)
    )
    row = rows.one_or_none()
    return None if row is None else contribution_from(row)
