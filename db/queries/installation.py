"""Facts of this installation, such as the hash of the commands last synced."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import installation
from db.upsert import put


async def load_fact(conn: AsyncConnection, name: str) -> str | None:
    """Read a fact, or None if it was never saved."""
    return await conn.scalar(select(installation.c.value).where(installation.c.name == name))


async def save_fact(conn: AsyncConnection, name: str, value: str) -> None:
    """Write a fact over whatever it was."""
    await put(conn, installation, {"name": name, "value": value})
