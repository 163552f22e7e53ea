"""Votes: the apps of a vote, ticks and rest days."""

from __future__ import annotations

from datetime import time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import vote_app
from domain.votes import VoteApp


async def list_apps(conn: AsyncConnection, guild_id: int, action_id: int) -> tuple[VoteApp, ...]:
    """A vote's apps by their number."""
    rows = await conn.execute(
        select(vote_app)
        .where(vote_app.c.guild_id == guild_id, vote_app.c.action_id == action_id)
        .order_by(vote_app.c.app_id)
    )
    return tuple(
        VoteApp(
            app_id=row.app_id,
            name=row.name,
            cap=row.cap,
            reset=time.fromisoformat(row.reset),
            zone=row.zone,
            link=row.link,
            note=row.note,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
        )
        for row in rows
    )
