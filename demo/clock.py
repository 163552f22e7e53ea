"""The demo's one clock: wall time plus an offset that a key press moves forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# Not time.monotonic: simcord replaces it, inside the bot, by this very clock.
from time import perf_counter


class OffsetClock:
    """Fanchant's Clock and the simulated Discord's: it runs on by itself and jumps when told.

    `elapsed` and `advance` are what simcord asks of a backend's clock. `elapsed` runs on too: a
    counter that stood still would let any timer that fires take later ones with it, too early.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime.now(UTC)
        self._born = perf_counter()
        self._offset = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the start, real ones and jumped ones."""
        return perf_counter() - self._born + self._offset

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self._start + timedelta(seconds=self.elapsed)

    def jump(self, seconds: float) -> None:
        """Move forward at once. Backwards is refused: Discord's ids grow with time."""
        if seconds < 0:
            raise ValueError(seconds)
        self._offset += seconds

    def advance(self, seconds: float) -> None:
        """Jump, by the name that simcord uses."""
        self.jump(seconds)


class StoryClock:
    """A clock that stands still until it is moved, for stories and tests. Same use as above."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self.elapsed = 0.0

    def now(self) -> datetime:
        """The story's instant, aware, in UTC."""
        return self._start + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Move forward; backwards is refused: Discord's ids grow with time."""
        if seconds < 0:
            raise ValueError(seconds)
        self.elapsed += seconds

    def advance_to(self, instant: datetime) -> None:
        """Move forward to an instant; one that has passed changes nothing."""
        self.advance(max(0.0, (instant - self.now()).total_seconds()))
