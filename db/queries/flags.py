"""Flags: what of the same evidence proves two contributions, and what was noticed about each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action, contribution, flag, proof
from db.upsert import insert_into
from domain.flags import Flagged, Other
from domain.kinds import ProofKind

IS_FLAGGED = exists().where(
    flag.c.guild_id == contribution.c.guild_id,
    flag.c.contribution_id == contribution.c.contribution_id,
)
"""Whether a row of `contribution` has a flag; a condition for statements that select from it."""

_OTHER_PROOF = proof.alias("other_proof")
_WITHDRAWS = contribution.alias("withdraws")


def not_withdrawn(guild_id: Any, contribution_id: Any) -> Any:
    """The condition that no entry withdraws a contribution."""
    return ~exists().where(
        _WITHDRAWS.c.guild_id == guild_id, _WITHDRAWS.c.withdraws == contribution_id
    )


_SHARED: Any = select(
    proof.c.contribution_id,
    proof.c.item,
    # Any other one does; all of them would be many where everybody has the same code.
    select(_OTHER_PROOF.c.contribution_id)
    .where(
        _OTHER_PROOF.c.guild_id == proof.c.guild_id,
        _OTHER_PROOF.c.digest == proof.c.digest,
        _OTHER_PROOF.c.contribution_id != proof.c.contribution_id,
        not_withdrawn(_OTHER_PROOF.c.guild_id, _OTHER_PROOF.c.contribution_id),
    )
    .correlate(proof)
    .limit(1)
    .scalar_subquery()
    .label("other_id"),
).where(
    proof.c.guild_id == bindparam("guild_id"),
    proof.c.contribution_id.in_(bindparam("contribution_ids", expanding=True)),
    proof.c.digest.is_not(None),
)


async def list_shared(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> list[tuple[int, ProofKind, int]]:
    """What of these contributions' proofs proves another one in the server that still stands.

    Each with its contribution's id, its kind, and the id of one such other contribution.
    """
    key = {"guild_id": guild_id, "contribution_ids": sorted(contribution_ids)}
    rows = await conn.execute(_SHARED, key)
    return [
        (row.contribution_id, ProofKind(row.item.value), row.other_id)
        for row in rows
        if row.other_id is not None
    ]


async def insert_flags(
    conn: AsyncConnection, guild_id: int, flags: Iterable[Flagged], now: datetime
) -> None:
    """Store flags; of one flag of a contribution the first is kept."""
    rows = {(one.contribution_id, one.flag): one.other_id for one in reversed(list(flags))}
    if rows:
        await conn.execute(
            insert_into(conn, flag).on_conflict_do_nothing(),
            [
                {
                    "guild_id": guild_id,
                    "contribution_id": contribution_id,
                    "flag": kind,
                    "other_id": other_id,
                    "at": now,
                }
                for (contribution_id, kind), other_id in sorted(rows.items())
            ],
        )


async def list_flags(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> list[Flagged]:
    """The flags of contributions in a fixed order, each with what is known about the other one."""
    other = contribution.alias("other")
    rows = await conn.execute(
        select(
            flag.c.contribution_id,
            flag.c.flag,
            flag.c.other_id,
            other.c.at,
            other.c.action_id,
            action.c.number,
            (other.c.participant_id == contribution.c.participant_id).label("same_person"),
        )
        .select_from(flag)
        .join(
            contribution,
            (contribution.c.guild_id == flag.c.guild_id)
            & (contribution.c.contribution_id == flag.c.contribution_id),
        )
        .outerjoin(
            other,
            (other.c.guild_id == flag.c.guild_id) & (other.c.contribution_id == flag.c.other_id),
        )
        .outerjoin(
            action,
            (action.c.guild_id == other.c.guild_id) & (action.c.action_id == other.c.action_id),
        )
        .where(flag.c.guild_id == guild_id, flag.c.contribution_id.in_(contribution_ids))
        .order_by(flag.c.contribution_id, flag.c.flag)
    )
    return [
        Flagged(
            row.contribution_id,
            row.flag,
            row.other_id,
            None
            if row.other_id is None
            else Other(
                row.other_id, row.at, row.action_id, row.number, same_person=bool(row.same_person)
            ),
        )
        for row in rows
    ]
