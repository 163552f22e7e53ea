"""Coalesced redrawing of cards and polls: few edits of each message, and always a last one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import polls, posts
from db.queries.editions import list_editions
from domain.deliveries import MAX_ATTEMPTS, DeliveryKind, Post, retry_delay
from domain.editions import as_published
from domain.errors import SendFailed
from domain.language_channels import MAIN, localized
from services.budget import REDRAWING, importance
from services.clock import Clock
from services.posted import Posted
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

WIDTH = 10
"""Cards drawn at the same time, at the most: one that hangs holds up no other."""

Card = tuple[int, int]
"""Server id, and the id of an action or of a time poll: no two of a server have the same."""

NOT_FOUND = "not_found"
"""The reason of a redraw that failed since the message was deleted, or its channel."""

Lost = Callable[[int, int, Post], Awaitable[None]]


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
        self._drawing: dict[Card, asyncio.Task[None]] = {}
        self._posted = Posted(database, clock, servers, sender)
        self._with_posts: set[Card] = set()
        self._posting: Counter[Card] = Counter()
        self._outdated: set[Card] = set()
        """What changed while a message about it was on its way."""
        self._width = asyncio.Semaphore(WIDTH)
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

        self.when_lost: Lost | None = None
        """Is told of a message that exists no more: whose it was, and where it stood."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._draw_forever(), name="redraws")

    async def close(self) -> None:
        task, self._task = self._task, None
        for running in filter(None, (task, *self._drawing.values())):
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def request(self, guild_id: int, action_id: int, *, posts: bool = False) -> None:
        """Have the card redrawn soon, and with `posts` what else was posted about its action.

        Costs nothing where it is asked for already.
        """
        card = (guild_id, action_id)
        if posts:
            self._with_posts.add(card)
            if card in self._posting:
                self._outdated.add(card)
        if card not in self._due:
            self._due[card] = self._drawn.get(card, float("-inf")) + self._interval
            self._idle.clear()
            self._wake.set()

    async def request_server(self, guild_id: int) -> None:
        """Have a server's cards redrawn, with what else was posted, but for final actions."""
        async with self._database.read() as conn:
            cards = await posts.list_unfinished_cards(conn, guild_id)
        for card in cards:
            self.request(*card, posts=True)

    @contextmanager
    def posting(self, guild_id: int, action_id: int) -> Generator[None]:
        """Post a message; what changes meanwhile, and so is not in it, has it redrawn after."""
        card = (guild_id, action_id)
        self._posting[card] += 1
        try:
            yield
        finally:
            self._posting[card] -= 1
            if not self._posting[card]:
                del self._posting[card]
            if card in self._outdated:
                self._outdated.discard(card)
                self.request(*card, posts=True)

    async def flush(self) -> None:
        """Wait until every card asked for is drawn, or given up."""
        await self._idle.wait()

    async def _draw_forever(self) -> None:
        await self._sender.wait_until_ready()
        await self._request_open_cards()
        while True:
            self._wake.clear()
            wait = self._begin_due()
            if not self._due and not self._drawing:
                self._idle.set()
            # Not wait_for: before Python 3.12 it can swallow a cancellation.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    async def _request_open_cards(self) -> None:
        """Draw every open card once at start: clicks may have come in just before the stop."""
        try:
            async with self._database.read() as conn:
                cards = await posts.list_open_cards(conn, self._clock.now())
                cards += await polls.list_open(conn, self._clock.now())
        except Exception:
            log.exception("open cards not redrawn at start")
            return
        for card in cards:
            self.request(*card)

    def _begin_due(self) -> float | None:
        """Begin to draw what is due; returns the seconds until more is, None if nothing waits."""
        now = asyncio.get_running_loop().time()
        self._drawn = {c: at for c, at in self._drawn.items() if at + self._interval > now}
        later: list[float] = []
        for card, due in list(self._due.items()):
            if card in self._drawing:
                continue  # it is looked at again when that drawing is done
            if due > now:
                later.append(due - now)
                continue
            del self._due[card]
            self._drawn[card] = now
            self._drawing[card] = asyncio.create_task(self._draw_one(card))
        return min(later, default=None)

    async def _draw_one(self, card: Card) -> None:
        try:
            importance.set(REDRAWING)
            async with self._width:
                failure = await self.draw(*card)
                if card in self._with_posts:
                    failure = await self._draw_posts(card) or failure
            if failure is None or failure.permanent:
                self._failures.pop(card, None)
            else:
                self._draw_again(card, failure)
        finally:
            del self._drawing[card]
            self._wake.set()

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

    async def _draw_posts(self, card: Card) -> SendFailed | None:
        """Redraw what else was posted; returns why it has to be tried again, if so."""
        self._with_posts.discard(card)
        try:
            failure = await self._posted.redraw(*card)
        except Exception:
            log.exception("messages of %s/%s not redrawn", *card)
            failure = SendFailed("unexpected", permanent=False)
        if failure is not None:
            self._with_posts.add(card)
        return failure

    async def draw(self, guild_id: int, card_id: int) -> SendFailed | None:
        """Draw a card or a poll now if it was posted; returns why it could not be, if so.

        Of several languages one that will pass goes before one that won't: it is tried again.
        """
        failed = await self._try_to_draw(guild_id, card_id, mending=False)
        return min(failed.values(), key=lambda failure: failure.permanent, default=None)

    async def look(self, guild_id: int, action_id: int) -> dict[str, SendFailed]:
        """Draw an action's cards now; returns why some could not be, by language channel.

        Whoever asks sees to a message that exists no more; nobody is told of it.
        """
        return await self._try_to_draw(guild_id, action_id, mending=True)

    async def _try_to_draw(
        self, guild_id: int, card_id: int, *, mending: bool
    ) -> dict[str, SendFailed]:
        try:
            failed = await self._draw(guild_id, card_id, mending=mending)
        except Exception:
            log.exception("card %s/%s not redrawn", guild_id, card_id)
            return {MAIN: SendFailed("unexpected", permanent=False)}
        for failure in failed.values():
            log.warning("card %s/%s not redrawn: %s", guild_id, card_id, failure.reason)
        return failed

    async def _draw(self, guild_id: int, card_id: int, *, mending: bool) -> dict[str, SendFailed]:
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, card_id, whole=True)
            poll = None if action else await polls.load_poll(conn, guild_id, card_id)
            cards = await posts.load_posts(conn, guild_id, card_id, DeliveryKind.CARD)
            editions = await list_editions(conn, guild_id, card_id) if action else ()
        server, now = await self._servers.get(guild_id), self._clock.now()
        failed: dict[str, SendFailed] = {}
        if action is not None:
            action = as_published(action, editions)
            drawings: dict[str, Awaitable[SendFailed | None]] = {}
            for language, post in cards.items():
                there = localized(action, server, language)
                if there is None:
                    continue  # the server has no such language channel any more
                drawing = self._sender.redraw(*there, post, now)
                drawings[language] = self._drawn_at(drawing, guild_id, card_id, post, mending)
            # At the same time: a channel that hangs holds up no other.
            found = zip(drawings, await asyncio.gather(*drawings.values()), strict=True)
            failed |= {language: failure for language, failure in found if failure is not None}
        elif poll is not None and poll.post is not None:
            drawing = self._sender.redraw_poll(poll, server, poll.post, now)
            failure = await self._drawn_at(drawing, guild_id, card_id, poll.post, mending)
            if failure is not None:
                failed[MAIN] = failure
        return failed

    async def _drawn_at(
        self,
        drawing: Awaitable[None],
        guild_id: int,
        card_id: int,
        post: Post,
        mending: bool,
    ) -> SendFailed | None:
        """Draw one message; returns why it could not be, and has it noticed where it is gone."""
        try:
            await drawing
        except SendFailed as failure:
            if failure.reason == NOT_FOUND and self.when_lost is not None and not mending:
                await self.when_lost(guild_id, card_id, post)
            return failure
        return None
