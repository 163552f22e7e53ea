"""Sending what is posted for everybody in each language channel too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import copy_into, is_on_its_way
from db.queries.posts import load_post
from db.queries.servers import next_id
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
        languages = [channel.language for channel in owed.server.language_channels]
        one = owed.delivery
        if one.kind is DeliveryKind.CARD:
            languages = [each for each in languages if not await _has_card(conn, one, each)]
        if languages and one.kind in SPREADS and one.language == MAIN:
            first_id = await next_id(conn, one.guild_id, len(languages))
            await copy_into(
                conn, one, languages, first_id=first_id, now=now, may_ping=owed.may_ping
            )
            owes_more.set(True)


async def _has_card(conn: AsyncConnection, one: Delivery, language: str) -> bool:
    """Tell whether a card stands in a language channel or comes: only the main one is new."""
    ids, kind = (one.guild_id, one.action_id), DeliveryKind.CARD
    if await load_post(conn, *ids, kind, language=language) is not None:
        return True
    return await is_on_its_way(conn, *ids, kind, language=language)
