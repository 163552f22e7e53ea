"""Contributors: what each participant's contributions to an action come to, a row a unit."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import contributor, participant
from db.upsert import increase
from domain.contributors import NO_CHANGE, Change
from domain.leaderboards import Place


async def add(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    changes: Mapping[tuple[int, str], Change],
) -> None:
    """Add changes to the rows of participants, by participant id and unit code.

    The caller has locked the action.
    """
    key = {"guild_id": guild_id, "action_id": action_id}
    rows = [
        key | {"participant_id": participant_id, "unit_code": unit_code} | vars(change)
        for (participant_id, unit_code), change in changes.items()
        if change != NO_CHANGE
    ]
    await increase(conn, contributor, *rows)


async def count_contributors(conn: AsyncConnection, guild_id: int, action_id: int) -> int:
    """How many people have something logged in an action."""
    count = await conn.scalar(
        select(func.count(contributor.c.participant_id.distinct())).where(
            contributor.c.guild_id == guild_id,
            contributor.c.action_id == action_id,
            contributor.c.logged_count > 0,
        )
    )
    return count or 0


async def list_named(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    unit_code: str,
    *,
    limit: int,
    offset: int = 0,
) -> list[Place]:
    """Who chose to be named and has something logged in a unit of an action, the most first.

    Ranks are among them alone; who has logged as much as another shares theirs.
    """
    named = and_(
        participant.c.guild_id == contributor.c.guild_id,
        participant.c.participant_id == contributor.c.participant_id,
        participant.c.public_name.is_not(None),
    )
    listed = (
        contributor.c.guild_id == guild_id,
        contributor.c.action_id == action_id,
        contributor.c.unit_code == unit_code,
        contributor.c.logged_count > 0,
    )
    columns = contributor.c.logged, contributor.c.logged_count, contributor.c.verified_count
    rows = (
        await conn.execute(
            select(participant.c.public_name, *columns)
            .join_from(contributor, participant, named)
            .where(*listed)
            .order_by(
                contributor.c.logged.desc(), participant.c.public_name, participant.c.participant_id
            )
            .limit(limit)
            .offset(offset)
        )
    ).all()
    above = 0
    if rows and offset:
        more = contributor.c.logged > rows[0].logged
        found = select(func.count()).select_from(contributor.join(participant, named))
        above = await conn.scalar(found.where(*listed, more)) or 0
    places: list[Place] = []
    for index, row in enumerate(rows):
        rank = above + 1 if row.logged == rows[0].logged else offset + index + 1
        if places and places[-1].logged == row.logged:
            rank = places[-1].rank
        places.append(Place(rank, *row))
    return places
