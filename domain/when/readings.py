"""What a typed time can turn out to mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AmbiguityReason(StrEnum):
    """Why a phrase has several readings; the catalogue has the question to ask for each."""

    ZONE_ABBREVIATION = "zone_abbreviation"  # PST: Los Angeles or Manila
    ZONE_NAME = "zone_name"  # "brazil time", a country with several zones
    DAYLIGHT_FOLD = "daylight_fold"  # clocks go back: the wall time comes twice
    DATE_ORDER = "date_order"  # 10/11
    AM_PM = "am_pm"  # "at 8"
    NOON_MIDNIGHT = "noon_midnight"  # "at 12"
    MIDNIGHT = "midnight"  # "midnight on Tuesday": the night before or the night after
    NIGHT = "night"  # "tonight 1am", "25:00" typed in the small hours: this night or the next
    NEXT_WEEKDAY = "next_weekday"  # "next sat": the coming one or the one after
    WEEK = "week"  # "next week sunday": weeks begin on Monday or Sunday
    DAY_IN_ZONE = "day_in_zone"  # "tomorrow 8pm LA time" while it is another day there
    WORDING = "wording"  # the words themselves can be put together in several ways


@dataclass(frozen=True)
class Reading:
    """One way to read a phrase.

    `wall` is naive and meant in `zone`: an IANA name, or a fixed offset such as `UTC+09:00`. `fold`
    is 1 for the second of two equal wall times. `midnight` asks for the night to be spelled out.
    """

    wall: datetime
    zone: str
    fold: int
    instant: datetime
    midnight: bool


@dataclass(frozen=True)
class Understood:
    """The phrase has one meaning."""

    reading: Reading


@dataclass(frozen=True)
class Ambiguous:
    """The phrase has several meanings, earliest first; `reason` is the main one to ask about."""

    reason: AmbiguityReason
    readings: tuple[Reading, ...]
