"""Which panels have logged: an amount that is tapped twice by accident is logged once."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

SAME_TAP = timedelta(seconds=5)
"""What comes so soon after a tap is the same one, and needs no word."""

MOST_REMEMBERED = 20_000


class Taps:
    """Panels by their message's id, each good for one amount.

    They are remembered in memory only, the latest of them: whoever taps a panel again after a
    restart has seen that it failed, or has had the answer in its place.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._taken: OrderedDict[int, datetime] = OrderedDict()

    def take(self, panel: int, now: datetime) -> bool:
        """Note that a panel is tapped; False where it was before."""
        if panel in self._taken:
            return False
        self._taken[panel] = now
        if len(self._taken) > self._most:
            self._taken.popitem(last=False)
        return True

    def is_same_tap(self, panel: int, now: datetime) -> bool:
        """Tell whether a further tap follows the first so fast that it is meant as one."""
        return panel in self._taken and now - self._taken[panel] <= SAME_TAP

    def free(self, panel: int) -> None:
        """Let a panel be tapped again, because nothing came of it."""
        self._taken.pop(panel, None)
