"""Spot checks: samples as they were drawn, and what has become of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.checks import CHECK_COLUMNS, check_from
from db.queries.contributions import CONTRIBUTION_COLUMNS, contribution_from, with_later_entries
from db.tables import check, contribution, spot_check, spot_sample
from domain.ledger import Check, standing
from domain.spot_bounds import Stratum
from domain.spot_checks import Outcome, SpotCheck, judge


async def insert_spot_check(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    value: SpotCheck,
    sample: Mapping[int, int],
    drawn_by: int,
) -> None:
    """Store a draw: `sample` has the strata, counted from 1, by contribution id."""
    ids = {"guild_id": guild_id, "spot_check_id": value.spot_check_id}
    await conn.execute(
        insert(spot_check).values(
            **ids,
            action_id=action_id,
            at=value.at,
            strata=[asdict(stratum) for stratum in value.strata],
            drawn_by=drawn_by,
        )
    )
    rows = [{**ids, "contribution_id": i, "stratum": n} for i, n in sorted(sample.items())]
    await conn.execute(insert(spot_sample), rows)


async def list_spot_checks(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime | None = None
) -> list[SpotCheck]:
    """An action's draws, the first one first; with `until` those up to and including then."""
    rows = await conn.execute(
        select(spot_check.c.spot_check_id, spot_check.c.at, spot_check.c.strata)
        .where(spot_check.c.guild_id == guild_id, spot_check.c.action_id == action_id)
        .order_by(spot_check.c.spot_check_id)
    )
    return [
        SpotCheck(row.spot_check_id, row.at, tuple(map(_stratum, row.strata)), number)
        for number, row in enumerate(rows, 1)
        if until is None or row.at <= until
    ]


def _stratum(stored: Mapping[str, Any]) -> Stratum:
    return Stratum(**{**stored, "steps": tuple((most, rows) for most, rows in stored["steps"])})


async def load_outcomes(
    conn: AsyncConnection, guild_id: int, drawn: SpotCheck, *, until: datetime
) -> dict[int, Outcome]:
    """What has become of a sample's rows by an instant, by contribution id."""
    of_sample = and_(
        spot_sample.c.guild_id == contribution.c.guild_id,
        spot_sample.c.contribution_id == contribution.c.contribution_id,
        spot_sample.c.spot_check_id == drawn.spot_check_id,
    )
    rows = await conn.execute(
        select(*CONTRIBUTION_COLUMNS, spot_sample.c.stratum)
        .select_from(with_later_entries(contribution.join(spot_sample, of_sample), until=until))
        .where(contribution.c.guild_id == guild_id)
    )
    entries = [(contribution_from(row), row.stratum) for row in rows]
    before, after = await _deciding(conn, guild_id, drawn, until)
    outcomes: dict[int, Outcome] = {}
    for entry, stratum in entries:
        number = entry.contribution_id
        # What was withdrawn was not yet: it stood as logged when it was drawn.
        then = standing(replace(entry, withdrawn=False), before.get(number))
        outcomes[number] = judge(stratum, then.amount, standing(entry, after.get(number)))
    return outcomes


async def _deciding(
    conn: AsyncConnection, guild_id: int, drawn: SpotCheck, until: datetime
) -> tuple[Mapping[int, Check], Mapping[int, Check]]:
    """The checks that decided on a sample's rows when it was drawn, and by an instant."""
    rows = await conn.execute(
        select(*CHECK_COLUMNS)
        .join_from(
            spot_sample,
            check,
            and_(
                check.c.guild_id == spot_sample.c.guild_id,
                check.c.contribution_id == spot_sample.c.contribution_id,
            ),
        )
        .where(
            spot_sample.c.guild_id == guild_id,
            spot_sample.c.spot_check_id == drawn.spot_check_id,
            check.c.at <= until,
        )
        .order_by(check.c.check_id)
    )
    before: dict[int, Check] = {}
    after: dict[int, Check] = {}
    for each in map(check_from, rows):
        after[each.contribution_id] = each
        if each.at <= drawn.at:
            before[each.contribution_id] = each
    return before, after


async def ledger_ends(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime
) -> tuple[int, ...]:
    """The last ids of an action's entries and checks up to and including an instant; 0 for none.

    They are others once there is another one: ids only grow.
    """
    ends: list[int] = []
    for table, number in (
        (contribution, contribution.c.contribution_id),
        (check, check.c.check_id),
    ):
        last = await conn.scalar(
            select(number)
            .where(
                table.c.guild_id == guild_id, table.c.action_id == action_id, table.c.at <= until
            )
            .order_by(number.desc())
            .limit(1)
        )
        ends.append(last or 0)
    return tuple(ends)
