"""Queries on official counts, which are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.servers import next_id
from db.tables import official_count
from domain.official_counts import OfficialCount
from domain.official_entries import OfficialEntry


def _count_from(row: Any) -> OfficialCount:
    return OfficialCount(
        official_count_id=row.official_count_id,
        name=row.name,
        value=row.value,
        source=row.source,
        link=row.link,
        at=row.at,
        entered_at=row.entered_at,
    )


async def list_newest(
    conn: AsyncConnection, guild_id: int, action_id: int, until: datetime | None = None
) -> tuple[OfficialCount, ...]:
    """Of each name the last one entered, up to and including `until`, as they first came in.

    Left out are those that are to be shown no more.
    """
    own = and_(official_count.c.guild_id == guild_id, official_count.c.action_id == action_id)
    upto = true() if until is None else official_count.c.entered_at <= until
    count_id = official_count.c.official_count_id
    by_name = (
        select(func.min(count_id).label("first"), func.max(count_id).label("last"))
        .where(own, upto)
        .group_by(official_count.c.name)
        .subquery()
    )
    rows = await conn.execute(
        select(official_count)
        .join(by_name, count_id == by_name.c.last)
        .where(own, official_count.c.value != "")
        .order_by(by_name.c.first)
    )
    return tuple(_count_from(row) for row in rows)


async def list_all(conn: AsyncConnection, guild_id: int, action_id: int) -> list[OfficialCount]:
    """Everything that was ever entered for an action, the oldest first."""
    rows = await conn.execute(
        select(official_count)
        .where(official_count.c.guild_id == guild_id, official_count.c.action_id == action_id)
        .order_by(official_count.c.official_count_id)
    )
    return [_count_from(row) for row in rows]


async def insert_official_count(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    entry: OfficialEntry,
    *,
    entered_by: int,
    now: datetime,
) -> None:
    """Store what a participant read, under the next id of the server."""
    await conn.execute(
        insert(official_count).values(
            guild_id=guild_id,
            official_count_id=await next_id(conn, guild_id),
            action_id=action_id,
            name=entry.name,
            value=entry.value,
            source=entry.source,
            link=entry.link,
            at=entry.at,
            entered_by=entered_by,
            entered_at=now,
        )
    )
