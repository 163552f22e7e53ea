"""Quiet hours: a part of each day, in somebody's zone, in which what can wait does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.errors import Refusal
from domain.when import resolve_late
from domain.when.daily import read_daily
from domain.zones import zone_info

DAY = 24 * 60


@dataclass(frozen=True)
class QuietHours:
    """From a minute of the day until another, both from 0 to 1439; over midnight where later.

    Both the same would be the whole day or nothing, and is refused by whoever reads them.
    """

    start: int
    end: int

    def until(self, zone: str, now: datetime) -> datetime | None:
        """When the quiet hours end that last at `now` by the zone's clock; None if none do."""
        local = now.astimezone(zone_info(zone))
        minute = local.hour * 60 + local.minute
        over_midnight = self.start > self.end
        if over_midnight:
            if self.end <= minute < self.start:
                return None
        elif not self.start <= minute < self.end:
            return None
        day = local.date()
        if over_midnight and minute >= self.start:
            day += timedelta(days=1)
        wall = datetime.combine(day, time(self.end // 60, self.end % 60))
        ends_at = resolve_late(wall, zone).at
        # An hour that the clocks show twice: its second time may be over by the first one's end.
        return ends_at if ends_at > now else None


def read_quiet(start: str, end: str, *, zone: str, language: str) -> QuietHours | None:
    """Quiet hours as typed, by the clock of a zone; None where neither time was given.

    Raises `Refusal` where one is missing, is none, has several meanings, or both are the same.
    """
    if not start.strip() and not end.strip():
        return None
    if not start.strip() or not end.strip():
        raise Refusal("quiet.half")
    minutes = [_read_minute(text, zone, language) for text in (start, end)]
    if minutes[0] == minutes[1]:
        raise Refusal("quiet.same")
    return QuietHours(*minutes)


def _read_minute(text: str, zone: str, language: str) -> int:
    try:
        first, *others = read_daily(text, zone=zone, language=language)
    except Refusal:
        raise Refusal("quiet.not_a_time", text=text) from None
    if others:
        raise Refusal("quiet.unclear", text=text)
    if first.zone != zone:
        raise Refusal("quiet.other_zone", text=text, zone=zone)
    return first.time.hour * 60 + first.time.minute
