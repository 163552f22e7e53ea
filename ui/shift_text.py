"""Shifts in words: their time by a wall clock, how many have them, and how full they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.shifts import Shift
from domain.zones import zone_info
from locales import Language
from ui.text import plain, stamp, zone_name

MAX_SESSION = 100
_DAY = timedelta(days=1)
_HEAT = "░▒▓█"


def span(say: Language, shift: Shift, zone: str) -> str:
    """When a shift is by the wall clock of a zone: 'Sat 28 Nov 20:00–22:00'."""
    starts, ends = (_wall(instant, zone) for instant in (shift.starts_at, shift.ends_at))
    until = f"{ends:%H:%M}" if ends - starts < _DAY else say.date_time(ends)
    return f"{say.date_time(starts)}–{until}"


def zoned_span(say: Language, shift: Shift, zone: str) -> str:
    """The same, with the zone's name beside: 'Sat 28 Nov 20:00–22:00 KST'."""
    name = zone_name(shift.starts_at.astimezone(zone_info(zone)))
    return say("time.zoned", time=span(say, shift, zone), zone=name)


def stamps(shift: Shift) -> str:
    """When a shift is for each reader, by Discord's timestamps."""
    return f"{stamp(shift.starts_at, 'f')}–{stamp(shift.ends_at, 't')}"


def places(say: Language, shift: Shift) -> str:
    """How many have a block, of how many it needs: '1 of 4 people'."""
    return say.many("shifts.places", shift.target or 0, taken=say.number(shift.taken))


def session_title(shift: Shift) -> str:
    return plain(shift.title or "", MAX_SESSION)


def heat(shift: Shift) -> str:
    """One sign for how full a block is: empty, under half, under its target, full."""
    if shift.full:
        return _HEAT[3]
    return _HEAT[0] if not shift.taken else _HEAT[1] if shift.share < 0.5 else _HEAT[2]


def _wall(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_info(zone)).replace(tzinfo=None)
