"""Time polls: their slots, who ticked which, and where their messages stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import participant, poll, poll_slot, poll_tick
from domain.deliveries import Post
from domain.polls import Poll, Slot
from domain.walls import Resolved, Wall

_POLLS = select(poll, participant.c.user_id).join_from(
    poll,
    participant,
    and_(
        participant.c.guild_id == poll.c.guild_id,
        participant.c.participant_id == poll.c.organiser_id,
    ),
)


async def insert_poll(conn: AsyncConnection, value: Poll) -> None:
    """Store a new poll with its slots."""
    key = {"guild_id": value.guild_id, "poll_id": value.poll_id}
    await conn.execute(
        insert(poll).values(
            **key,
            kind=value.kind,
            title=value.title,
            organiser_id=value.organiser_id,
            created_at=value.created_at,
        )
    )
    await conn.execute(
        insert(poll_slot),
        [
            {
                **key,
                "slot": slot.number,
                "wall": slot.starts.wall.time,
                "zone": slot.starts.wall.zone,
                "fold": slot.starts.wall.fold,
                "at": slot.starts.at,
            }
            for slot in value.slots
        ],
    )


async def load_poll(
    conn: AsyncConnection, guild_id: int, poll_id: int, *, lock: bool = False
) -> Poll | None:
    """A poll with its slots; `lock` keeps others from changing it meanwhile."""
    statement = _POLLS.where(poll.c.guild_id == guild_id, poll.c.poll_id == poll_id)
    if lock:
        statement = statement.with_for_update(of=poll)
    row = (await conn.execute(statement)).one_or_none()
    return None if row is None else await _poll_from(conn, row)


async def list_polls(
    conn: AsyncConnection, guild_id: int, *, closed_after: datetime, limit: int, offset: int = 0
) -> list[Poll]:
    """A page of a server's polls that are open or were closed since then, the newest first."""
    rows = await conn.execute(
        _POLLS.where(
            poll.c.guild_id == guild_id,
            or_(poll.c.closed_at.is_(None), poll.c.closed_at > closed_after),
        )
        .order_by(poll.c.poll_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [await _poll_from(conn, row) for row in rows.all()]


async def list_open(conn: AsyncConnection, now: datetime) -> list[tuple[int, int]]:
    """Server and poll id of every open poll whose message stands, over all servers.

    Left out are those whose slots have all passed, which nobody may ever close.
    """
    ahead = exists().where(
        poll_slot.c.guild_id == poll.c.guild_id,
        poll_slot.c.poll_id == poll.c.poll_id,
        poll_slot.c.at > now,
    )
    rows = await conn.execute(
        select(poll.c.guild_id, poll.c.poll_id).where(
            poll.c.closed_at.is_(None), poll.c.message_id.is_not(None), ahead
        )
    )
    return [(row.guild_id, row.poll_id) for row in rows]


async def _poll_from(conn: AsyncConnection, row: Any) -> Poll:
    slots = await conn.execute(
        select(poll_slot)
        .where(poll_slot.c.guild_id == row.guild_id, poll_slot.c.poll_id == row.poll_id)
        .order_by(poll_slot.c.slot)
    )
    return Poll(
        guild_id=row.guild_id,
        poll_id=row.poll_id,
        kind=row.kind,
        title=row.title,
        organiser_id=row.organiser_id,
        organiser_user_id=row.user_id,
        created_at=row.created_at,
        slots=tuple(
            Slot(slot.slot, Resolved(Wall(slot.wall, slot.zone, slot.fold), slot.at), slot.ticks)
            for slot in slots
        ),
        post=None if row.message_id is None else Post(row.channel_id, row.message_id),
        closed_at=row.closed_at,
        winner=row.winner,
    )


async def load_ticks(
    conn: AsyncConnection, guild_id: int, poll_id: int, participant_id: int
) -> frozenset[int]:
    """The numbers of the slots that suit somebody."""
    rows = await conn.execute(
        select(poll_tick.c.slot).where(
            poll_tick.c.guild_id == guild_id,
            poll_tick.c.poll_id == poll_id,
            poll_tick.c.participant_id == participant_id,
        )
    )
    return frozenset(rows.scalars())


async def change_ticks(
    conn: AsyncConnection,
    guild_id: int,
    poll_id: int,
    participant_id: int,
    *,
    added: Collection[int],
    removed: Collection[int],
) -> None:
    """Add ticks and take some back; the slots' counters follow. The poll is locked."""
    key = {"guild_id": guild_id, "poll_id": poll_id}
    if added:
        await conn.execute(
            insert(poll_tick),
            [{**key, "slot": slot, "participant_id": participant_id} for slot in added],
        )
    if removed:
        await conn.execute(
            delete(poll_tick).where(
                poll_tick.c.guild_id == guild_id,
                poll_tick.c.poll_id == poll_id,
                poll_tick.c.participant_id == participant_id,
                poll_tick.c.slot.in_(removed),
            )
        )
    counted = [{"of_slot": slot, "by": 1} for slot in added]
    counted += [{"of_slot": slot, "by": -1} for slot in removed]
    if counted:
        await conn.execute(
            update(poll_slot)
            .where(
                poll_slot.c.guild_id == guild_id,
                poll_slot.c.poll_id == poll_id,
                poll_slot.c.slot == bindparam("of_slot"),
            )
            .values(ticks=poll_slot.c.ticks + bindparam("by")),
            counted,
        )


async def save_poll_post(
    conn: AsyncConnection, guild_id: int, poll_id: int, post: Post | None
) -> None:
    """Remember where a poll's message stands, or that it stands nowhere any more."""
    await _change(
        conn,
        guild_id,
        poll_id,
        channel_id=post.channel_id if post else None,
        message_id=post.message_id if post else None,
    )


async def forget_poll_post(conn: AsyncConnection, guild_id: int, poll_id: int, post: Post) -> None:
    """Forget a poll's message that was deleted, unless another stands in its place by now."""
    await conn.execute(
        update(poll)
        .where(
            poll.c.guild_id == guild_id,
            poll.c.poll_id == poll_id,
            poll.c.message_id == post.message_id,
        )
        .values(channel_id=None, message_id=None)
    )


async def close_poll(
    conn: AsyncConnection, guild_id: int, poll_id: int, winner: int | None, now: datetime
) -> None:
    """Close a poll, with the number of the slot that was chosen."""
    await _change(conn, guild_id, poll_id, closed_at=now, winner=winner)


async def _change(conn: AsyncConnection, guild_id: int, poll_id: int, **values: object) -> None:
    await conn.execute(
        update(poll).where(poll.c.guild_id == guild_id, poll.c.poll_id == poll_id).values(**values)
    )
