"""Proofs: the codes, links and notes beside contributions, which can be purged."""

from __future__ import annotations

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import ProofItem, proof


async def insert_proof(
    conn: AsyncConnection,
    guild_id: int,
    *,
    contribution_id: int,
    action_id: int,
    participant_id: int,
    item: str,
    value: str,
    digest: str | None,
) -> None:
    """Store one thing said beside a contribution; `item` is code, link or note.

    `digest` stands for what counts as the same code or link.
    """
    await conn.execute(
        insert(proof).values(
            guild_id=guild_id,
            contribution_id=contribution_id,
            action_id=action_id,
            participant_id=participant_id,
            item=item,
            value=value,
            digest=digest,
        )
    )


async def load_proofs(conn: AsyncConnection, guild_id: int, contribution_id: int) -> dict[str, str]:
    """What was said beside a contribution, by item; empty once purged."""
    rows = await conn.execute(
        select(proof.c.item, proof.c.value).where(
            proof.c.guild_id == guild_id, proof.c.contribution_id == contribution_id
        )
    )
    return {row.item.value: row.value for row in rows}


async def proof_seen(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    participant_id: int,
    item: str,
    digest: str,
) -> bool:
    """Tell whether this person gave the same code or link in this action before.

    Withdrawn contributions count too: else withdrawing would slip past a verdict.
    """
    found = await conn.scalar(
        select(
            exists().where(
                proof.c.guild_id == guild_id,
                proof.c.action_id == action_id,
                proof.c.participant_id == participant_id,
                proof.c.digest == digest,
                proof.c.item == ProofItem(item),
            )
        )
    )
    return bool(found)
