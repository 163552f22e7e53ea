"""Threads at actions' cards: making them, naming them, and noticing that one was deleted."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import threads as queries
from db.queries.audit import write_down
from db.queries.deliveries import is_on_its_way, mark_sent, mark_skipped
from db.queries.failures import cancel_failed
from db.queries.posts import load_post
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.errors import Refusal, SendFailed
from domain.servers import Actor
from domain.threads import THREAD_GONE, require_takes_thread, takes_thread
from services.changing import Changing
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.planning import owe
from services.redraws import NOT_FOUND, Redraws
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

CARD, THREAD = DeliveryKind.CARD, DeliveryKind.THREAD


class Threads:
    """A delivery makes the thread and is its first message; one with the thread's id renames it."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        changing: Changing,
        redraws: Redraws,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._changing = changing
        self._redraws = redraws
        self._dispatcher = dispatcher

    async def take_turn(self, delivery: Delivery) -> None:
        """Make an action's thread before what stands in it is sent, or rename it.

        Raises `SendFailed`.
        """
        ids = (delivery.guild_id, delivery.action_id)
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, *ids)
        if action is None:
            return
        if delivery.item_id is not None:
            await self._rename(delivery, action)
        elif action.thread_id is None:
            await self._make(delivery, action)

    async def _make(self, delivery: Delivery, action: Action) -> None:
        ids = (action.guild_id, action.action_id)
        server = await self._servers.get(action.guild_id)
        async with self._database.read() as conn:
            card = await load_post(conn, *ids, CARD)
        if card is None or not takes_thread(action, server, self._clock.now()):
            await self._skip(delivery)
            return
        try:
            thread_id = await self._sender.create_thread(action.guild_id, card, action)
        except SendFailed as failure:
            if failure.reason != NOT_FOUND:
                raise
            await self._skip(delivery)  # the next card gets one
            return
        await self._commit.run(lambda conn: queries.set_thread(conn, *ids, thread_id))
        self._redraws.request(*ids)

    async def _rename(self, delivery: Delivery, action: Action) -> None:
        """Have a thread be called as its action is; where Discord won't, it stays as it is."""
        thread_id, guild_id = delivery.item_id, action.guild_id
        assert thread_id is not None
        if action.thread_id != thread_id:
            await self._skip(delivery)
            return
        try:
            await self._sender.rename_thread(guild_id, thread_id, action)
        except SendFailed as failure:
            if not failure.permanent:
                raise
            log.warning("thread %s/%s not renamed: %s", guild_id, thread_id, failure.reason)
            if failure.reason == THREAD_GONE:
                await self.lost(guild_id, thread_id)
            await self._skip(delivery)
            return
        now, delivery_id = self._clock.now(), delivery.delivery_id
        await self._commit.run(lambda conn: mark_sent(conn, guild_id, delivery_id, None, now))

    async def _skip(self, delivery: Delivery) -> None:
        ids = (delivery.guild_id, delivery.delivery_id)
        await self._commit.run(lambda conn: mark_skipped(conn, *ids))

    async def lost(self, guild_id: int, thread_id: int) -> None:
        """A thread was deleted: if it is an action's, no button leads there any more.

        It is not made again unless somebody asks for that.
        """
        async with self._database.read() as conn:
            action_id = await queries.find_thread(conn, guild_id, thread_id)
        if action_id is None:
            return
        ids = (guild_id, action_id, thread_id)
        await self._commit.run(lambda conn: queries.forget_thread(conn, *ids))
        self._redraws.request(guild_id, action_id)

    async def ask_for(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Have an action's thread made that has none, or none any more; raises `Refusal`."""
        action = await self._changing.find(actor, guild_id, action_id)
        server = await self._servers.get(guild_id)

        async def work(conn: AsyncConnection) -> None:
            now, ids = self._clock.now(), (guild_id, action_id)
            locked = await action_queries.load_action(conn, *ids, lock=True)
            require_takes_thread(locked or action, server, now)
            if await load_post(conn, *ids, CARD) is None:
                raise Refusal("refused.thread_needs_card")
            if not await is_on_its_way(conn, *ids, THREAD):
                await cancel_failed(conn, *ids, THREAD)
                await owe(conn, *ids, [PlannedDelivery(THREAD, now)], now)
                await write_down(conn, *ids, Act.THREAD_ASKED, now, user_id=actor.user_id)

        await self._commit.run(work)
        self._dispatcher.wake()
        return action
