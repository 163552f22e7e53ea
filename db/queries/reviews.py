"""The reviewers' queue: contributions without a check, held ones first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.contributions import (
    CONTRIBUTION_COLUMNS,
    WITHDRAWAL,
    contribution_from,
    with_withdrawal,
)
from db.tables import LedgerEntry, action, check, contribution
from domain.actions import ActionState
from domain.ledger import Contribution

_CLOSED = (ActionState.FINAL, ActionState.CANCELLED)


def _turn(held: ColumnElement[Any]) -> ColumnElement[int]:
    return case((held.is_not(None), 0), else_=1)


def _waiting(columns: tuple[Any, ...], guild_id: int, not_by: int | None, now: datetime) -> Any:
    statement = (
        select(*columns)
        .select_from(with_withdrawal(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            # By action, as the index has it: open actions are few, a server's contributions not.
            contribution.c.action_id.in_(
                select(action.c.action_id).where(
                    action.c.guild_id == guild_id,
                    action.c.state.not_in(_CLOSED),
                    action.c.log_until > now,
                )
            ),
            contribution.c.entry == LedgerEntry.LOGGED,
            WITHDRAWAL.c.contribution_id.is_(None),
            ~exists().where(
                check.c.guild_id == contribution.c.guild_id,
                check.c.contribution_id == contribution.c.contribution_id,
            ),
        )
    )
    if not_by is not None:
        statement = statement.where(contribution.c.participant_id != not_by)
    return statement


async def next_waiting(
    conn: AsyncConnection, guild_id: int, *, not_by: int | None, now: datetime, after: int = 0
) -> tuple[int, Contribution] | None:
    """The next contribution to check, with its action's id: held ones first, then the oldest.

    Left out are withdrawn ones, those of actions that are over or whose logging window is closed,
    and those of participant `not_by` (nobody checks their own). `after` is the id of the
    contribution that was skipped.
    """
    number = contribution.c.contribution_id
    statement = _waiting(CONTRIBUTION_COLUMNS, guild_id, not_by, now)
    if after:
        skipped = contribution.alias("skipped")
        skipped_turn = (
            select(_turn(skipped.c.held))
            .where(skipped.c.guild_id == guild_id, skipped.c.contribution_id == after)
            .scalar_subquery()
        )
        statement = statement.where(
            tuple_(_turn(contribution.c.held), number) > tuple_(skipped_turn, after)
        )
    rows = await conn.execute(statement.order_by(_turn(contribution.c.held), number).limit(1))
    row = rows.one_or_none()
    return None if row is None else (row.action_id, contribution_from(row))


async def count_waiting(
    conn: AsyncConnection, guild_id: int, *, not_by: int | None, now: datetime
) -> int:
    """How many contributions `next_waiting` would go through."""
    count = await conn.scalar(_waiting((func.count(),), guild_id, not_by, now))
    return count or 0
