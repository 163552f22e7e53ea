"""Participants: the numbers under which a server's ledger knows people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.servers import NEW_SERVER
from db.tables import participant, server
from db.upsert import insert_into

_FIND: Any = select(participant.c.user_id, participant.c.participant_id).where(
    participant.c.guild_id == bindparam("guild_id"),
    participant.c.user_id.in_(bindparam("user_ids", expanding=True)),
)


async def find_participants(
    conn: AsyncConnection, guild_id: int, user_ids: Collection[int]
) -> dict[int, int]:
    """The participant ids of members, by user id; who never took part is left out."""
    rows = await conn.execute(_FIND, {"guild_id": guild_id, "user_ids": list(user_ids)})
    return {row.user_id: row.participant_id for row in rows}


async def find_participant(conn: AsyncConnection, guild_id: int, user_id: int) -> int | None:
    """The participant id of a member, or None if they never took part."""
    return (await find_participants(conn, guild_id, [user_id])).get(user_id)


async def participants_of(
    conn: AsyncConnection, guild_id: int, user_ids: Collection[int], now: datetime
) -> dict[int, int]:
    """The participant ids of members, by user id, made on first use (as is the server's row)."""
    found = await find_participants(conn, guild_id, user_ids)
    new = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in found]
    if not new:
        return found
    new_server = insert_into(conn, server).values(
        guild_id=guild_id, created_at=now, last_id=len(new), **NEW_SERVER
    )
    counted = await conn.execute(
        new_server.on_conflict_do_update(
            index_elements=["guild_id"], set_={"last_id": server.c.last_id + len(new)}
        ).returning(server.c.last_id)
    )
    first_id = counted.scalar_one() - len(new) + 1
    key = {"guild_id": guild_id, "created_at": now}
    await conn.execute(
        insert_into(conn, participant).on_conflict_do_nothing(
            index_elements=["guild_id", "user_id"]
        ),
        [
            key | {"participant_id": participant_id, "user_id": user_id}
            for participant_id, user_id in enumerate(new, first_id)
        ],
    )
    # Read again: on PostgreSQL another transaction may have been first, and committed since.
    return found | await find_participants(conn, guild_id, new)


async def participant_of(conn: AsyncConnection, guild_id: int, user_id: int, now: datetime) -> int:
    """The participant id of one member, made on first use."""
    return (await participants_of(conn, guild_id, [user_id], now))[user_id]


async def user_of(conn: AsyncConnection, guild_id: int, participant_id: int) -> int | None:
    """The Discord user id behind a participant; None once the person is deleted."""
    return await conn.scalar(
        select(participant.c.user_id).where(
            participant.c.guild_id == guild_id, participant.c.participant_id == participant_id
        )
    )


async def load_public_name(conn: AsyncConnection, guild_id: int, user_id: int) -> str | None:
    """Under which name a member chose to be listed; None if they did not."""
    return await conn.scalar(
        select(participant.c.public_name).where(
            participant.c.guild_id == guild_id, participant.c.user_id == user_id
        )
    )


async def save_public_name(
    conn: AsyncConnection, guild_id: int, participant_id: int, name: str | None
) -> None:
    """List a participant under a name, or no more."""
    await conn.execute(
        update(participant)
        .where(participant.c.guild_id == guild_id, participant.c.participant_id == participant_id)
        .values(public_name=name)
    )
