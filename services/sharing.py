"""Use cases of sharing: an action as it may be shared now, from where somebody is."""

from __future__ import annotations

from domain.actions import Action
from domain.language_channels import localized
from domain.share_links import require_sharing
from services.actions import Actions
from services.clock import Clock
from services.servers import Servers


class Sharing:
    def __init__(self, actions: Actions, servers: Servers, clock: Clock) -> None:
        self._actions = actions
        self._servers = servers
        self._clock = clock

    async def find(self, guild_id: int, action_id: int, channel_id: int | None) -> Action:
        """An action in the words of the language channel in which it is shared.

        Raises `Refusal` for what is still sealed, stopped or over.
        """
        action = await self._actions.find_whole(guild_id, action_id)
        require_sharing(action, self._clock.now())
        server = await self._servers.get(guild_id)
        there = localized(action, server, server.language_in(channel_id))
        return action if there is None else there[0]
