"""Reading an action's ledger and its sign-ups as of a cut-off, a piece at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.checks import CHECK_COLUMNS, check_from
from db.queries.contributions import CONTRIBUTION_COLUMNS, contribution_from, with_later_entries
from db.tables import (
    LedgerEntry,
    check,
    contribution,
    participant,
    signup_event,
    spot_check,
    spot_sample,
)
from domain.ledger import StandingState, standing
from domain.sign_ups import SignUp
from domain.tally import LedgerRow

CHUNK = 100
"""Rows read at a time: so few that making values of them holds nothing else up for long."""


async def read_ledger(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime
) -> AsyncGenerator[Sequence[LedgerRow]]:
    """An action's contributions by id, withdrawn, proved and checked as of an instant.

    Those made after it are among them, so that each has its number whatever the instant.
    """
    sample = await _newest_sample(conn, guild_id, action_id, until)
    number = last = 0
    while True:
        rows = await _read_chunk(conn, guild_id, action_id, last, until, sample)
        if sample is not None and rows:
            rows = await _with_drawn(conn, guild_id, action_id, last, sample, rows)
        if rows:
            last = rows[-1].contribution.contribution_id
            yield [replace(row, number=number + n) for n, row in enumerate(rows, 1)]
            number += len(rows)
        if len(rows) < CHUNK:
            return
        await asyncio.sleep(0)


async def read_sign_ups(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime
) -> AsyncGenerator[Sequence[SignUp]]:
    """Everybody who signed up by an instant, those who left included, by their place then."""
    newest = func.max(signup_event.c.event_id).label("event_id")
    last = (
        select(newest)
        .where(
            signup_event.c.guild_id == guild_id,
            signup_event.c.action_id == action_id,
            signup_event.c.at <= until,
        )
        .group_by(signup_event.c.participant_id)
        .subquery()
    )
    columns = (
        signup_event.c.participant_id,
        signup_event.c.state,
        signup_event.c.place,
        signup_event.c.at,
        signup_event.c.option_id,
        signup_event.c.pledged,
    )
    events = (
        select(*columns)
        .join(last, signup_event.c.event_id == last.c.event_id)
        .where(signup_event.c.guild_id == guild_id)
        .order_by(signup_event.c.place, signup_event.c.participant_id)
    )
    async with conn.stream(events) as rows:
        async for chunk in rows.partitions(CHUNK):
            yield [SignUp(*row) for row in chunk]


@cache
def _chunk_statement(*, sampled: bool) -> Any:
    """Contributions behind an id, each as of an instant, with the check that decides then."""
    until = bindparam("until", type_=contribution.c.at.type)
    deciding = (
        select(func.max(check.c.check_id))
        .where(
            check.c.guild_id == contribution.c.guild_id,
            check.c.contribution_id == contribution.c.contribution_id,
            check.c.at <= until,
        )
        .correlate(contribution)
        .scalar_subquery()
    )
    source = (
        with_later_entries(contribution, until=until)  # pyright: ignore[reportArgumentType]
        .outerjoin(
            check, and_(check.c.guild_id == contribution.c.guild_id, check.c.check_id == deciding)
        )
        .outerjoin(
            participant,
            and_(
                participant.c.guild_id == contribution.c.guild_id,
                participant.c.participant_id == contribution.c.participant_id,
            ),
        )
    )
    columns = [*CONTRIBUTION_COLUMNS, *CHECK_COLUMNS, participant.c.public_name]
    if sampled:
        columns.append(spot_sample.c.stratum)
        source = source.outerjoin(
            spot_sample,
            and_(
                spot_sample.c.guild_id == contribution.c.guild_id,
                spot_sample.c.spot_check_id == bindparam("sample"),
                spot_sample.c.contribution_id == contribution.c.contribution_id,
            ),
        )
    return (
        select(*columns)
        .select_from(source)
        .where(
            contribution.c.guild_id == bindparam("guild_id"),
            contribution.c.action_id == bindparam("action_id"),
            contribution.c.entry == LedgerEntry.LOGGED,
            contribution.c.contribution_id > bindparam("last"),
        )
        .order_by(contribution.c.contribution_id)
        .limit(CHUNK)
    )


async def _read_chunk(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    last: int,
    until: datetime,
    sample: Any,
) -> list[LedgerRow]:
    values = {"guild_id": guild_id, "action_id": action_id, "last": last, "until": until}
    if sample is not None:
        values["sample"] = sample.spot_check_id
    rows = await conn.execute(_chunk_statement(sampled=sample is not None), values)
    return [
        LedgerRow(
            number=0,
            contribution=contribution_from(row),
            check=None if row.check_id is None else check_from(row),
            name=row.public_name,
            stratum=None if sample is None else row.stratum,
        )
        for row in rows
    ]


async def _with_drawn(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    last: int,
    sample: Any,
    rows: Sequence[LedgerRow],
) -> list[LedgerRow]:
    """The rows with the amounts at which they were logged when the sample was drawn."""
    then = await _read_chunk(conn, guild_id, action_id, last, sample.at, sample)
    drawn: list[LedgerRow] = []
    for row, before in zip(rows, then, strict=True):
        where = standing(before.contribution, before.check)
        counted = before.contribution.at <= sample.at and where.state is StandingState.LOGGED
        drawn.append(replace(row, drawn=where.amount if counted else None))
    return drawn


async def _newest_sample(
    conn: AsyncConnection, guild_id: int, action_id: int, until: datetime
) -> Any:
    """The spot check whose sample counts at an instant: the last one drawn by then."""
    rows = await conn.execute(
        select(spot_check.c.spot_check_id, spot_check.c.at)
        .where(
            spot_check.c.guild_id == guild_id,
            spot_check.c.action_id == action_id,
            spot_check.c.at <= until,
        )
        .order_by(spot_check.c.spot_check_id.desc())
        .limit(1)
    )
    return rows.one_or_none()
