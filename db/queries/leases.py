"""Who looks at which contribution now, and who can't read its language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import review_lease, review_pass
from db.upsert import insert_into


async def take_leases(
    conn: AsyncConnection,
    guild_id: int,
    reviewer_id: int,
    contribution_ids: Collection[int],
    *,
    now: datetime,
    until: datetime,
) -> set[int]:
    """Have a reviewer look at these and at nothing else; those that another has are left out."""
    await conn.execute(
        delete(review_lease).where(
            review_lease.c.guild_id == guild_id,
            review_lease.c.reviewer_id == reviewer_id,
            review_lease.c.contribution_id.not_in(contribution_ids),
        )
    )
    taken: set[int] = set()
    for contribution_id in sorted(contribution_ids):
        lease = {"reviewer_id": reviewer_id, "until": until}
        row = insert_into(conn, review_lease).values(
            guild_id=guild_id, contribution_id=contribution_id, **lease
        )
        taken |= set(
            await conn.scalars(
                row.on_conflict_do_update(
                    index_elements=["guild_id", "contribution_id"],
                    set_=lease,
                    where=or_(
                        review_lease.c.reviewer_id == reviewer_id, review_lease.c.until <= now
                    ),
                ).returning(review_lease.c.contribution_id)
            )
        )
    return taken


async def is_leased_to_another(
    conn: AsyncConnection, guild_id: int, contribution_id: int, reviewer_id: int, now: datetime
) -> bool:
    """Tell whether another reviewer looks at a contribution."""
    until = await conn.scalar(
        select(review_lease.c.until).where(
            review_lease.c.guild_id == guild_id,
            review_lease.c.contribution_id == contribution_id,
            review_lease.c.reviewer_id != reviewer_id,
        )
    )
    return until is not None and until > now


async def list_leased(
    conn: AsyncConnection, guild_id: int, reviewer_id: int, until: datetime
) -> list[int]:
    """What a reviewer was shown together, as far as nobody else has it since, by id."""
    rows = await conn.scalars(
        select(review_lease.c.contribution_id)
        .where(
            review_lease.c.guild_id == guild_id,
            review_lease.c.reviewer_id == reviewer_id,
            review_lease.c.until == until,
        )
        .order_by(review_lease.c.contribution_id)
    )
    return list(rows)


async def release(
    conn: AsyncConnection, guild_id: int, reviewer_id: int, contribution_ids: Collection[int]
) -> None:
    """Have a reviewer look at these no more."""
    await conn.execute(
        delete(review_lease).where(
            review_lease.c.guild_id == guild_id,
            review_lease.c.reviewer_id == reviewer_id,
            review_lease.c.contribution_id.in_(contribution_ids),
        )
    )


async def forget(conn: AsyncConnection, guild_id: int, contribution_id: int) -> None:
    """Drop who looks at what has been decided, and who could not."""
    for table in (review_lease, review_pass):
        await conn.execute(
            delete(table).where(
                table.c.guild_id == guild_id, table.c.contribution_id == contribution_id
            )
        )


async def pass_on(
    conn: AsyncConnection, guild_id: int, contribution_id: int, reviewer_id: int, now: datetime
) -> None:
    """Show a contribution to a reviewer no more: it is in a language that they can't read."""
    row = insert_into(conn, review_pass).values(
        guild_id=guild_id, contribution_id=contribution_id, reviewer_id=reviewer_id, at=now
    )
    await conn.execute(row.on_conflict_do_nothing())
