"""Use cases of lists of actions: a page of what comes, of what one joined, of what waits."""

from __future__ import annotations

from dataclasses import replace

from db.engine import Database
from db.queries.action_lists import list_page
from db.queries.actions import load_action
from db.queries.participants import find_participant
from domain.action_lists import PAGE, Asked, ListPage
from domain.actions import Action
from domain.deliveries import Post
from domain.errors import Gone
from domain.language_channels import Reader
from domain.servers import Actor
from services.cards import as_read
from services.clock import Clock
from services.servers import Servers


class ActionLists:
    """Everybody may list what their server knows of, and sees only their own place in it."""

    def __init__(self, database: Database, clock: Clock, servers: Servers) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers

    async def show(self, actor: Actor, guild_id: int, asked: Asked, reader: Reader) -> ListPage:
        """A page in the words of whoever reads it; the first one where there is none so far on."""
        server, now = await self._servers.get(guild_id), self._clock.now()
        async with self._database.read() as conn:
            who = await find_participant(conn, guild_id, actor.user_id)
            found = await list_page(
                conn, guild_id, who, asked, now, limit=PAGE + 1, offset=asked.page * PAGE
            )
            if not found and asked.page:
                asked = replace(asked, page=0)
                found = await list_page(conn, guild_id, who, asked, now, limit=PAGE + 1, offset=0)
            shown = await as_read(conn, server, [one.action for one in found[:PAGE]], reader)
        listed = [
            replace(one, action=action, card=card)
            for one, (action, card) in zip(found, shown, strict=False)
        ]
        return ListPage(asked, tuple(listed), len(found) > PAGE)

    async def open(
        self, guild_id: int, action_id: int, reader: Reader
    ) -> tuple[Action, Post | None]:
        """An action of a list, whole, in the reader's words, and where its card stands."""
        server, now = await self._servers.get(guild_id), self._clock.now()
        async with self._database.read() as conn:
            action = await load_action(conn, guild_id, action_id, whole=True)
            if action is None or not action.announced(now):
                raise Gone("refused.no_such_action")
            ((shown, card),) = await as_read(conn, server, [action], reader)
        return shown, card
