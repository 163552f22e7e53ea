"""What people prefer, in every server alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    """What somebody said of themselves: where they live, and their quiet hours there.

    `language` is the code of a catalogue. `platforms` are those to which they share, the first
    first; `instance` is the host of their Mastodon server.
    """

    zone: str | None = None
    quiet: QuietHours | None = None
    language: str | None = None
    platforms: tuple[str, ...] | None = None
    instance: str | None = None


async def load_preference(conn: AsyncConnection, user_id: int) -> Preference:
    """Everything that somebody prefers."""
    rows = await conn.execute(select(user_preference).where(user_preference.c.user_id == user_id))
    row = rows.one_or_none()
    if row is None:
        return Preference()
    platforms = None if row.platforms is None else tuple(row.platforms)
    return Preference(row.zone, quiet_from(row), row.language, platforms, row.instance)


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


async def save_platforms(conn: AsyncConnection, user_id: int, keys: Sequence[str]) -> None:
    """Write the platforms to which somebody shares."""
    await put(conn, user_preference, {"user_id": user_id, "platforms": list(keys)})


async def save_instance(conn: AsyncConnection, user_id: int, instance: str) -> None:
    """Write the host of somebody's Mastodon server."""
    await put(conn, user_preference, {"user_id": user_id, "instance": instance})


async def save_language(conn: AsyncConnection, user_id: int, code: str | None) -> None:
    """Write in which language somebody wants to be answered; None for as each server does."""
    await put(conn, user_preference, {"user_id": user_id, "language": code})


async def languages_of(conn: AsyncConnection, user_ids: Collection[int]) -> dict[int, str]:
    """The languages that some people have chosen, by user id."""
    rows = await conn.execute(
        select(user_preference.c.user_id, user_preference.c.language).where(
            user_preference.c.user_id.in_(user_ids), user_preference.c.language.is_not(None)
        )
    )
    return {row.user_id: row.language for row in rows}


async def list_languages(conn: AsyncConnection, *, limit: int) -> dict[int, str]:
    """The languages that people have chosen, by user id, so many at the most."""
    rows = await conn.execute(
        select(user_preference.c.user_id, user_preference.c.language)
        .where(user_preference.c.language.is_not(None))
        .limit(limit)
    )
    return {row.user_id: row.language for row in rows}
