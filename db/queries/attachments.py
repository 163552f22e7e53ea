"""Attachments: the files of entries and the pictures that prove, which can be purged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import attachment
from domain.entries import EntryFile
from domain.ledger import Contribution
from domain.pictures import PICTURES, Picture


async def insert_attachments(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    contribution: Contribution,
    files: Sequence[EntryFile | Picture],
) -> None:
    """Store files of a contribution in their order, behind those that it has."""
    if files:
        last = await conn.scalar(
            select(func.max(attachment.c.position)).where(
                *_of(guild_id, contribution.contribution_id)
            )
        )
        await conn.execute(
            insert(attachment),
            [
                {
                    "guild_id": guild_id,
                    "contribution_id": contribution.contribution_id,
                    "position": position,
                    "action_id": action_id,
                    "participant_id": contribution.participant_id,
                    "name": file.name,
                    "content_type": file.content_type,
                    "data": file.data,
                    "digest": file.digest if isinstance(file, Picture) else None,
                    "look": file.look if isinstance(file, Picture) else None,
                }
                for position, file in enumerate(files, (last or 0) + 1)
            ],
        )


async def load_attachments(
    conn: AsyncConnection, guild_id: int, contribution_id: int
) -> list[EntryFile]:
    """The files of a contribution in their order; none once purged."""
    rows = await conn.execute(
        select(attachment.c.name, attachment.c.content_type, attachment.c.data)
        .where(*_of(guild_id, contribution_id))
        .order_by(attachment.c.position)
    )
    return [EntryFile(*row) for row in rows]


@dataclass(frozen=True)
class Sizes:
    """How many files a contribution has, how many of them are no pictures, and their bytes."""

    files: int = 0
    others: int = 0
    size: int = 0


async def sizes_of(
    conn: AsyncConnection, guild_id: int, contribution_ids: Collection[int]
) -> dict[int, Sizes]:
    """What the files of contributions come to; of those that have any."""
    is_other = case((attachment.c.content_type.in_(PICTURES), 0), else_=1)
    rows = await conn.execute(
        select(
            attachment.c.contribution_id,
            func.count().label("files"),
            func.sum(is_other).label("others"),
            func.sum(func.length(attachment.c.data)).label("size"),
        )
        .where(
            attachment.c.guild_id == guild_id, attachment.c.contribution_id.in_(contribution_ids)
        )
        .group_by(attachment.c.contribution_id)
    )
    return {row.contribution_id: Sizes(row.files, int(row.others), int(row.size)) for row in rows}


async def delete_attachments(conn: AsyncConnection, guild_id: int, contribution_id: int) -> None:
    """Purge the files of a contribution."""
    await conn.execute(delete(attachment).where(*_of(guild_id, contribution_id)))


def _of(guild_id: int, contribution_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        attachment.c.guild_id == guild_id,
        attachment.c.contribution_id == contribution_id,
    )
