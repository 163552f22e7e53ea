"""Use cases of sharing: an action as it may be shared now, by whoever reads it."""

from __future__ import annotations

from domain.actions import Action
from domain.language_channels import Reader, worded
from domain.share_links import require_sharing
from services.actions import Actions
from services.clock import Clock
from services.servers import Servers


class Sharing:
    def __init__(self, actions: Actions, servers: Servers, clock: Clock) -> None:
        self._actions = actions
        self._servers = servers
        self._clock = clock

    async def find(self, guild_id: int, action_id: int, reader: Reader) -> Action:
        """An action in the words of whoever shares it.

        Raises `Refusal` for what is still sealed, stopped or over.
        """
        action = await self._actions.find_whole(guild_id, action_id)
        require_sharing(action, self._clock.now())
        return worded(action, await self._servers.get(guild_id), reader)
