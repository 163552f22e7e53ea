"""Which hours of a day a time of day and the parts of the day around it leave possible."""

from __future__ import annotations

from domain.when.lexicon import PartOfDay
from domain.when.phrase import Clock, ClockKind
from domain.when.readings import AmbiguityReason


def possible_hours(
    clock: Clock, parts: tuple[PartOfDay, ...], *, dated: bool
) -> tuple[AmbiguityReason, list[int]]:
    """Return the hours that may be meant, counted on past 24 into the next day.

    No hour is left if the words contradict each other ("tonight 9am"). The reason applies if
    there are several. `dated` tells whether a day was said: without one, midnight is the next.
    """
    if clock.kind is ClockKind.NOON:
        return AmbiguityReason.NOON_MIDNIGHT, _inside([12], parts)
    if clock.kind is ClockKind.MIDNIGHT:
        return AmbiguityReason.MIDNIGHT, _inside([0, 24] if dated else [24], parts)
    if parts:
        return AmbiguityReason.AM_PM, _earliest_each(_inside(_shifted(clock.hour), parts))
    if clock.kind is ClockKind.EXACT or clock.hour == 0 or clock.hour > 12:
        return AmbiguityReason.AM_PM, [clock.hour]
    if clock.hour == 12:
        return AmbiguityReason.NOON_MIDNIGHT, [0, 12, 24] if dated else [12, 24]
    return AmbiguityReason.AM_PM, [clock.hour, clock.hour + 12]


def _shifted(hour: int) -> list[int]:
    if hour == 0:
        return [0, 24]
    if hour > 12:
        return [hour]
    return [hour % 12, hour % 12 + 12, hour % 12 + 24]


def _inside(hours: list[int], parts: tuple[PartOfDay, ...]) -> list[int]:
    return [
        hour
        for hour in hours
        if all(any(first <= hour < before for first, before in part.windows) for part in parts)
    ]


def _earliest_each(hours: list[int]) -> list[int]:
    """Keep the first of the hours that clocks show alike: 1 am is today's unless said otherwise."""
    kept: dict[int, int] = {}
    for hour in hours:
        kept.setdefault(hour % 24, hour)
    return list(kept.values())
