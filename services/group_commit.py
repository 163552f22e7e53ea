"""The group commit: whatever queued while the last commit ran goes into one transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database, stands
from domain.errors import Refusal

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item of work
Work = Callable[[AsyncConnection], Awaitable[T]]
Settle = Callable[[AsyncConnection, Sequence[I]], Awaitable[Sequence[T | Exception]]]
"""Does many items of the same work at once. One that it refuses has an exception as its result.

A `Refusal` that it raises is everybody's: none of the items can be done.
"""

owes_more: ContextVar[bool] = ContextVar("owes_more", default=False)
"""Whether the transaction under way owes a new delivery, which may be due before all others."""

BATCH = 200
"""Most pieces of work in one transaction, so that none waits long for its commit."""


class CommitFailed(Exception):
    """The transaction that held this piece of work failed; as far as is known, nothing is stored.

    It is not known where the connection to a PostgreSQL died during the COMMIT itself: then all
    of the transaction is stored, or nothing of it. Whoever tries again has to bear both.
    """


@dataclass(frozen=True)
class _Queued:
    """One item of work. Items of the same key in one transaction are settled together."""

    key: Hashable
    settle: Settle[Any, Any]
    item: Any
    outcome: asyncio.Future[Any]


class GroupCommit:
    """Runs pieces of work in order of arrival, each under a savepoint, many to a transaction.

    A piece that raises is rolled back alone. `run` returns only after the commit. The committer
    owns the transaction: a caller that is cancelled disturbs nobody else's work.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: deque[_Queued] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self.commits = 0

        self.when_owed: Callable[[], None] | None = None
        """Is called after a commit by which something new is owed."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._commit_forever(), name="group-commit")

    async def close(self) -> None:
        """Commit what has queued and stop."""
        task, self._task = self._task, None
        if task is None:
            return
        self._wake.set()
        await self._idle.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def run(self, work: Work[T]) -> T:
        """Do `work` in the next transaction and return its result once that is committed.

        Raises what `work` raised, or `CommitFailed`.
        """

        async def settle(conn: AsyncConnection, _items: Sequence[None]) -> list[T | Exception]:
            return [await work(conn)]

        return await self.run_together(object(), settle, None)

    async def run_together(self, key: Hashable, settle: Settle[I, T], item: I) -> T:
        """Like `run`, for work of which much comes at once: a few statements do for all of it.

        All items that queued under the same key go to one call of `settle`, in order of arrival.
        If that call raises, each is settled alone, so that a bad one spoils no other; but a
        `Refusal` is told to all of them.
        """
        if self._task is None:
            raise CommitFailed("closed")
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append(_Queued(key, settle, item, outcome))
        self._idle.clear()
        self._wake.set()
        return await outcome

    async def _commit_forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                batch = [self._queue[i] for i in range(min(BATCH, len(self._queue)))]
                try:
                    await self._commit(batch)
                finally:
                    for _ in batch:
                        self._queue.popleft()
            self._idle.set()

    async def _commit(self, batch: list[_Queued]) -> None:
        groups: dict[Hashable, list[_Queued]] = defaultdict(list)
        for queued in batch:
            if not queued.outcome.cancelled():
                groups[queued.key].append(queued)
        results: list[tuple[_Queued, Any]] = []
        owes_more.set(False)
        try:
            async with self._database.write() as conn:
                for group in groups.values():
                    results += zip(group, await _settle(conn, group), strict=True)
        except Exception as error:  # noqa: BLE001 - every caller is told
            results = [(queued, _failure(error)) for queued in batch]
        self.commits += 1
        if owes_more.get() and self.when_owed is not None:
            self.when_owed()
        for queued, result in results:
            if queued.outcome.done():
                continue
            if isinstance(result, Exception):
                queued.outcome.set_exception(result)
            else:
                queued.outcome.set_result(result)


async def _settle(conn: AsyncConnection, group: list[_Queued]) -> Sequence[Any]:
    """Settle a group under a savepoint; the result of what failed is its exception."""
    try:
        async with conn.begin_nested():
            return await group[0].settle(conn, [queued.item for queued in group])
    except Refusal as refusal:
        return [refusal] * len(group)
    except Exception as error:
        if not await stands(conn):
            raise  # The whole transaction is lost; what came next would be committed on its own.
        if len(group) == 1:
            return [error]  # The caller's to handle: it is their result.
    return [result for queued in group for result in await _settle(conn, [queued])]


def _failure(cause: Exception) -> CommitFailed:
    failure = CommitFailed(type(cause).__name__)
    failure.__cause__ = cause
    return failure
