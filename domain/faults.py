"""What the bot's operator is told of faults: how many, and which, in words of ours alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FaultReport:
    """What was logged as an error within so many minutes.

    `lines` are the first different ones, each with how often it came; `count` is of all.
    """

    count: int
    minutes: int
    lines: tuple[tuple[str, int], ...]

    @property
    def unnamed(self) -> int:
        """How many have no line."""
        return self.count - sum(times for _, times in self.lines)
