"""Wall times: what people typed and meant, beside the instants that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Wall:
    """A time as its author meant it: naive wall time, IANA zone name and fold."""

    time: datetime
    zone: str
    fold: int = 0


@dataclass(frozen=True)
class Resolved:
    """A wall time, and the instant that it means."""

    wall: Wall
    at: datetime
