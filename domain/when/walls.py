"""From a wall time and its zone to the instant it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from domain.errors import Refusal
from domain.walls import Resolved, Wall
from domain.when.readings import Reading
from domain.zones import zone_info


def resolve_wall(wall: datetime, zone: str, fold: int = 0) -> datetime:
    """Return the instant, in UTC, at which the clocks of `zone` show the naive time `wall`.

    `fold=1` means the second of two equal wall times; where there is just one it changes nothing.
    Refuses `when.nonexistent` (text, before, after) if the clocks skip the time: `before` is
    the last whole minute that they show and `after` the first one after the jump. Refuses
    `when.too_far` (text) at the far ends of the calendar, and `zone.unknown` (zone).
    """
    rules = zone_info(zone)
    try:
        instant = wall.replace(tzinfo=rules, fold=fold).astimezone(UTC)
        shown = instant.astimezone(rules).replace(tzinfo=None)
        if shown == wall:
            return instant
        before, after = _gap(wall, rules)
    except OverflowError as error:
        raise Refusal("when.too_far", text=f"{wall:%Y-%m-%d %H:%M}") from error
    raise Refusal("when.nonexistent", text=f"{wall:%Y-%m-%d %H:%M}", before=before, after=after)


def resolve_late(wall: datetime, zone: str) -> Resolved:
    """Return what a naive wall time of a plan means once its day has come; it is never refused.

    A time that the clocks skip is moved on by as much as they are (02:30 becomes 03:30), one
    that they show twice is the first of the two: so RFC 5545 reads recurring times.
    """
    rules = zone_info(zone)
    instant = wall.replace(tzinfo=rules, fold=0).astimezone(UTC)
    shown = instant.astimezone(rules)
    return Resolved(Wall(shown.replace(tzinfo=None, fold=0), zone, shown.fold), instant)


def resolve_instant(instant: datetime, zone: str) -> Resolved:
    """Return an instant with what the clocks of `zone` show at it."""
    local = instant.astimezone(zone_info(zone))
    return Resolved(Wall(local.replace(tzinfo=None, fold=0), zone, local.fold), instant)


def folds(wall: datetime, zone: str) -> tuple[int, ...]:
    """Return (0, 1) if the wall time comes twice in the zone, else (0,)."""
    rules = zone_info(zone)
    first, second = (wall.replace(tzinfo=rules, fold=fold).utcoffset() for fold in (0, 1))
    # In a gap the offsets differ too, but there the first is the smaller one.
    return (0, 1) if first is not None and second is not None and first > second else (0,)


def make_reading(wall: datetime, zone: str, fold: int) -> Reading:
    """Return the reading of a wall time; refuses as `resolve_wall` does."""
    wall = wall.replace(fold=0)
    at_midnight = (wall.hour, wall.minute, wall.second) == (0, 0, 0)
    return Reading(wall, zone, fold, resolve_wall(wall, zone, fold), at_midnight)


def reading_of_instant(instant: datetime, zone: str) -> Reading:
    """Return the reading of an instant as the clocks of `zone` show it."""
    local = instant.astimezone(zone_info(zone))
    return make_reading(local.replace(tzinfo=None), zone, local.fold)


def _gap(wall: datetime, rules: tzinfo) -> tuple[datetime, datetime]:
    """Return the wall times that the clocks show a minute before they skip `wall` and after."""
    # With fold=1 the later offset is used, which lands before the jump; with fold=0 after it.
    early = wall.replace(tzinfo=rules, fold=1).astimezone(UTC)
    late = wall.replace(tzinfo=rules, fold=0).astimezone(UTC)
    offset_before = early.astimezone(rules).utcoffset() or timedelta()
    seconds = int((late - early).total_seconds())
    low, high = 0, seconds  # the offset has changed at `high`, not yet at `low`
    while high - low > 1:
        middle = (low + high) // 2
        at = (early + timedelta(seconds=middle)).astimezone(rules)
        low, high = (middle, high) if at.utcoffset() == offset_before else (low, middle)
    jump = early.replace(microsecond=0) + timedelta(seconds=high)
    before = (jump + offset_before - timedelta(minutes=1)).replace(tzinfo=None)
    return before.replace(second=0), jump.astimezone(rules).replace(tzinfo=None)
