"""Series: their rules, and which actions they have led to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from, helped_by
from db.tables import action
from db.tables import series as table
from db.upsert import put
from domain.actions import Action
from domain.blueprints import as_json, from_json
from domain.recurrence import read_rule, write_rule
from domain.series import Running, Series


def _series_from(row: Any) -> Series:
    return Series(
        guild_id=row.guild_id,
        series_id=row.series_id,
        rule=read_rule(row.rule),
        starts_wall=row.starts_wall,
        zone=row.zone,
        announce_lead=timedelta(seconds=row.announce_lead_seconds),
        content=from_json(row.content),
        organiser_id=row.organiser_id,
        created_at=row.created_at,
        skipped=frozenset(map(date.fromisoformat, row.skipped)),
        ended_at=row.ended_at,
    )


async def load_series(
    conn: AsyncConnection, guild_id: int, series_id: int, *, lock: bool = False
) -> Series | None:
    """Read a series; `lock` keeps others from going on with it meanwhile."""
    statement = select(table).where(table.c.guild_id == guild_id, table.c.series_id == series_id)
    row = (await conn.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _series_from(row)


async def save_series(conn: AsyncConnection, value: Series) -> None:
    """Store a series, new or changed; the caller has locked it."""
    await put(
        conn,
        table,
        {
            "guild_id": value.guild_id,
            "series_id": value.series_id,
            "rule": write_rule(value.rule),
            "starts_wall": value.starts_wall,
            "zone": value.zone,
            "announce_lead_seconds": int(value.announce_lead.total_seconds()),
            "content": as_json(value.content),
            "skipped": sorted(day.isoformat() for day in value.skipped),
            "organiser_id": value.organiser_id,
            "created_at": value.created_at,
            "ended_at": value.ended_at,
        },
    )


async def end_series(conn: AsyncConnection, guild_id: int, series_id: int, now: datetime) -> None:
    """Let no further action follow."""
    await conn.execute(
        update(table)
        .where(table.c.guild_id == guild_id, table.c.series_id == series_id)
        .values(ended_at=now)
    )


async def delete_unused_series(conn: AsyncConnection, guild_id: int, series_id: int) -> None:
    """Delete a series that no action belongs to."""
    used = select(action.c.action_id).where(
        action.c.guild_id == guild_id, action.c.series_id == series_id
    )
    await conn.execute(
        delete(table).where(
            table.c.guild_id == guild_id, table.c.series_id == series_id, ~used.exists()
        )
    )


async def latest_action(conn: AsyncConnection, guild_id: int, series_id: int) -> Action | None:
    """The action that a series has come to, a draft included."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS)
        .select_from(ACTION_JOIN)
        .where(action.c.guild_id == guild_id, action.c.series_id == series_id)
        .order_by(action.c.action_id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else action_from(row)


async def has_date(
    conn: AsyncConnection, guild_id: int, series_id: int, wall: datetime, *, but: int
) -> bool:
    """Tell whether another action of the series than `but` is the one of a date."""
    found = await conn.scalar(
        select(action.c.action_id).where(
            action.c.guild_id == guild_id,
            action.c.series_id == series_id,
            action.c.occurrence == wall,
            action.c.action_id != but,
        )
    )
    return found is not None


async def list_running(
    conn: AsyncConnection,
    guild_id: int,
    *,
    search: str = "",
    runner_id: int | None = None,
    limit: int,
) -> list[Running]:
    """Series that have not ended, each with its latest action, by that one's start.

    `search` is a part of the latest action's title, in any case. `runner_id` is a participant who
    organises that one, alone or with others.
    """
    wanted = [
        action.c.guild_id == guild_id,
        action.c.title.icontains(search.strip(), autoescape=True),
        table.c.ended_at.is_(None),
    ]
    if runner_id is not None:
        wanted.append(or_(action.c.organiser_id == runner_id, helped_by(runner_id)))
    latest = (
        select(func.max(action.c.action_id).label("action_id"))
        .where(
            action.c.guild_id == guild_id,
            action.c.series_id.is_not(None),
            action.c.number.is_not(None),
        )
        .group_by(action.c.series_id)
        .subquery()
    )
    source = ACTION_JOIN.join(latest, latest.c.action_id == action.c.action_id).join(
        table,
        and_(table.c.guild_id == action.c.guild_id, table.c.series_id == action.c.series_id),
    )
    rows = await conn.execute(
        select(*ACTION_COLUMNS, *table.c)
        .select_from(source)
        .where(*wanted)
        .order_by(action.c.starts_at, action.c.action_id)
        .limit(limit)
    )
    return [Running(_series_from(row), action_from(row)) for row in rows]


async def list_latest(
    conn: AsyncConnection,
    guild_id: int,
    series_ids: Collection[int],
    most: int,
    *,
    also: Collection[int],
) -> list[tuple[Series, list[Action]]]:
    """Series with the latest of their published actions, `most` each, the latest first.

    With these are those named by `also`, and what was published before its series began.
    """
    of_them = (
        action.c.guild_id == guild_id,
        action.c.series_id.in_(series_ids),
        action.c.number.is_not(None),
    )
    age = func.row_number().over(
        partition_by=action.c.series_id, order_by=action.c.action_id.desc()
    )
    aged = select(action.c.action_id, age.label("age")).where(*of_them).subquery()
    source = ACTION_JOIN.join(aged, aged.c.action_id == action.c.action_id).join(
        table, and_(table.c.guild_id == action.c.guild_id, table.c.series_id == action.c.series_id)
    )
    rows = await conn.execute(
        select(*ACTION_COLUMNS)
        .select_from(source)
        .where(
            *of_them,
            or_(
                aged.c.age <= most,
                action.c.action_id.in_(also),
                action.c.published_at < table.c.created_at,
            ),
        )
        .order_by(action.c.action_id.desc())
    )
    found: dict[int, list[Action]] = {}
    for row in rows:
        found.setdefault(row.action_series_id, []).append(action_from(row))
    them = await conn.execute(
        select(table).where(table.c.guild_id == guild_id, table.c.series_id.in_(found))
    )
    return [(_series_from(row), found[row.series_id]) for row in them]
