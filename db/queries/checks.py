"""Checks: reviewers' verdicts, of which the last one decides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import check
from domain.ledger import Check
from domain.reviewing import Given

LOOKED_THROUGH = 5000
"""Checks of a server among which a reviewer's own are looked for: no index knows whose they are."""

CHECK_COLUMNS = (
    check.c.check_id,
    check.c.contribution_id.label("check_contribution_id"),
    check.c.verdict,
    check.c.at.label("check_at"),
    check.c.amount.label("check_amount"),
    check.c.reason,
    check.c.reason_code,
)


def check_from(row: Any) -> Check:
    """The check in a row that has `CHECK_COLUMNS`."""
    return Check(
        check_id=row.check_id,
        contribution_id=row.check_contribution_id,
        verdict=row.verdict,
        at=row.check_at,
        amount=row.check_amount,
        reason=row.reason,
        reason_code=row.reason_code,
    )


async def insert_check(
    conn: AsyncConnection, guild_id: int, action_id: int, value: Check, reviewer_id: int
) -> None:
    """Append a reviewer's verdict; `reviewer_id` is a participant's."""
    await conn.execute(
        insert(check).values(
            guild_id=guild_id, action_id=action_id, reviewer_id=reviewer_id, **vars(value)
        )
    )


async def last_check(conn: AsyncConnection, guild_id: int, contribution_id: int) -> Check | None:
    """The check that decides on a contribution, if it has any."""
    rows = await conn.execute(
        select(*CHECK_COLUMNS)
        .where(check.c.guild_id == guild_id, check.c.contribution_id == contribution_id)
        .order_by(check.c.check_id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else check_from(row)


async def list_checks(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime
) -> list[Check]:
    """An action's checks up to and including an instant, by id."""
    rows = await conn.execute(
        select(*CHECK_COLUMNS)
        .where(check.c.guild_id == guild_id, check.c.action_id == action_id, check.c.at <= until)
        .order_by(check.c.check_id)
    )
    return [check_from(row) for row in rows]


async def list_given(conn: AsyncConnection, guild_id: int, contribution_id: int) -> list[Given]:
    """All checks of a contribution with who made them, the oldest first."""
    rows = await conn.execute(
        select(*CHECK_COLUMNS, check.c.reviewer_id)
        .where(check.c.guild_id == guild_id, check.c.contribution_id == contribution_id)
        .order_by(check.c.check_id)
    )
    return [Given(check_from(row), row.reviewer_id) for row in rows]


async def list_of(
    conn: AsyncConnection,
    guild_id: int,
    reviewer_id: int,
    limit: int,
    *,
    action_ids: Collection[int],
    before: int | None = None,
) -> tuple[list[Check], int | None]:
    """A reviewer's checks that still decide, of some thousands of actions, the newest first.

    Their ids lie below `before`. With them comes the check before which to look for more; None
    where there are none.
    """
    until = () if before is None else (check.c.check_id < before,)
    newest = (
        select(check.c.check_id, check.c.contribution_id, check.c.reviewer_id)
        .where(check.c.guild_id == guild_id, check.c.action_id.in_(action_ids), *until)
        .order_by(check.c.check_id.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    count = select(func.count(), func.min(newest.c.check_id)).select_from(newest)
    looked_through, last = (await conn.execute(count)).one()
    later = check.alias("later")
    overruled = exists().where(
        later.c.guild_id == guild_id,
        later.c.contribution_id == newest.c.contribution_id,
        later.c.check_id > newest.c.check_id,
    )
    ids = select(newest.c.check_id).where(newest.c.reviewer_id == reviewer_id, ~overruled)
    rows = await conn.execute(
        select(*CHECK_COLUMNS)
        .where(check.c.guild_id == guild_id, check.c.check_id.in_(ids))
        .order_by(check.c.check_id.desc())
        .limit(limit)
    )
    found = [check_from(row) for row in rows]
    if len(found) == limit:
        return found, found[-1].check_id
    return found, last if looked_through == LOOKED_THROUGH else None
