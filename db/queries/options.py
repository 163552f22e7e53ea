"""The options that organisers offer beside *I'm in*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import signup_option
from db.upsert import put
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


async def insert_options(
    conn: AsyncConnection, guild_id: int, action_id: int, options: Sequence[SignUpOption]
) -> None:
    """Store the options of an action that has none yet, numbered from 1 in their order."""
    if options:
        await conn.execute(
            insert(signup_option),
            [
                {
                    "guild_id": guild_id,
                    "action_id": action_id,
                    "option_id": number,
                    "label": option.label,
                    "capacity": option.capacity,
                }
                for number, option in enumerate(options, 1)
            ],
        )


async def save_options(
    conn: AsyncConnection, guild_id: int, action_id: int, options: Iterable[SignUpOption]
) -> None:
    """Write options as they are now, and how many chose each; the caller has locked the action."""
    key = {"guild_id": guild_id, "action_id": action_id}
    await put(conn, signup_option, *(key | vars(option) for option in options))


async def keep_options(
    conn: AsyncConnection, guild_id: int, action_id: int, options: Sequence[SignUpOption]
) -> None:
    """Have an action offer just these options; the caller has locked the action."""
    await conn.execute(
        delete(signup_option).where(
            signup_option.c.guild_id == guild_id,
            signup_option.c.action_id == action_id,
            signup_option.c.option_id.not_in([option.option_id for option in options]),
        )
    )
    await save_options(conn, guild_id, action_id, options)
