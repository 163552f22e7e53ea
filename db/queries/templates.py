"""Templates: what servers saved for further actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import template
from db.upsert import put
from domain.blueprints import as_json, from_json
from domain.templates import Template


def _template_from(row: Any) -> Template:
    return Template(row.template_id, row.name, from_json(row.content), row.created_at)


async def list_templates(conn: AsyncConnection, guild_id: int) -> list[Template]:
    """A server's templates by name."""
    rows = await conn.execute(
        select(template).where(template.c.guild_id == guild_id).order_by(template.c.name)
    )
    return [_template_from(row) for row in rows]


async def load_template(conn: AsyncConnection, guild_id: int, template_id: int) -> Template | None:
    """One template of a server."""
    rows = await conn.execute(
        select(template).where(
            template.c.guild_id == guild_id, template.c.template_id == template_id
        )
    )
    row = rows.one_or_none()
    return None if row is None else _template_from(row)


async def save_template(
    conn: AsyncConnection, guild_id: int, value: Template, participant_id: int, now: datetime
) -> None:
    """Store a template, or overwrite the one with its id; `participant_id` is who saved it."""
    await put(
        conn,
        template,
        {
            "guild_id": guild_id,
            "template_id": value.template_id,
            "name": value.name,
            "content": as_json(value.blueprint),
            "participant_id": participant_id,
            "created_at": now,
        },
    )


async def delete_template(conn: AsyncConnection, guild_id: int, template_id: int) -> bool:
    """Delete a template; False if it is gone already."""
    deleted = await conn.execute(
        delete(template).where(
            template.c.guild_id == guild_id, template.c.template_id == template_id
        )
    )
    return bool(deleted.rowcount)
