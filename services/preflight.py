"""Looking whether an action is ready for its moment, and what to post by hand should all fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actions import Action
from domain.deliveries import Delivery, PlannedDelivery
from domain.errors import Refusal, SendFailed
from domain.life_cycle import require_ongoing
from domain.owed_messages import OwedMessage
from domain.preflight import Found, find_unset
from domain.seals import has_seal, require_holder
from domain.servers import Actor, Server
from domain.spare_texts import spare_texts
from services.changing import Changing
from services.clock import Clock
from services.sending import Sender
from services.servers import Servers


@dataclass(frozen=True)
class Report:
    """What was found about an action at an instant; nothing, if all is ready."""

    action: Action
    found: tuple[Found, ...]
    now: datetime


class Preflight:
    def __init__(self, clock: Clock, servers: Servers, changing: Changing, sender: Sender) -> None:
        self._clock = clock
        self._servers = servers
        self._changing = changing
        self._sender = sender

    async def look(self, actor: Actor, guild_id: int, action_id: int) -> Report:
        """Check a published action for somebody who runs it; raises `Refusal`."""
        action = await self._changing.find(actor, guild_id, action_id)
        require_ongoing(action, self._clock.now())
        server = await self._servers.get(guild_id)
        try:
            found = await self._sender.check(action, server)
        except SendFailed as failure:
            raise Refusal("preflight.cannot_look") from failure
        return Report(action, (*find_unset(action, server), *found), self._clock.now())

    async def texts(
        self, actor: Actor, guild_id: int, action_id: int
    ) -> tuple[Server, list[OwedMessage]]:
        """The messages to post by hand, each as of its time, for somebody who runs the action.

        What is sealed is in them, so that moderators don't get them who organise nothing. Raises
        `Refusal`, also where nothing is to be posted soon.
        """
        action = await self._changing.find(actor, guild_id, action_id)
        server, now = await self._servers.get(guild_id), self._clock.now()
        if has_seal(action) and not action.revealed(now):
            require_holder(actor, action)
        return server, [_as_of(plan, action, server, now) for plan in spare_texts(action, now)]


def _as_of(plan: PlannedDelivery, action: Action, server: Server, now: datetime) -> OwedMessage:
    delivery = Delivery(
        action.guild_id, 0, action.action_id, plan.kind, plan.due_at, 0, offset=plan.offset
    )
    return OwedMessage(delivery, action, server, max(plan.due_at, min(now, action.ends_at)))
