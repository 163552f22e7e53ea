"""Looks: the pictures of a server that may nearly be the same as a new one, found by an index."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.flags import not_withdrawn
from db.tables import attachment, look_part
from db.upsert import insert_into
from domain.looks import BITS_DIGITS, LEAST_PARTS, detail_of, parts_of

MOST_CANDIDATES, MOST_OF_ONE_LAYOUT = 500, 5_000
"""Pictures that are compared with a new one, those first that have most in common with it.

Of screenshots of other posts in one layout, two of a hundred have as much in common with a new one
as a copy has: the copy is among these up to some ten thousands of such pictures in a server.
Of receipts in one layout a quarter or more have, so more of them are told apart by their bits.
"""

_BITS = func.substr(attachment.c.look, 1, BITS_DIGITS)


@dataclass(frozen=True)
class StoredLook:
    """A picture of a contribution, by its position there, and its look without the detail."""

    contribution_id: int
    position: int
    digest: str | None
    look: str


async def list_looks(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> list[StoredLook]:
    """The pictures of contributions that have a look."""
    rows = await conn.execute(
        select(
            attachment.c.contribution_id,
            attachment.c.position,
            attachment.c.digest,
            _BITS,
        ).where(
            attachment.c.guild_id == guild_id,
            attachment.c.contribution_id.in_(contribution_ids),
            attachment.c.look.is_not(None),
        )
    )
    return [StoredLook(*row) for row in rows]


async def insert_parts(conn: AsyncConnection, guild_id: int, looks: Sequence[StoredLook]) -> None:
    """Make pictures findable by their looks; those that are so already stay so."""
    if looks:
        await conn.execute(
            insert_into(conn, look_part).on_conflict_do_nothing(),
            [
                {
                    "guild_id": guild_id,
                    "part": part,
                    "value": value,
                    "contribution_id": one.contribution_id,
                    "position": one.position,
                }
                for one in looks
                for part, value in parts_of(one.look)
            ],
        )


async def list_candidates(
    conn: AsyncConnection,
    guild_id: int,
    parts: Mapping[int, Collection[int]],
    *,
    but: int,
    most: int = MOST_CANDIDATES,
) -> list[StoredLook]:
    """The findable pictures that have `LEAST_PARTS` in common with the values of parts, or more.

    Left out are those of the contribution `but` and of withdrawn ones. Most in common comes first,
    then the oldest.
    """
    common = (
        select(look_part.c.contribution_id, look_part.c.position, func.count().label("common"))
        .where(
            look_part.c.guild_id == guild_id,
            look_part.c.contribution_id != but,
            or_(
                *(
                    and_(look_part.c.part == part, look_part.c.value.in_(sorted(values)))
                    for part, values in parts.items()
                )
            ),
        )
        .group_by(look_part.c.contribution_id, look_part.c.position)
        .having(func.count() >= LEAST_PARTS)
        .subquery()
    )
    rows = await conn.execute(
        select(
            attachment.c.contribution_id,
            attachment.c.position,
            attachment.c.digest,
            _BITS,
        )
        .join(
            common,
            and_(
                attachment.c.guild_id == guild_id,
                attachment.c.contribution_id == common.c.contribution_id,
                attachment.c.position == common.c.position,
            ),
        )
        .where(not_withdrawn(guild_id, attachment.c.contribution_id))
        .order_by(common.c.common.desc(), attachment.c.contribution_id, attachment.c.position)
        .limit(most)
    )
    return [StoredLook(*row) for row in rows]


async def list_details(
    conn: AsyncConnection, guild_id: int, looks: Sequence[StoredLook]
) -> list[bytes | None]:
    """The details of pictures in their order; None for one that has none, or is gone by now."""
    key = attachment.c.contribution_id, attachment.c.position
    rows = await conn.execute(
        select(*key, attachment.c.look).where(
            attachment.c.guild_id == guild_id,
            tuple_(*key).in_([(one.contribution_id, one.position) for one in looks]),
        )
    )
    details = {(row.contribution_id, row.position): detail_of(row.look) for row in rows}
    return [details.get((one.contribution_id, one.position)) for one in looks]
