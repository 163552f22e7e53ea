"""Participants: the numbers under which a server's ledger knows people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import participant, server
from db.upsert import insert_into


async def find_participant(conn: AsyncConnection, guild_id: int, user_id: int) -> int | None:
    """The participant id of a member, or None if they never took part."""
    return await conn.scalar(
        select(participant.c.participant_id).where(
            participant.c.guild_id == guild_id, participant.c.user_id == user_id
        )
    )


async def participant_of(conn: AsyncConnection, guild_id: int, user_id: int, now: datetime) -> int:
    """The participant id of a member, made on first use (as is the server's row)."""
    found = await find_participant(conn, guild_id, user_id)
    if found is not None:
        return found
    new_server = insert_into(conn, server).values(guild_id=guild_id, created_at=now, last_id=1)
    counted = await conn.execute(
        new_server.on_conflict_do_update(
            index_elements=["guild_id"], set_={"last_id": server.c.last_id + 1}
        ).returning(server.c.last_id)
    )
    row = insert_into(conn, participant).values(
        guild_id=guild_id, participant_id=counted.scalar_one(), user_id=user_id, created_at=now
    )
    made = await conn.execute(
        row.on_conflict_do_nothing(index_elements=["guild_id", "user_id"]).returning(
            participant.c.participant_id
        )
    )
    new_id = made.scalar_one_or_none()
    if new_id is None:  # On PostgreSQL another transaction was first, and has committed since.
        new_id = await find_participant(conn, guild_id, user_id)
        assert new_id is not None
    return new_id


async def user_of(conn: AsyncConnection, guild_id: int, participant_id: int) -> int | None:
    """The Discord user id behind a participant; None once the person is deleted."""
    return await conn.scalar(
        select(participant.c.user_id).where(
            participant.c.guild_id == guild_id, participant.c.participant_id == participant_id
        )
    )
