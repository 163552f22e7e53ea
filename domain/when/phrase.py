"""A typed time taken apart: what was said, before it is known which instant that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from domain.when.lexicon import PartOfDay, Span
from domain.zones import AbbreviationMeaning


class ClockKind(Enum):
    """How far a time of day is settled by the way it is written."""

    EXACT = auto()  # 24-hour notation, unless a part of the day says otherwise
    OPEN = auto()  # "8 o'clock": morning or evening
    BARE = auto()  # a number with nothing beside it that makes it an hour
    NOON = auto()
    MIDNIGHT = auto()


@dataclass(frozen=True)
class Clock:
    """A time of day; `hour` goes to 29, as fans write the small hours of the next day."""

    kind: ClockKind
    hour: int = 0
    minute: int = 0
    second: int = 0
    token: int = field(default=0, compare=False)


@dataclass(frozen=True)
class CalendarDay:
    """A day as written; what is None was left out. `order` names how the numbers were read."""

    year: int | None
    month: int | None
    day: int
    order: str = ""


@dataclass(frozen=True)
class SaidZone:
    """The zones that the words for one may mean, the likeliest first."""

    meanings: tuple[AbbreviationMeaning, ...]
    abbreviated: bool


class Which(Enum):
    """The word before a weekday or a week."""

    THIS = auto()
    NEXT = auto()


@dataclass(frozen=True)
class Phrase:
    """Everything a typed time said; each part can be said once, parts of the day twice."""

    timestamp: int | None = None
    calendar: tuple[CalendarDay, ...] | None = None
    ahead: int | None = None
    weekday: int | None = None
    which: Which | None = None
    week: tuple[Which, tuple[int, ...]] | None = None
    clock: Clock | None = None
    parts: tuple[PartOfDay, ...] = ()
    zone: SaidZone | None = None
    span: Span | None = None

    @property
    def dated(self) -> bool:
        """Whether a day was said in any way."""
        said = (self.calendar, self.ahead, self.weekday, self.week, self.span)
        return any(part is not None for part in said)
