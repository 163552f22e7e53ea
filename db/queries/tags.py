"""The tags that a server has used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from, helped_by
from db.tables import action
from domain.actions import Action
from domain.kinds import Kind


async def list_with_tags(
    conn: AsyncConnection, guild_id: int, *, but: int, limit: int
) -> list[Action]:
    """The server's published hashtag actions, without their parts, the newest first."""
    statement = (
        _published(guild_id)
        .where(action.c.action_id != but)
        .order_by(action.c.number.desc())
        .limit(limit)
    )
    return [action_from(row) for row in await conn.execute(statement)]


async def list_tagged_by(
    conn: AsyncConnection, guild_id: int, participant_id: int, now: datetime
) -> list[Action]:
    """Those that are not over and that somebody organises, without their parts."""
    runs = or_(action.c.organiser_id == participant_id, helped_by(participant_id))
    statement = _published(guild_id).where(action.c.ends_at > now, runs)
    return [action_from(row) for row in await conn.execute(statement)]


def _published(guild_id: int) -> Select[Any]:
    return (
        select(*ACTION_COLUMNS)
        .select_from(ACTION_JOIN)
        .where(
            action.c.guild_id == guild_id,
            action.c.kind == Kind.HASHTAG,
            action.c.number.is_not(None),
        )
    )
