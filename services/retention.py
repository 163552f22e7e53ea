"""Deleting what proves contributions once a server keeps it no longer: a daily task."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.retention import delete_held, list_kept_days
from domain.retention import ended_before
from services.clock import Clock
from services.group_commit import GroupCommit

log = logging.getLogger(__name__)

EVERY = 24 * 3600.0
"""Seconds between two looks."""

FIRST_AFTER = 60.0
"""Seconds from the start to the first look: what is late goes out before."""

BATCH = 200
"""Contributions of which everything is deleted in one transaction, so that none lasts long."""

PAUSE = 0.05
"""Seconds between two batches, in which what people do is written."""


class Retention:
    """One long-lived task. What is logged, and every total, stays as it is."""

    def __init__(self, database: Database, commit: GroupCommit, clock: Clock) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._clean_forever(), name="retention")

    async def close(self) -> None:
        """End once the batch that is being deleted is done."""
        task, self._task = self._task, None
        self._closing.set()
        if task is not None:
            await task

    async def clean(self, *, batch: int = BATCH) -> int:
        """Delete what is kept no longer; returns of how many contributions."""
        async with self._database.read() as conn:
            kept = await list_kept_days(conn)
        return sum([await self._clean(days, batch) for days in kept])

    async def _clean(self, days: int, batch: int) -> int:
        before, cleaned = ended_before(self._clock.now(), days), 0

        async def work(conn: AsyncConnection) -> int:
            return await delete_held(conn, days, before, limit=batch)

        while found := await self._commit.run(work):
            cleaned += found
            if await self._closes_within(PAUSE):
                break
        return cleaned

    async def _clean_forever(self) -> None:
        wait = FIRST_AFTER
        while not await self._closes_within(wait):
            wait = EVERY
            try:
                cleaned = await self.clean()
            except Exception:
                log.exception("proofs were not deleted; it is tried again tomorrow")
            else:
                if cleaned:
                    log.info("proofs of %s contributions were deleted as servers wish", cleaned)

    async def _closes_within(self, seconds: float) -> bool:
        """Wait; tell whether the bot is being stopped."""
        # Not wait_for: before Python 3.12 it can swallow a cancellation.
        try:
            async with asyncio.timeout(seconds):
                return await self._closing.wait()
        except TimeoutError:
            return False
