"""The tags that a server has used."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.tables import action
from domain.actions import Action
from domain.kinds import Kind


async def list_with_tags(
    conn: AsyncConnection, guild_id: int, *, but: int, limit: int
) -> list[Action]:
    """The server's published hashtag actions, without their parts, the newest first."""
    statement = (
        select(*ACTION_COLUMNS)
        .select_from(ACTION_JOIN)
        .where(
            action.c.guild_id == guild_id,
            action.c.kind == Kind.HASHTAG,
            action.c.number.is_not(None),
            action.c.action_id != but,
        )
        .order_by(action.c.number.desc())
        .limit(limit)
    )
    return [action_from(row) for row in await conn.execute(statement)]
