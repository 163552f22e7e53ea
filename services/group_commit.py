"""The group commit: whatever queued while the last commit ran goes into one transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database, stands

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

BATCH = 200
"""Most pieces of work in one transaction, so that none waits long for its commit."""


class CommitFailed(Exception):
    """The transaction that held this piece of work could not be committed; nothing is stored."""


@dataclass(frozen=True)
class _Queued:
    work: Work[Any]
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
        if self._task is None:
            raise CommitFailed("closed")
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append(_Queued(work, outcome))
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
        done: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        try:
            async with self._database.write() as conn:
                for queued in batch:
                    if queued.outcome.cancelled():
                        continue
                    try:
                        async with conn.begin_nested():
                            result = await queued.work(conn)
                    except Exception as error:
                        if not await stands(conn):
                            raise  # What came before it is lost, what came after would be apart.
                        # The caller's to handle, who is told below.
                        done.append((queued.outcome, None, error))
                    else:
                        done.append((queued.outcome, result, None))
        except Exception as error:  # noqa: BLE001 - every caller is told
            done = [(queued.outcome, None, _failure(error)) for queued in batch]
        self.commits += 1
        for outcome, result, error in done:
            if outcome.done():
                continue
            if error is None:
                outcome.set_result(result)
            else:
                outcome.set_exception(error)


def _failure(cause: Exception) -> CommitFailed:
    failure = CommitFailed(type(cause).__name__)
    failure.__cause__ = cause
    return failure
