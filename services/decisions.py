"""Decisions: whether an action goes ahead that needs so many people in by a certain time."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import actions as queries
from db.queries import claims, deliveries
from db.queries.audit import write_down
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind
from domain.life_cycle import ONGOING
from domain.plans import plan_series
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.planning import REPLANNED, owe, owe_event
from services.redraws import Redraws


class Decisions:
    def __init__(
        self, commit: GroupCommit, clock: Clock, redraws: Redraws, dispatcher: Dispatcher
    ) -> None:
        self._commit = commit
        self._clock = clock
        self._redraws = redraws
        self._dispatcher = dispatcher

    async def decide(self, delivery: Delivery) -> None:
        """Confirm an action or call it off, once; its message, `delivery`, tells which."""
        decided = await self._commit.run(lambda conn: self._decide(conn, delivery))
        if decided:
            self._redraws.request(delivery.guild_id, delivery.action_id, posts=True)
            self._dispatcher.wake()

    async def _decide(self, conn: AsyncConnection, delivery: Delivery) -> bool:
        ids, now = (delivery.guild_id, delivery.action_id), self._clock.now()
        action = await queries.load_action(conn, *ids, lock=True, whole=True)
        if action is None or not await claims.is_owed(
            conn, delivery.guild_id, delivery.delivery_id
        ):
            return False
        waits = action.undecided and action.state_at(now) in ONGOING
        if not waits or action.state is ActionState.PAUSED:
            return False  # it was decided before the bot stopped, or is decided when it goes on
        enough = action.signed_up >= (action.needed or 0)
        if enough:
            await queries.update_action(conn, replace(action, confirmed_at=now))
        else:
            await self._call_off(conn, action)
        act = Act.CONFIRMED if enough else Act.CALLED_OFF
        detail = {"needed": action.needed, "signed_up": action.signed_up}
        await write_down(conn, *ids, act, now, detail=detail)
        return True

    async def _call_off(self, conn: AsyncConnection, action: Action) -> None:
        """Cancel it and all that it owes but this news, and the next action of its series."""
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        cancelled = replace(action, state=ActionState.CANCELLED, stopped_at=now, reason=None)
        await queries.update_action(conn, cancelled)
        await deliveries.cancel_undone(conn, *ids, REPLANNED - {DeliveryKind.DECISION})
        await owe(conn, *ids, list(plan_series(cancelled, now)), now)
        await owe_event(conn, cancelled, now)
