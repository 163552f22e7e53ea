"""Attachments: the files of entries, which can be purged."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import attachment
from domain.entries import EntryFile
from domain.ledger import Contribution


async def insert_attachments(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    contribution: Contribution,
    files: Sequence[EntryFile],
) -> None:
    """Store the files of an entry in their order."""
    if files:
        await conn.execute(
            insert(attachment),
            [
                {
                    "guild_id": guild_id,
                    "contribution_id": contribution.contribution_id,
                    "position": position,
                    "action_id": action_id,
                    "participant_id": contribution.participant_id,
                    **vars(file),
                }
                for position, file in enumerate(files, 1)
            ],
        )


async def load_attachments(
    conn: AsyncConnection, guild_id: int, contribution_id: int
) -> list[EntryFile]:
    """The files of an entry in their order; none once purged."""
    rows = await conn.execute(
        select(attachment.c.name, attachment.c.content_type, attachment.c.data)
        .where(attachment.c.guild_id == guild_id, attachment.c.contribution_id == contribution_id)
        .order_by(attachment.c.position)
    )
    return [EntryFile(*row) for row in rows]


async def delete_attachments(conn: AsyncConnection, guild_id: int, contribution_id: int) -> None:
    """Purge the files of an entry."""
    await conn.execute(
        delete(attachment).where(
            attachment.c.guild_id == guild_id, attachment.c.contribution_id == contribution_id
        )
    )
