"""The budget of requests to Discord: so many a second, the most important first."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count

from aiolimiter import AsyncLimiter

REQUESTS_PER_SECOND = 47.9
"""Discord takes 50 a second of a bot, interactions apart
(https://discord.com/developers/docs/topics/rate-limits#global-rate-limit)."""

BURST = 1.5
"""Requests' worth that is saved up at the most: who was woken late catches up, and in no second,
wherever one begins to count, are there more than Discord takes."""

SPARE = 2
"""Turns given back that are kept, at the most: more could go out in one second than may."""

PEOPLE_WAIT = 1
"""The importance of what is asked for while somebody waits for an answer."""

REDRAWING = 8
ROLES = 9

importance: ContextVar[int] = ContextVar("importance", default=PEOPLE_WAIT)
"""How important the requests of this task are; lower goes first."""


class Turn:
    """A request that may be made now. It counts whether it is made or not, unless given back."""

    def __init__(self) -> None:
        self.used = False


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


class Budget:
    """Lets requests through, evenly spaced; without a rate all at once."""

    def __init__(self, per_second: float | None = REQUESTS_PER_SECOND) -> None:
        # Not a second's worth at a time: two seconds' would go out in the first one.
        self._limiter = None if per_second is None else AsyncLimiter(BURST, BURST / per_second)
        self._order = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._spare = 0
        self._pump: asyncio.Task[None] | None = None

    async def wait(self, level: int) -> None:
        """Return when a request of this importance may be made."""
        if self._limiter is None:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (level, next(self._order), turn))
        if self._pump is None:
            self._pump = asyncio.create_task(self._let_through(self._limiter), name="budget")
        await turn

    async def request(self) -> None:
        """Wait for leave to make one request of this task: the turn it holds, or the next one."""
        turn = _turn.get()
        if turn is not None and not turn.used:
            turn.used = True
        else:
            await self.wait(importance.get())

    @contextmanager
    def using(self, turn: Turn) -> Generator[None]:
        """Make the next request of this task by a turn that was waited for already."""
        token = _turn.set(turn)
        try:
            yield
        finally:
            _turn.reset(token)
            if not turn.used:
                self._spare = min(self._spare + 1, SPARE)

    async def _let_through(self, limiter: AsyncLimiter) -> None:
        try:
            while self._waiting:
                if self._spare:
                    self._spare -= 1
                else:
                    await limiter.acquire()
                self._next()
        finally:
            self._pump = None

    def _next(self) -> None:
        """Let the most important through of those that still wait."""
        while self._waiting:
            *_, turn = heappop(self._waiting)
            if not turn.done():  # not cancelled
                turn.set_result(None)
                return
        self._spare = min(self._spare + 1, SPARE)
