"""Actions as a reader finds them: called as in their language channel, and where the card is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.posts import list_cards
from db.queries.translations import list_in_language
from domain.actions import Action
from domain.deliveries import Post
from domain.language_channels import MAIN, localized
from domain.parts import NO_PARTS
from domain.servers import Server


async def as_read(
    conn: AsyncConnection, server: Server, actions: Collection[Action], language: str
) -> list[tuple[Action, Post | None]]:
    """The actions as one of the server's language channels shows them, each with its card.

    Their parts stay as they were read.
    """
    if not actions:
        return []
    ids = [action.action_id for action in actions]
    cards = await list_cards(conn, server.guild_id, ids, language)
    if language == MAIN:
        return [(action, cards.get(action.action_id)) for action in actions]
    translations = await list_in_language(conn, server.guild_id, ids, language)
    found: list[tuple[Action, Post | None]] = []
    for action in actions:
        translation, card = translations.get(action.action_id), cards.get(action.action_id)
        if translation is not None:
            parts = replace(NO_PARTS, translations={language: translation})
            there = localized(replace(action, parts=parts), server, language)
            # Only its words: the rest is as it is in every language.
            action = action if there is None else _worded(action, there[0])
        found.append((action, card))
    return found


def _worded(action: Action, as_there: Action) -> Action:
    return replace(action, title=as_there.title, fields=as_there.fields)
