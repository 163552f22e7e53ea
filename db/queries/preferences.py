"""What people prefer, in every server alike."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import user_preference
from db.upsert import put


async def load_zone(conn: AsyncConnection, user_id: int) -> str | None:
    """The zone that somebody lives in, if they said so."""
    return await conn.scalar(
        select(user_preference.c.zone).where(user_preference.c.user_id == user_id)
    )


async def save_zone(conn: AsyncConnection, user_id: int, zone: str) -> None:
    """Write the zone that somebody lives in."""
    await put(conn, user_preference, {"user_id": user_id, "zone": zone})
