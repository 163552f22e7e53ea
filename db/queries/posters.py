"""The pictures that announce actions; what they show is read by itself, and rarely."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from db.tables import poster
from db.upsert import put
from domain.posters import Fitted, Poster, PosterUse


async def list_posters(conn: AsyncConnection, guild_id: int, action_id: int) -> tuple[Poster, ...]:
    """An action's posters, without their content."""
    rows = await conn.execute(
        select(
            poster.c.use,
            poster.c.media_type,
            poster.c.width,
            poster.c.height,
            poster.c.alt,
            poster.c.digest,
        )
        .where(poster.c.guild_id == guild_id, poster.c.action_id == action_id)
        .order_by(poster.c.use)
    )
    return tuple(Poster(*row) for row in rows)


async def save_poster(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    use: PosterUse,
    picture: Fitted,
    alt: str,
    *,
    participant_id: int,
    now: datetime,
) -> None:
    """Keep a picture as an action's poster, in place of the one it had for that."""
    values = {
        "guild_id": guild_id,
        "action_id": action_id,
        "use": use,
        **vars(picture),
        "alt": alt,
        "participant_id": participant_id,
        "at": now,
    }
    await put(conn, poster, values)


async def copy_posters(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    uses: Collection[PosterUse],
    *,
    to: int,
    now: datetime,
) -> None:
    """Give another action `to` the posters that an action has for these uses."""
    columns = [column for column in poster.c if column.name not in ("action_id", "at")]
    copied = select(
        literal(to, poster.c.action_id.type), literal(now, poster.c.at.type), *columns
    ).where(
        poster.c.guild_id == guild_id,
        poster.c.action_id == action_id,
        poster.c.use.in_(uses),
    )
    await conn.execute(
        insert(poster).from_select([poster.c.action_id, poster.c.at, *columns], copied)
    )


async def save_alt(
    conn: AsyncConnection, guild_id: int, action_id: int, use: PosterUse, alt: str
) -> None:
    """Have a poster told otherwise; the picture stays."""
    await conn.execute(update(poster).where(_is(guild_id, action_id, use)).values(alt=alt))


async def delete_poster(
    conn: AsyncConnection, guild_id: int, action_id: int, use: PosterUse
) -> None:
    await conn.execute(delete(poster).where(_is(guild_id, action_id, use)))


async def load_content(
    conn: AsyncConnection, guild_id: int, action_id: int, wanted: Poster
) -> bytes | None:
    """The bytes of a poster; None where it is gone, or another one by now."""
    row = (
        await conn.execute(
            select(poster.c.content).where(
                _is(guild_id, action_id, wanted.use), poster.c.digest == wanted.digest
            )
        )
    ).one_or_none()
    return None if row is None else row.content


def _is(guild_id: int, action_id: int, use: PosterUse) -> ColumnElement[bool]:
    return and_(poster.c.guild_id == guild_id, poster.c.action_id == action_id, poster.c.use == use)
