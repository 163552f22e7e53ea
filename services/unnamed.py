"""Telling people directly, and only so, who keep what they chose to themselves."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import participant_lists, shift_claims
from db.queries.actions import load_action
from db.queries.tasks import load_task
from domain.deliveries import Delivery, DeliveryKind
from services.direct_messages import DirectMessages
from services.group_commit import GroupCommit

NAMES_PEOPLE = (DeliveryKind.PROMOTED, DeliveryKind.SHIFT, DeliveryKind.TASK)
"""Messages in a channel that mention whom they are for."""


class Unnamed:
    def __init__(self, commit: GroupCommit, direct_messages: DirectMessages) -> None:
        self._commit = commit
        self._direct_messages = direct_messages

    async def tell(self, delivery: Delivery) -> bool:
        """Repeat directly, to who wants that, what nobody is left to be named by in a channel.

        It is not posted then. Where others are named it is, and repeated as always.
        """

        async def work(conn: AsyncConnection) -> None:
            if not await _names_nobody(conn, delivery):
                return
            action = await load_action(conn, delivery.guild_id, delivery.action_id, whole=True)
            if action is not None:
                await self._direct_messages.repeat(conn, action, delivery, pinged=False)

        await self._commit.run(work)
        return False


async def _names_nobody(conn: AsyncConnection, delivery: Delivery) -> bool:
    """Tell whether all whom a message would mention keep what they chose to themselves."""
    guild_id, item_id = delivery.guild_id, delivery.item_id
    if delivery.participant_id is not None:
        return await participant_lists.is_unnamed(conn, guild_id, delivery.participant_id)
    if item_id is None:
        return False
    if delivery.kind is DeliveryKind.TASK:
        task = await load_task(conn, guild_id, delivery.action_id, item_id)
        return task is not None and task.unnamed
    holders = await shift_claims.list_holders(conn, guild_id, item_id)
    return bool(holders) and not await shift_claims.list_holders(
        conn, guild_id, item_id, named=True
    )
