"""What actions are called and say in further languages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import translation
from db.upsert import put
from domain.translations import Translation


async def list_translations(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> dict[str, Translation]:
    """An action's translations by language."""
    columns = (
        translation.c.language,
        translation.c.title,
        translation.c.fields,
        translation.c.original,
    )
    rows = await conn.execute(
        select(*columns).where(
            translation.c.guild_id == guild_id, translation.c.action_id == action_id
        )
    )
    return {row.language: Translation(*row) for row in rows}


async def list_in_language(
    conn: AsyncConnection, guild_id: int, action_ids: Collection[int], language: str
) -> dict[int, Translation]:
    """What actions are called and say in one language, by action id."""
    rows = await conn.execute(
        select(translation.c.action_id, translation.c.title, translation.c.fields).where(
            translation.c.guild_id == guild_id,
            translation.c.action_id.in_(action_ids),
            translation.c.language == language,
        )
    )
    return {row.action_id: Translation(language, row.title, row.fields) for row in rows}


async def save_translation(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    one: Translation,
    *,
    participant_id: int,
    now: datetime,
) -> None:
    """Write what an action is called and says in a language, and who has translated it."""
    values = {
        "guild_id": guild_id,
        "action_id": action_id,
        "language": one.language,
        "title": one.title,
        "fields": dict(one.fields),
        "original": dict(one.original),
        "participant_id": participant_id,
        "at": now,
    }
    await put(conn, translation, values)


async def copy_translation(
    conn: AsyncConnection, guild_id: int, action_id: int, one: Translation, *, to: int
) -> None:
    """Give another action `to` a translation that an action has, in place of one it may have."""
    columns = (translation.c.participant_id, translation.c.at)
    rows = await conn.execute(select(*columns).where(*_is(guild_id, action_id, one.language)))
    found = rows.one()
    await save_translation(
        conn, guild_id, to, one, participant_id=found.participant_id, now=found.at
    )


async def delete_translation(
    conn: AsyncConnection, guild_id: int, action_id: int, language: str
) -> bool:
    """Delete an action's translation into a language; False if there is none."""
    deleted = await conn.execute(delete(translation).where(*_is(guild_id, action_id, language)))
    return bool(deleted.rowcount)


def _is(guild_id: int, action_id: int, language: str) -> tuple[ColumnElement[bool], ...]:
    return (
        translation.c.guild_id == guild_id,
        translation.c.action_id == action_id,
        translation.c.language == language,
    )
