"""The first action of a series, or the first by another rule: the one that the rest follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import series as queries
from db.queries.actions import update_action
from db.queries.servers import next_id
from domain.actions import Action
from domain.errors import Refusal
from domain.recurrence import Rule
from domain.series import Series, begin


async def begin_series(
    conn: AsyncConnection, action: Action, rule: Rule, lead: timedelta, now: datetime
) -> Series:
    """Let actions follow a whole, locked action by a rule, in place of one that it may have."""
    series_id = action.series_id or await next_id(conn, action.guild_id)
    known = await queries.load_series(conn, action.guild_id, series_id, lock=True)
    series = begin(
        action,
        rule,
        lead,
        series_id=series_id,
        now=known.created_at if known else now,
        skipped=known.skipped if known else frozenset(),
    )
    first = series.starts_wall
    if await queries.has_date(conn, action.guild_id, series_id, first, but=action.action_id):
        raise Refusal("series.date_taken", day=first.date())
    await queries.save_series(conn, series)
    await update_action(conn, replace(action, series_id=series_id, occurrence=first))
    return series


async def anchor_series(conn: AsyncConnection, draft: Action, now: datetime) -> Action:
    """Have a draft's series go on from it as it is by now: its time or text may have changed."""
    if draft.series_id is None:
        return draft
    series = await queries.load_series(conn, draft.guild_id, draft.series_id)
    assert series is not None
    anchored = await begin_series(conn, draft, series.rule, series.announce_lead, now)
    return replace(draft, occurrence=anchored.starts_wall)
