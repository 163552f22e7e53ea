"""In which actions somebody took part, for their own eyes."""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.tables import action, contribution, signup
from domain.actions import Action
from domain.sign_ups import SignUpState


async def list_taken_part(
    conn: AsyncConnection, guild_id: int, participant_id: int, *, limit: int, offset: int
) -> list[Action]:
    """The actions of a server that a participant is in or logged something in, the latest first."""
    signed_up = select(signup.c.action_id).where(
        signup.c.guild_id == guild_id,
        signup.c.participant_id == participant_id,
        signup.c.state != SignUpState.LEFT,
    )
    logged = select(contribution.c.action_id).where(
        contribution.c.guild_id == guild_id, contribution.c.participant_id == participant_id
    )
    rows = await conn.execute(
        select(*ACTION_COLUMNS)
        .select_from(ACTION_JOIN)
        .where(action.c.guild_id == guild_id, action.c.action_id.in_(union(signed_up, logged)))
        .order_by(action.c.starts_at.desc(), action.c.action_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [action_from(row) for row in rows]
