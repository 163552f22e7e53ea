"""Ticks: what people log of a vote's apps day by day, and their days of rest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.contributions import (
    CONTRIBUTION_COLUMNS,
    WITHDRAWAL,
    contribution_from,
    with_later_entries,
)
from db.tables import LedgerEntry, contribution, rest_day
from db.upsert import insert_into
from domain.ledger import Contribution

TickKey = tuple[int, int, date]
"""Whose tick it is, for which app and day: participant id, app id, voting day."""


@dataclass(frozen=True)
class LastTick:
    """The last of a person's ticks for an app and day, and when it was taken or taken back."""

    contribution: Contribution
    changed_at: datetime


async def last_ticks(
    conn: AsyncConnection, guild_id: int, action_id: int, keys: Collection[TickKey]
) -> dict[TickKey, LastTick]:
    """The last tick under each key, taken back or not; keys without any are left out."""
    wanted = set(keys)
    rows = await conn.execute(
        select(*CONTRIBUTION_COLUMNS, WITHDRAWAL.c.at.label("withdrawn_at"))
        .select_from(with_later_entries(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            contribution.c.participant_id.in_({key[0] for key in wanted}),
            contribution.c.app_id.in_({key[1] for key in wanted}),
            contribution.c.day.in_({key[2].isoformat() for key in wanted}),
        )
        .order_by(contribution.c.contribution_id)
    )
    found: dict[TickKey, LastTick] = {}
    for row in rows:
        tick = contribution_from(row)
        assert tick.app_id is not None
        assert tick.day is not None
        key = (tick.participant_id, tick.app_id, tick.day)
        if key in wanted:
            found[key] = LastTick(tick, row.withdrawn_at or tick.at)
    return found


async def list_ticked(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> set[tuple[int, date]]:
    """The apps and days for which a person has a tick that they have not taken back."""
    rows = await conn.execute(
        select(contribution.c.app_id, contribution.c.day)
        .select_from(with_later_entries(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.participant_id == participant_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            contribution.c.app_id.is_not(None),
            WITHDRAWAL.c.contribution_id.is_(None),
        )
    )
    return {(row.app_id, date.fromisoformat(row.day)) for row in rows}


async def list_all_ticked(
    conn: AsyncConnection, guild_id: int, action_id: int, days: Collection[tuple[int, date]]
) -> set[int]:
    """The participant ids of those who have ticked each of these apps for its day."""
    wanted = [
        and_(contribution.c.app_id == app_id, contribution.c.day == day.isoformat())
        for app_id, day in set(days)
    ]
    rows = await conn.scalars(
        select(contribution.c.participant_id)
        .select_from(with_later_entries(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            WITHDRAWAL.c.contribution_id.is_(None),
            or_(*wanted),
        )
        .group_by(contribution.c.participant_id)
        .having(func.count(contribution.c.app_id.distinct()) == len(wanted))
    )
    return set(rows)


async def list_rest_days(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> set[date]:
    """The dates on which a person rests from an action."""
    days = await conn.scalars(
        select(rest_day.c.day).where(*_rests(guild_id, action_id, participant_id))
    )
    return {date.fromisoformat(day) for day in days}


async def rest(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int, day: date
) -> None:
    """Have a person rest on a date."""
    row = insert_into(conn, rest_day).values(
        guild_id=guild_id, action_id=action_id, participant_id=participant_id, day=day.isoformat()
    )
    await conn.execute(row.on_conflict_do_nothing())


async def end_rest(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int, day: date
) -> bool:
    """Take a day of rest back; False if it was none."""
    ended = await conn.execute(
        delete(rest_day).where(
            *_rests(guild_id, action_id, participant_id), rest_day.c.day == day.isoformat()
        )
    )
    return bool(ended.rowcount)


def _rests(guild_id: int, action_id: int, participant_id: int) -> tuple[Any, ...]:
    columns = rest_day.c
    return (
        columns.guild_id == guild_id,
        columns.action_id == action_id,
        columns.participant_id == participant_id,
    )
