"""How a logged amount grew over time, in a bounded number of steps whatever there is."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.actions import Action

Curve = tuple[tuple[datetime, int], ...]
"""Instants in order, each with the amount that was reached by then."""

BEFORE, DURING, AFTER = 200, 800, 200
"""Steps before the action starts, while it runs, and after that."""

_INSTANT = timedelta(microseconds=1)


class Steps:
    """Adds up amounts by when they were logged, in any order.

    What was logged long before the start counts as of a quarter of the action's length before
    it: it must not squeeze the rest into a corner of a picture.
    """

    def __init__(self, action: Action, cut_off: datetime) -> None:
        starts, ends = action.starts_at, action.ends_at
        low = starts - (ends - starts) / 4
        high = max(ends, min(cut_off, action.log_until))
        self._low = low
        self._parts = ((low, starts, 0, BEFORE), (starts, ends, BEFORE, DURING))
        self._after = (ends, high, BEFORE + DURING, AFTER)
        self._amounts = [0] * (BEFORE + DURING + AFTER)
        self._last: list[datetime | None] = [None] * len(self._amounts)

    def add(self, at: datetime, amount: int) -> None:
        at = max(at, self._low)
        step = self._step(at)
        self._amounts[step] += amount
        last = self._last[step]
        if last is None or at > last:
            self._last[step] = at

    def points(self) -> Curve:
        """The last instant of each step at which something was logged, and what was reached."""
        reached, points = 0, list[tuple[datetime, int]]()
        for last, amount in zip(self._last, self._amounts, strict=True):
            if last is not None:
                reached += amount
                points.append((last, reached))
        return tuple(points)

    def _step(self, at: datetime) -> int:
        begins, ends, first, count = next((p for p in self._parts if at < p[1]), self._after)
        part = (at - begins) / max(ends - begins, _INSTANT)
        return first + min(int(part * count), count - 1)
