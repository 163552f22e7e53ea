"""What unfinished actions refer to on Discord: channels and roles that somebody may delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.tables import action, action_post, action_role, language_channel, server
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.mending import References

UNFINISHED = (ActionState.SCHEDULED, ActionState.OPEN, ActionState.PAUSED)
"""The stored states of what is published and neither final nor cancelled."""


async def list_unfinished(conn: AsyncConnection, guild_id: int) -> list[Action]:
    """A server's unfinished actions, the one that starts first before the others."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS)
        .select_from(ACTION_JOIN)
        .where(action.c.guild_id == guild_id, action.c.state.in_(UNFINISHED))
        .order_by(action.c.starts_at, action.c.action_id)
    )
    return [action_from(row) for row in rows]


async def list_references(conn: AsyncConnection) -> list[References]:
    """The channels and roles in use, of every server that has unfinished actions."""
    card = and_(
        action_post.c.guild_id == action.c.guild_id,
        action_post.c.action_id == action.c.action_id,
        action_post.c.purpose == DeliveryKind.CARD,
        action_post.c.language == "",
    )
    unfinished = action.c.state.in_(UNFINISHED)
    rows = await conn.execute(
        select(
            action.c.guild_id,
            server.c.announce_channel_id,
            action.c.channel_id,
            action_post.c.channel_id.label("card_channel_id"),
            action.c.sign_up_role_id,
            action.c.role_id,
        )
        .join_from(action, server, server.c.guild_id == action.c.guild_id)
        .join(action_post, card, isouter=True)
        .where(unfinished)
        .distinct()
    )
    with_actions = select(action.c.guild_id).where(unfinished)
    of_languages = await conn.execute(
        select(
            language_channel.c.guild_id, language_channel.c.channel_id, language_channel.c.role_id
        ).where(language_channel.c.guild_id.in_(with_actions))
    )
    of_actions = await conn.execute(
        select(action_role.c.guild_id, null().label("channel_id"), action_role.c.role_id)
        .join(
            action,
            and_(
                action.c.guild_id == action_role.c.guild_id,
                action.c.action_id == action_role.c.action_id,
            ),
        )
        .where(unfinished)
    )
    return _by_server(rows.all(), [*of_languages.all(), *of_actions.all()])


def _by_server(rows: Sequence[Any], of_languages: Sequence[Any]) -> list[References]:
    channels: dict[int, set[int]] = {}
    roles: dict[int, set[int]] = {}
    for row in rows:
        posted = row.channel_id or row.announce_channel_id
        found = {posted, row.card_channel_id} - {None}
        channels.setdefault(row.guild_id, set()).update(found)
        found = {row.sign_up_role_id, row.role_id} - {None}
        roles.setdefault(row.guild_id, set()).update(found)
    for row in of_languages:
        channels[row.guild_id] |= {row.channel_id} - {None}
        roles[row.guild_id] |= {row.role_id} - {None}
    return [
        References(guild_id, frozenset(found), frozenset(roles[guild_id]))
        for guild_id, found in channels.items()
    ]
