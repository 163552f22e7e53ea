"""The options that organisers offer beside *I'm in*."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import signup_option
from domain.sign_ups import SignUpOption


async def list_options(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> tuple[SignUpOption, ...]:
    """An action's options, with how many chose each."""
    columns = signup_option.c
    rows = await conn.execute(
        select(columns.option_id, columns.label, columns.capacity, columns.taken)
        .where(columns.guild_id == guild_id, columns.action_id == action_id)
        .order_by(columns.option_id)
    )
    return tuple(SignUpOption(*row) for row in rows)
