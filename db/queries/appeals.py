"""Appeals against verdicts, and which verdicts a fan has yet to be told of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.queries.checks import CHECK_COLUMNS, check_from
from db.queries.contributions import (
    CONTRIBUTION_COLUMNS,
    IS_DECIDING,
    WITHDRAWAL,
    contribution_from,
    with_later_entries,
)
from db.tables import LedgerEntry, action, appeal, check, contribution, delivery, participant
from db.tables.deliveries import UNDONE
from domain.deliveries import DIRECT_LEVEL, DeliveryKind, DeliveryState
from domain.direct import Direct
from domain.reviewing import DISPUTABLE, Appeal, ToldVerdict

MOST_TOLD = 25
"""Verdicts that are told at once; further ones at the next occasion."""


async def insert_appeal(
    conn: AsyncConnection, guild_id: int, participant_id: int, value: Appeal
) -> None:
    """Store a fan's appeal; a second one raises IntegrityError."""
    row = vars(value) | {"guild_id": guild_id, "participant_id": participant_id}
    await conn.execute(insert(appeal).values(**row))


async def load_appeals(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> dict[int, Appeal]:
    """The appeals about these contributions, by contribution id."""
    columns = appeal.c
    rows = await conn.execute(
        select(columns.contribution_id, columns.check_id, columns.text, columns.at).where(
            columns.guild_id == guild_id, columns.contribution_id.in_(contribution_ids)
        )
    )
    return {row.contribution_id: Appeal(*row) for row in rows}


def _decided(fan: FromClause) -> FromClause:
    """Contributions with their action, their fan, the check that decides, and any appeal."""
    return (
        with_later_entries(
            ACTION_JOIN.join(
                contribution,
                and_(
                    contribution.c.guild_id == action.c.guild_id,
                    contribution.c.action_id == action.c.action_id,
                ),
            )
        )
        .join(check, IS_DECIDING)
        .join(
            fan,
            and_(
                fan.c.guild_id == contribution.c.guild_id,
                fan.c.participant_id == contribution.c.participant_id,
            ),
        )
        .outerjoin(
            appeal,
            and_(
                appeal.c.guild_id == contribution.c.guild_id,
                appeal.c.contribution_id == contribution.c.contribution_id,
            ),
        )
    )


async def list_untold(
    conn: AsyncConnection, guild_id: int, participant_id: int
) -> list[ToldVerdict]:
    """The verdicts that decide on what somebody did and that they don't know of, the first first.

    That something was verified is told only where they were told otherwise before, or appealed.
    """
    earlier, fan = check.alias("earlier"), participant.alias("fan")
    overruled = exists().where(
        earlier.c.guild_id == guild_id,
        earlier.c.contribution_id == check.c.contribution_id,
        earlier.c.check_id <= fan.c.told_check,
        earlier.c.verdict.in_(DISPUTABLE),
    )
    rows = await conn.execute(
        select(
            *ACTION_COLUMNS, *CONTRIBUTION_COLUMNS, *CHECK_COLUMNS, appeal.c.check_id.label("about")
        )
        .select_from(_decided(fan))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.participant_id == participant_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            WITHDRAWAL.c.contribution_id.is_(None),
            check.c.check_id > fan.c.told_check,
            or_(
                check.c.verdict.in_(DISPUTABLE),
                overruled,
                check.c.check_id > appeal.c.check_id,
            ),
        )
        .order_by(check.c.check_id)
        .limit(MOST_TOLD)
    )
    return [
        ToldVerdict(
            action_from(row),
            contribution_from(row),
            check_from(row),
            final=row.about is not None and row.check_id > row.about,
        )
        for row in rows
    ]


async def mark_told(
    conn: AsyncConnection, guild_id: int, participant_id: int, check_id: int
) -> None:
    """Note that somebody was told of all verdicts up to a check."""
    await conn.execute(
        update(participant)
        .where(
            participant.c.guild_id == guild_id,
            participant.c.participant_id == participant_id,
            participant.c.told_check < check_id,
        )
        .values(told_check=check_id)
    )


async def wants_telling(conn: AsyncConnection, guild_id: int, participant_id: int) -> bool:
    """Tell whether somebody gets direct messages."""
    direct = await conn.scalar(
        select(participant.c.direct).where(
            participant.c.guild_id == guild_id,
            participant.c.participant_id == participant_id,
            participant.c.user_id.is_not(None),
        )
    )
    return direct is Direct.ON


async def last_tellings(
    conn: AsyncConnection, guild_id: int, participant_id: int
) -> tuple[datetime | None, datetime | None]:
    """When the last direct message with somebody's verdicts goes out that waits for its time.

    First of all of them, then of those that are yet to be written: what may have been sent is.
    """
    owed = _owed_tellings(guild_id, participant_id, (DeliveryState.PENDING,))
    last = func.max(delivery.c.try_at)
    unwritten = last.filter(delivery.c.unsure_since.is_(None))
    row = (await conn.execute(select(last, unwritten).where(owed))).one()
    return row[0], row[1]


async def is_told_directly(conn: AsyncConnection, guild_id: int, participant_id: int) -> bool:
    """Tell whether a direct message with somebody's verdicts is on its way."""
    states = (DeliveryState.PENDING, DeliveryState.CLAIMED)
    owed = _owed_tellings(guild_id, participant_id, states)
    return bool(await conn.scalar(select(func.count()).select_from(delivery).where(owed)))


def _owed_tellings(
    guild_id: int, participant_id: int, states: Collection[DeliveryState]
) -> ColumnElement[bool]:
    """Tell whether a delivery is a direct message with somebody's verdicts."""
    return and_(
        text(UNDONE),
        delivery.c.importance == DIRECT_LEVEL,
        delivery.c.guild_id == guild_id,
        delivery.c.participant_id == participant_id,
        delivery.c.kind == DeliveryKind.VERDICT,
        delivery.c.state.in_(states),
    )
