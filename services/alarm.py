"""The alarm clock: rings once at a given instant, by APScheduler."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from apscheduler.schedulers.asyncio import (  # pyright: ignore[reportMissingTypeStubs]  # none exist
    AsyncIOScheduler,
)

from services.clock import Clock, SystemClock

LONGEST = timedelta(seconds=20)
"""It rings after this at the latest, so that a machine that slept or whose clock was set cannot
make it late by more."""


class Alarm:
    """Rings once at the instant it was last set to, by calling `ring`, which must be quick."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._system = SystemClock()
        self._scheduler = cast(Any, AsyncIOScheduler(timezone=UTC))

    def start(self) -> None:
        self._scheduler.start()

    def close(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def set(self, due: datetime | None) -> None:
        """Ring at `due` by the clock, at once if it has passed, in place of what was set before."""
        wait = LONGEST if due is None else min(due - self._clock.now(), LONGEST)
        self._scheduler.add_job(
            self._ring_here,
            "date",
            run_date=self._system.now() + max(wait, timedelta(0)),
            id="alarm",
            replace_existing=True,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    async def _ring_here(self) -> None:
        # A coroutine, because APScheduler runs plain functions in another thread.
        self._ring()
