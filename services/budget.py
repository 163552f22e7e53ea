"""The budget of requests to Discord: so many a second, the most important first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count

from aiolimiter import AsyncLimiter

REQUESTS_PER_SECOND = 48.4
"""Discord takes 50 a second of a bot, interactions apart
(https://discord.com/developers/docs/topics/rate-limits#global-rate-limit)."""

BURST = 1.5
"""Requests' worth that is saved up at the most: who was woken late catches up, and in no second,
wherever one begins to count, are there more than Discord takes."""

PREPARING = 10
"""Messages that are prepared at a time: what waits longer is read when its turn comes."""

PEOPLE_WAIT = 1
"""The importance of what is asked for while somebody waits for an answer."""

REDRAWING = 8
ROLES = 9
WELCOMES = 10
"""The importance of what nobody waits for, behind all that is sent at a time of its own."""

importance: ContextVar[int] = ContextVar("importance", default=PEOPLE_WAIT)
"""How important the requests of this task are; lower goes first."""


class _Line:
    """Those who wait, the most important first, and of those the first who came."""

    def __init__(self) -> None:
        self._order = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def join(self, level: int) -> asyncio.Future[None]:
        """Something that is done when it is one's turn; whoever gives up cancels it."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (level, next(self._order), turn))
        return turn

    def call_next(self) -> bool:
        """Say to the first that it is their turn; False if nobody waits any more."""
        while self._waiting:
            *_, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return True
        return False


class _Place:
    """A place among those who prepare a message; it is given up once, at the first request."""

    def __init__(self, budget: Budget) -> None:
        self._budget: Budget | None = budget

    def give_up(self) -> None:
        budget, self._budget = self._budget, None
        if budget is not None:
            budget.free_place()


_place: ContextVar[_Place | None] = ContextVar("place", default=None)


class Budget:
    """Lets requests through, evenly spaced; without a rate all at once."""

    def __init__(self, per_second: float | None = REQUESTS_PER_SECOND) -> None:
        # Not a second's worth at a time: two seconds' would go out in the first one.
        self._limiter = None if per_second is None else AsyncLimiter(BURST, BURST / per_second)
        self._requests = _Line()
        self._preparing = _Line()
        self._free = PREPARING
        self._pump: asyncio.Task[None] | None = None

    async def wait(self, level: int) -> None:
        """Return when a request of this importance may be made."""
        if self._limiter is None:
            return
        turn = self._requests.join(level)
        if self._pump is None:
            self._pump = asyncio.create_task(self._let_through(self._limiter), name="budget")
        await turn

    async def request(self) -> None:
        """Wait for leave to make one request of this task, by its importance."""
        await self.wait(importance.get())
        if (place := _place.get()) is not None:
            place.give_up()

    @asynccontextmanager
    async def preparing(self, level: int) -> AsyncGenerator[None]:
        """Prepare and send a message when its turn has come, so that it is not read too early.

        Others follow as soon as its first request is on its way.
        """
        if self._limiter is None:
            yield
            return
        await self._take_place(level)
        place = _Place(self)
        token = _place.set(place)
        try:
            yield
        finally:
            _place.reset(token)
            place.give_up()

    async def _take_place(self, level: int) -> None:
        if self._free and not self._preparing:
            self._free -= 1
            return
        turn = self._preparing.join(level)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.free_place()
            raise

    def free_place(self) -> None:
        """Let the next one prepare a message."""
        if not self._preparing.call_next():
            self._free += 1

    async def _let_through(self, limiter: AsyncLimiter) -> None:
        try:
            while self._requests:
                await limiter.acquire()
                self._requests.call_next()
        finally:
            self._pump = None
