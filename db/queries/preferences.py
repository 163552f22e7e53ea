"""What people prefer, in every server alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import user_preference
from db.upsert import put
from domain.quiet import QuietHours


def quiet_from(row: Any) -> QuietHours | None:
    """The quiet hours in a row that has `quiet_from` and `quiet_until`."""
    return None if row.quiet_from is None else QuietHours(row.quiet_from, row.quiet_until)


def quiet_values(quiet: QuietHours | None) -> dict[str, int | None]:
    """The columns that hold quiet hours."""
    return {
        "quiet_from": quiet.start if quiet else None,
        "quiet_until": quiet.end if quiet else None,
    }


@dataclass(frozen=True)
class Preference:
    """The zone that somebody lives in, and their quiet hours there, so far as they said."""

    zone: str | None = None
    quiet: QuietHours | None = None


async def load_preference(conn: AsyncConnection, user_id: int) -> Preference:
    """Everything that somebody prefers."""
    rows = await conn.execute(select(user_preference).where(user_preference.c.user_id == user_id))
    row = rows.one_or_none()
    return Preference() if row is None else Preference(row.zone, quiet_from(row))


async def save_quiet(conn: AsyncConnection, user_id: int, quiet: QuietHours | None) -> None:
    """Write somebody's quiet hours; None for none."""
    await put(conn, user_preference, {"user_id": user_id, **quiet_values(quiet)})


async def load_zone(conn: AsyncConnection, user_id: int) -> str | None:
    """The zone that somebody lives in, if they said so."""
    return await conn.scalar(
        select(user_preference.c.zone).where(user_preference.c.user_id == user_id)
    )


async def save_zone(conn: AsyncConnection, user_id: int, zone: str) -> None:
    """Write the zone that somebody lives in."""
    await put(conn, user_preference, {"user_id": user_id, "zone": zone})
