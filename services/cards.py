"""Actions as a reader finds them: worded in the language that they read, and where the card is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.posts import list_cards
from db.queries.translations import list_in_language
from domain.actions import Action
from domain.deliveries import Post
from domain.language_channels import Reader, translated
from domain.parts import NO_PARTS
from domain.servers import Server
from domain.translations import Translation
from services.languages import Languages
from services.servers import Servers


class Readers:
    """Finds out in which language somebody reads, and words actions for them in it."""

    def __init__(self, database: Database, servers: Servers, languages: Languages) -> None:
        self._database = database
        self._servers = servers
        self._languages = languages

    async def find(self, user_id: int, guild_id: int, channel_id: int | None) -> Reader:
        """Somebody who is answered where they are; a thread's channel is the one it is in."""
        server = await self._servers.get(guild_id)
        return Reader(await self._languages.of(user_id), server.language_in(channel_id))

    async def word(self, reader: Reader, guild_id: int, actions: Sequence[Action]) -> list[Action]:
        """A server's actions with the titles and texts that this person reads."""
        server = await self._servers.get(guild_id)
        if not actions or not reader.languages(server):
            return list(actions)
        async with self._database.read() as conn:
            return await word_all(conn, server, actions, reader)


async def as_read(
    conn: AsyncConnection, server: Server, actions: Collection[Action], reader: Reader
) -> list[tuple[Action, Post | None]]:
    """The actions with the titles and texts that somebody reads, each with its card.

    The card is the one in the language channel where they are. Their parts stay as they were read.
    """
    if not actions:
        return []
    ids = [action.action_id for action in actions]
    cards = await list_cards(conn, server.guild_id, ids, reader.channel)
    worded = await word_all(conn, server, actions, reader)
    return [(action, cards.get(action.action_id)) for action in worded]


async def word_all(
    conn: AsyncConnection, server: Server, actions: Collection[Action], reader: Reader
) -> list[Action]:
    """The actions with the titles and texts that somebody reads; their parts stay as they were."""
    ids = [action.action_id for action in actions]
    languages = reader.languages(server)
    known = {
        language: await list_in_language(conn, server.guild_id, ids, language)
        for language in languages
    }

    def word(action: Action) -> Action:
        for language in languages:
            if (translation := known[language].get(action.action_id)) is not None:
                return _translated(action, translation)
        return action

    return [word(action) for action in actions]


def _translated(action: Action, translation: Translation) -> Action:
    parts = replace(NO_PARTS, translations={translation.language: translation})
    return replace(
        translated(replace(action, parts=parts), translation.language), parts=action.parts
    )
