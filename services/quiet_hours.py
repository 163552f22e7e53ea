"""What waits before it is sent: for the end of a server's quiet hours, and for people's roles.

What quiet hours have held up goes out as one message.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from db.engine import Database
from db.queries import held, posts
from db.queries.roles import is_under_way
from domain.deliveries import Delivery, DeliveryKind
from domain.owed_messages import OwedMessage
from domain.pings import ROLES_LOOK, may_wait_for_roles
from domain.waiting import MOST_TOGETHER, Passage, goes_with, passage
from services.clock import Clock
from services.group_commit import GroupCommit
from services.preparing import prepare
from services.servers import Servers


class Waiting:
    def __init__(
        self, database: Database, commit: GroupCommit, clock: Clock, servers: Servers
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers

    async def heed(self, owed: OwedMessage) -> OwedMessage | None:
        """A message that would be sent now, as quiet hours let it; None if it waits.

        When they are over the first that has waited takes along all that has, for its channel. What
        pings people's roles waits for those too (see `may_wait_for_roles`).
        """
        match passage(owed):
            case Passage.WAIT:
                assert owed.quiet_until is not None
                await self._hold_back(owed.delivery, owed.quiet_until)
                return None
            case Passage.SILENT:
                return replace(owed, silent=True)
            case Passage.FREE if owed.waited or owed.delivery.sent_with is not None:
                owed = await self._take_along(owed)
            case _:
                pass
        for each in (owed, *owed.together):
            if may_wait_for_roles(each) and await self._are_roles_under_way(each):
                await self._hold_back(owed.delivery, owed.now + ROLES_LOOK)
                return None
        return owed

    async def as_sent(self, owed: OwedMessage) -> OwedMessage:
        """A message that an attempt before sent, with all that is in it and the pings it made."""
        first, messages = owed.delivery, [owed]
        async with self._database.read() as conn:
            others = [] if first.sent_with is None else await held.list_together(conn, first)
            ids = [one.delivery_id for one in (first, *others)]
            pinging = await held.list_pinging(conn, first.guild_id, ids)
        for delivery in others:
            each = await prepare(
                self._database, self._servers, self._clock, delivery, claimed=False
            )
            if each is not None:
                messages.append(each)
        owed, *together = [
            # Of what repeats another message only its leave to ping is written down.
            replace(each, may_ping=_may_ping(each, pinging))
            for each in messages
        ]
        return replace(owed, together=tuple(together))

    async def _hold_back(self, delivery: Delivery, until: datetime) -> None:
        ids = (delivery.guild_id, delivery.delivery_id)
        await self._commit.run(lambda conn: held.hold_back(conn, *ids, until))

    async def _are_roles_under_way(self, owed: OwedMessage) -> bool:
        async with self._database.read() as conn:
            return await is_under_way(conn, owed.action.guild_id, owed.action.action_id)

    async def _take_along(self, owed: OwedMessage) -> OwedMessage:
        together: list[OwedMessage] = []
        for delivery in await self._list_held(owed.delivery):
            if len(together) + 1 == MOST_TOGETHER:
                break
            each = await prepare(
                self._database, self._servers, self._clock, delivery, claimed=False
            )
            if each is not None and goes_with(each, owed):
                together.append(await self._with_card(each))
        return replace(await self._with_card(owed), together=tuple(together)) if together else owed

    async def _list_held(self, first: Delivery) -> list[Delivery]:
        async with self._database.read() as conn:
            return await held.list_held(conn, first, self._clock.now())

    async def _with_card(self, owed: OwedMessage) -> OwedMessage:
        ids = (owed.delivery.guild_id, owed.delivery.action_id)
        async with self._database.read() as conn:
            return replace(owed, card=await posts.load_post(conn, *ids, DeliveryKind.CARD))


def _may_ping(owed: OwedMessage, pinging: Collection[int]) -> bool:
    """Whether a message that may have been sent pings a role, of those written down as such."""
    is_copy = owed.delivery.copy_of is not None
    return owed.delivery.delivery_id in pinging and not (is_copy and owed.silent)
