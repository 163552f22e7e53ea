"""Sending what is posted for everybody in each language channel too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.posts import load_posts
from db.queries.servers import next_id
from db.queries.spreading import copy_into, list_cards_to_come
from domain.deliveries import Delivery, DeliveryKind
from domain.language_channels import MAIN, SPREADS
from domain.owed_messages import OwedMessage
from services.group_commit import owes_more


async def spread(conn: AsyncConnection, messages: Sequence[OwedMessage], now: datetime) -> None:
    """Owe messages that are sent just now once more in each of their server's language channels.

    Each copy is a delivery of its own: it is tried again, and fails, without the others. It pings
    whom it does there if the day's cap left room for the message that it repeats.
    """
    for owed in messages:
        one, own = owed.delivery, owed.action.channel_id
        channels = owed.server.language_channels
        languages = [each.language for each in channels if each.channel_id != own]
        if one.kind is DeliveryKind.CARD:
            carded = await _list_carded(conn, one)
            languages = [each for each in languages if each not in carded]
        if languages and one.kind in SPREADS and one.language == MAIN:
            first_id = await next_id(conn, one.guild_id, len(languages))
            await copy_into(
                conn, one, languages, first_id=first_id, now=now, may_ping=owed.may_ping
            )
            owes_more.set(True)


async def _list_carded(conn: AsyncConnection, one: Delivery) -> set[str]:
    """The language channels in which a card stands or comes: only the main one is new."""
    guild_id, action_id = one.guild_id, one.action_id
    standing = await load_posts(conn, guild_id, action_id, DeliveryKind.CARD)
    coming = await list_cards_to_come(conn, guild_id, [action_id])
    return {*standing, *(language for _, language in coming)}
