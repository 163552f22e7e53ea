"""Reading a typed time that lies behind: "20:00" is the last one, not the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.errors import Refusal
from domain.when.reader import read_when
from domain.when.readings import Ambiguous, Reading, Understood
from domain.when.walls import folds, make_reading, reading_of_instant

_MINUTE = timedelta(minutes=1)
_STEPS = (timedelta(days=1), timedelta(days=7))
"""A time of day comes back after a day, a weekday after a week; a date after a year."""


def read_past(text: str, *, now: datetime, zone: str, language: str) -> Understood | Ambiguous:
    """Return the latest instant up to now that a text means, read in the server's `zone`.

    What can only lie ahead ("tomorrow 20:00") is returned as it is. Refuses what `read_when`
    does but `when.past`.
    """
    try:
        found = read_when(text, now=now, zone=zone, language=language)
    except Refusal as refusal:
        if refusal.key != "when.past":
            raise
        instant, where = refusal.values["instant"], refusal.values["zone"]
        assert isinstance(instant, datetime)
        assert isinstance(where, str)
        return Understood(reading_of_instant(instant, where))
    ahead = found.readings if isinstance(found, Ambiguous) else (found.reading,)
    before = {
        reading.instant: reading
        for later in ahead
        for reading in _earlier(text, later, now, zone, language)
    }
    if not before:
        return found
    if isinstance(found, Ambiguous) and len(before) > 1:
        return Ambiguous(found.reason, tuple(before[instant] for instant in sorted(before)))
    return Understood(before[max(before)])


def _earlier(
    text: str, later: Reading, now: datetime, zone: str, language: str
) -> Iterator[Reading]:
    """What a text that means `later` now would have meant last: if it comes round by itself."""
    # "Today 23:00" is over for good at 23:01; "23:00" means tomorrow's by then.
    if not _means(text, later.instant + _MINUTE, zone, language):
        return
    for wall in _walls_before(later.wall):
        for fold in folds(wall, later.zone):
            try:
                reading = make_reading(wall, later.zone, fold)
            except Refusal:  # the clocks skipped it
                continue
            meant = _means(text, reading.instant - _MINUTE, zone, language)
            if reading.instant <= now and reading.instant in meant:
                yield reading
                return


def _walls_before(wall: datetime) -> Iterator[datetime]:
    yield from (wall - step for step in _STEPS)
    try:
        yield wall.replace(year=wall.year - 1)
    except ValueError:  # 29 February
        yield wall.replace(year=wall.year - 4)


def _means(text: str, now: datetime, zone: str, language: str) -> frozenset[datetime]:
    """The instants ahead that a text means at an instant."""
    try:
        found = read_when(text, now=now, zone=zone, language=language)
    except Refusal:
        return frozenset()
    readings = found.readings if isinstance(found, Ambiguous) else (found.reading,)
    return frozenset(reading.instant for reading in readings)
