"""Coalesced redrawing of cards: at most one edit per card and interval, and always a last one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random

from db.engine import Database
from db.queries import actions as action_queries
from domain.deliveries import MAX_ATTEMPTS, DeliveryKind, retry_delay
from domain.errors import SendFailed
from services.clock import Clock
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

Card = tuple[int, int]
"""Server id and action id."""


class Redraws:
    """Draws each card that was asked for, `interval` seconds apart at the least."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        *,
        interval: float,
    ) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._interval = interval
        self._due: dict[Card, float] = {}
        self._drawn: dict[Card, float] = {}
        self._failures: dict[Card, int] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._draw_forever(), name="redraws")

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def request(self, guild_id: int, action_id: int) -> None:
        """Have the card redrawn soon. Costs nothing where it is asked for already."""
        card = (guild_id, action_id)
        if card not in self._due:
            self._due[card] = self._drawn.get(card, float("-inf")) + self._interval
            self._idle.clear()
            self._wake.set()

    async def flush(self) -> None:
        """Wait until every card asked for is drawn, or given up."""
        await self._idle.wait()

    async def _draw_forever(self) -> None:
        loop = asyncio.get_running_loop()
        await self._sender.wait_until_ready()
        while True:
            if not self._due:
                self._drawn = {
                    card: at
                    for card, at in self._drawn.items()
                    if at + self._interval > loop.time()
                }
                self._idle.set()
                await self._wake.wait()
            self._wake.clear()
            card, due = min(self._due.items(), key=lambda item: item[1])
            if (wait := due - loop.time()) > 0:
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
                continue
            self._drawn[card] = loop.time()
            del self._due[card]
            failure = await self._draw(*card)
            if failure is None or failure.permanent:
                self._failures.pop(card, None)
            else:
                self._draw_again(card, failure)

    def _draw_again(self, card: Card, failure: SendFailed) -> None:
        """Ask for a card whose redraw failed; else it might never show its last state."""
        attempts = self._failures.pop(card, 0) + 1
        if attempts >= MAX_ATTEMPTS:
            log.error("card %s/%s is given up until something changes", *card)
            return
        self._failures[card] = attempts
        delay = retry_delay(attempts, random.random()).total_seconds()
        now = asyncio.get_running_loop().time()
        self._due[card] = now + max(delay, failure.retry_after or 0, self._interval)

    async def _draw(self, guild_id: int, action_id: int) -> SendFailed | None:
        """Draw a card if it was posted; returns why it could not be sent, if so."""
        try:
            async with self._database.read() as conn:
                action = await action_queries.load_action(conn, guild_id, action_id)
                post = await action_queries.load_post(conn, guild_id, action_id, DeliveryKind.CARD)
            if action is not None and post is not None:
                server = await self._servers.get(guild_id)
                await self._sender.redraw(action, server, post, self._clock.now())
        except SendFailed as failure:
            log.warning("card %s/%s not redrawn: %s", guild_id, action_id, failure.reason)
            return failure
        except Exception:
            log.exception("card %s/%s not redrawn", guild_id, action_id)
        return None
