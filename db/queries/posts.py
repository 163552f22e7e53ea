"""Where on Discord the messages of an action stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action, action_post
from db.upsert import put
from domain.actions import ActionState
from domain.deliveries import DeliveryKind, Post

JUST_STOPPED = timedelta(days=1)
"""How long the card of a cancelled action may still be behind."""

MOST_CARDS = 100
"""Of a server's: older ones have drowned long ago."""

_CARDS = (
    select(action.c.guild_id, action.c.action_id)
    .join(
        action_post,
        and_(
            action_post.c.guild_id == action.c.guild_id,
            action_post.c.action_id == action.c.action_id,
        ),
    )
    .where(action_post.c.purpose == DeliveryKind.CARD)
)


async def list_open_cards(conn: AsyncConnection, now: datetime) -> list[tuple[int, int]]:
    """Server and action id of every card whose action still changes, over all servers."""
    rows = await conn.execute(
        _CARDS.distinct().where(
            or_(
                and_(
                    action.c.state.in_((ActionState.OPEN, ActionState.SCHEDULED)),
                    action.c.log_until > now,
                ),
                action.c.state == ActionState.PAUSED,
                and_(
                    action.c.state == ActionState.CANCELLED,
                    action.c.stopped_at > now - JUST_STOPPED,
                ),
            )
        )
    )
    return [(row.guild_id, row.action_id) for row in rows]


async def list_unfinished_cards(conn: AsyncConnection, guild_id: int) -> list[tuple[int, int]]:
    """Server and action id of a server's newest cards without a final tally, MOST_CARDS at most."""
    rows = await conn.execute(
        _CARDS.where(action.c.guild_id == guild_id, action.c.state != ActionState.FINAL)
        .order_by(action.c.action_id.desc())
        .limit(MOST_CARDS)
    )
    return [(row.guild_id, row.action_id) for row in rows]


async def save_post(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    purpose: DeliveryKind,
    post: Post,
    now: datetime,
    *,
    language: str = "",
) -> None:
    """Remember where an action's message of this purpose stands now, in a language channel."""
    values = {
        "guild_id": guild_id,
        "action_id": action_id,
        "purpose": purpose,
        "channel_id": post.channel_id,
        "message_id": post.message_id,
        "posted_at": now,
        "language": language,
    }
    await put(conn, action_post, values)


async def forget_post(
    conn: AsyncConnection, guild_id: int, action_id: int, purpose: DeliveryKind, post: Post
) -> str | None:
    """Forget a message that was deleted; returns in which language channel it stood.

    None if another stands in its place by now.
    """
    return await conn.scalar(
        delete(action_post)
        .where(
            action_post.c.guild_id == guild_id,
            action_post.c.action_id == action_id,
            action_post.c.purpose == purpose,
            action_post.c.channel_id == post.channel_id,
            action_post.c.message_id == post.message_id,
        )
        .returning(action_post.c.language)
    )


async def forget_cards(
    conn: AsyncConnection, guild_id: int, action_ids: Collection[int], language: str
) -> None:
    """Forget where these actions' cards stand in a language channel: others take their place."""
    await conn.execute(
        delete(action_post).where(
            action_post.c.guild_id == guild_id,
            action_post.c.action_id.in_(action_ids),
            action_post.c.purpose == DeliveryKind.CARD,
            action_post.c.language == language,
        )
    )


async def forget_posts_in(conn: AsyncConnection, guild_id: int, language: str) -> None:
    """Leave all that stands in a language channel as it is from now on."""
    await conn.execute(
        delete(action_post).where(
            action_post.c.guild_id == guild_id, action_post.c.language == language
        )
    )


async def load_post(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    purpose: DeliveryKind,
    *,
    language: str = "",
) -> Post | None:
    """Where an action's message of this purpose stands, in a language channel, if it does."""
    return (await load_posts(conn, guild_id, action_id, purpose)).get(language)


async def load_posts(
    conn: AsyncConnection, guild_id: int, action_id: int, purpose: DeliveryKind
) -> dict[str, Post]:
    """Where on Discord an action's messages of this purpose stand, by language channel."""
    posts = await load_posts_of(conn, guild_id, [action_id], purpose)
    return posts.get(action_id, {})


async def load_posts_of(
    conn: AsyncConnection, guild_id: int, action_ids: Collection[int], purpose: DeliveryKind
) -> dict[int, dict[str, Post]]:
    """Where these actions' messages of a purpose stand, by action id and language channel."""
    rows = await conn.execute(
        select(
            action_post.c.action_id,
            action_post.c.language,
            action_post.c.channel_id,
            action_post.c.message_id,
        )
        .where(
            action_post.c.guild_id == guild_id,
            action_post.c.action_id.in_(action_ids),
            action_post.c.purpose == purpose,
        )
        .order_by(action_post.c.action_id, action_post.c.language)
    )
    found: dict[int, dict[str, Post]] = {}
    for row in rows:
        post = Post(row.channel_id, row.message_id)
        found.setdefault(row.action_id, {})[row.language] = post
    return found


async def list_cards(
    conn: AsyncConnection, guild_id: int, action_ids: Collection[int], language: str
) -> dict[int, Post]:
    """Where actions' cards stand, by action id: in a language channel, or else the main one."""
    rows = await conn.execute(
        select(action_post.c.action_id, action_post.c.channel_id, action_post.c.message_id)
        .where(
            action_post.c.guild_id == guild_id,
            action_post.c.action_id.in_(action_ids),
            action_post.c.purpose == DeliveryKind.CARD,
            action_post.c.language.in_(("", language)),
        )
        .order_by(action_post.c.language)
    )
    return {row.action_id: Post(row.channel_id, row.message_id) for row in rows}
