"""Running totals of actions, one row a unit."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import TOTALS, action_total
from db.upsert import insert_into, put
from domain.actions import Action
from domain.totals import Total


async def save_total(
    conn: AsyncConnection, guild_id: int, action_id: int, unit_code: str, total: Total
) -> None:
    """Write an action's running totals of one unit."""
    key = {"guild_id": guild_id, "action_id": action_id, "unit_code": unit_code}
    await put(conn, action_total, key | vars(total))


async def load_totals(conn: AsyncConnection, guild_id: int, action_id: int) -> dict[str, Total]:
    """An action's running totals by unit code."""
    rows = await conn.execute(
        select(action_total).where(
            action_total.c.guild_id == guild_id, action_total.c.action_id == action_id
        )
    )
    return {row.unit_code: Total(**{name: getattr(row, name) for name in TOTALS}) for row in rows}


async def running_totals(conn: AsyncConnection, action: Action) -> dict[str, Total]:
    """The running totals of an action, which the caller has locked, by unit code."""
    if len(action.currencies) == 1:
        return {action.unit_code: action.total}
    return await load_totals(conn, action.guild_id, action.action_id)


async def keep_totals(
    conn: AsyncConnection, guild_id: int, action_id: int, unit_codes: Collection[str]
) -> None:
    """Have a row for each unit that an action counts, and none for what nobody contributed in.

    A unit in which something was contributed keeps its row, whatever is decided later.
    """
    key = {"guild_id": guild_id, "action_id": action_id}
    for unit_code in unit_codes:
        row = insert_into(conn, action_total).values(unit_code=unit_code, **key)
        await conn.execute(row.on_conflict_do_nothing())
    counts = [action_total.c[name] == 0 for name in TOTALS if name.endswith("_count")]
    await conn.execute(
        delete(action_total).where(
            action_total.c.guild_id == guild_id,
            action_total.c.action_id == action_id,
            action_total.c.unit_code.not_in(unit_codes),
            *counts,
        )
    )
