"""Deleting what proves contributions, a bounded number of them at a time; the ledger stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action, attachment, proof, server

HELD = (attachment, proof)
"""What stands beside contributions and can be deleted; what is derived of it goes with it."""


async def list_kept_days(conn: AsyncConnection) -> list[int]:
    """For how many days servers keep proofs, those apart that keep them for ever."""
    days = server.c.keep_proofs_days
    found = await conn.scalars(select(days).where(days.is_not(None)).distinct().order_by(days))
    return [each for each in found if each is not None]


async def delete_held(
    conn: AsyncConnection, days: int, ended_before: datetime, *, limit: int
) -> int:
    """Delete the proofs, notes and files of up to `limit` contributions; returns of how many.

    Of servers that keep them for `days`, and of actions whose logging ended by `ended_before`.
    """
    for table in HELD:
        found = await _overdue(conn, table, days, ended_before, limit)
        if found:
            for each in HELD:
                key = tuple_(each.c.guild_id, each.c.contribution_id)
                await conn.execute(delete(each).where(key.in_(found)))
            return len(found)
    return 0


async def _overdue(
    conn: AsyncConnection, table: Table, days: int, ended_before: datetime, limit: int
) -> list[tuple[int, int]]:
    """Contributions that still have something in a table that is to be deleted."""
    of_action = (table.c.guild_id == action.c.guild_id) & (table.c.action_id == action.c.action_id)
    rows = await conn.execute(
        select(table.c.guild_id, table.c.contribution_id)
        .distinct()
        .join_from(table, action, of_action)
        .join(server, server.c.guild_id == action.c.guild_id)
        .where(server.c.keep_proofs_days == days, action.c.log_until <= ended_before)
        .limit(limit)
    )
    return [(row.guild_id, row.contribution_id) for row in rows]
