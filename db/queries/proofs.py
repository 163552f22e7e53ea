"""Proofs: the codes, links and notes beside contributions, which can be purged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import ProofItem, proof


@dataclass(frozen=True)
class StoredProof:
    """One thing said beside a contribution; `item` is the kind of a proof, or note.

    `digest` stands for what counts as the same proof; None for a note. Of several proofs of the
    same kind each has its `position`, from 1 on.
    """

    contribution_id: int
    participant_id: int
    item: str
    value: str
    digest: str | None
    position: int = 1


async def insert_proofs(
    conn: AsyncConnection, guild_id: int, action_id: int, proofs: Sequence[StoredProof]
) -> None:
    """Store what was said beside contributions to an action."""
    if proofs:
        key = {"guild_id": guild_id, "action_id": action_id}
        await conn.execute(insert(proof), [key | vars(stored) for stored in proofs])


async def list_proofs(
    conn: AsyncConnection, guild_id: int, contribution_id: int
) -> list[StoredProof]:
    """What was said beside a contribution, in a fixed order; empty once purged."""
    rows = await conn.execute(
        select(proof)
        .where(proof.c.guild_id == guild_id, proof.c.contribution_id == contribution_id)
        .order_by(proof.c.item, proof.c.position)
    )
    return [
        StoredProof(
            row.contribution_id,
            row.participant_id,
            row.item.value,
            row.value,
            row.digest,
            row.position,
        )
        for row in rows
    ]


async def load_proofs(conn: AsyncConnection, guild_id: int, contribution_id: int) -> dict[str, str]:
    """What was said beside a contribution, by item, several of one a line each."""
    found: dict[str, str] = {}
    for said in await list_proofs(conn, guild_id, contribution_id):
        found[said.item] = f"{found[said.item]}\n{said.value}" if said.item in found else said.value
    return found


@dataclass(frozen=True)
class Said:
    """How many codes and links prove a contribution, their characters, and those of a code."""

    count: int = 0
    length: int = 0
    longest_code: int = 0


async def measure_said(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> dict[int, Said]:
    """How much the codes, links and messages come to that prove contributions, if there are any."""
    length = func.length(proof.c.value)
    of_code = case((proof.c.item == ProofItem.CODE, length), else_=0)
    rows = await conn.execute(
        select(
            proof.c.contribution_id,
            func.count().label("said"),
            func.sum(length).label("length"),
            func.max(of_code).label("longest_code"),
        )
        .where(
            proof.c.guild_id == guild_id,
            proof.c.contribution_id.in_(contribution_ids),
            proof.c.item.in_((ProofItem.CODE, ProofItem.LINK, ProofItem.MESSAGE)),
        )
        .group_by(proof.c.contribution_id)
    )
    return {row.contribution_id: Said(row.said, int(row.length), row.longest_code) for row in rows}


_SEEN: Any = select(proof.c.participant_id, proof.c.digest).where(
    proof.c.guild_id == bindparam("guild_id"),
    proof.c.action_id == bindparam("action_id"),
    proof.c.participant_id.in_(bindparam("participant_ids", expanding=True)),
    proof.c.digest.in_(bindparam("digests", expanding=True)),
)


async def seen_digests(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    given: Collection[tuple[int, str]],
) -> set[tuple[int, str]]:
    """Those of the given (participant id, digest) that the person gave in this action before.

    Withdrawn contributions count too: else withdrawing would slip past a verdict.
    """
    if not given:
        return set()
    key = {
        "guild_id": guild_id,
        "action_id": action_id,
        "participant_ids": sorted({participant_id for participant_id, _ in given}),
        "digests": sorted({digest for _, digest in given}),
    }
    rows = await conn.execute(_SEEN, key)
    return {(row.participant_id, row.digest) for row in rows} & set(given)
