"""Zones in calendars: their names there, and their rules written down (RFC 5545, 3.6.5)."""

from __future__ import annotations

from datetime import UTC, date, timedelta, timezone, tzinfo
from functools import cache
from typing import Any

from icalendar import Calendar, Timezone

from domain.zones import offset_name, parse_offset, zone_info

YEARS_BEFORE, YEARS_AFTER = 1, 10
"""For how many years before and after an entry the rules of its zone are written down."""

_WITH_ZONES = ("DTSTART", "DTEND", "RECURRENCE-ID")


@cache
def rule_zone(zone: str) -> tzinfo:
    """A zone, under a name that can stand in a calendar: `UTC+0530` for a fixed offset."""
    offset = parse_offset(zone)
    if offset is None:
        return zone_info(zone)
    return timezone(offset, offset_name(offset).replace(":", "")) if offset else UTC


def add_zones(calendar: Calendar) -> None:
    """Write down, before all entries, the rules of every zone in which they have a time."""
    used: dict[str, tuple[tzinfo, list[int]]] = {}
    for event in calendar.events:
        times: list[Any] = [event[name] for name in _WITH_ZONES if name in event]
        for moment in times:
            if (name := moment.params.get("TZID")) is not None:
                used.setdefault(name, (moment.dt.tzinfo, []))[1].append(moment.dt.year)
    for name, (zone, years) in sorted(used.items(), reverse=True):
        first, last = min(years) - YEARS_BEFORE, max(years) + YEARS_AFTER
        calendar.subcomponents.insert(0, zone_rules(name, zone, first, last))


class _Rules(Timezone):
    """A zone's rules, looked for so closely that a single month of other rules is found.

    Morocco's clocks go back for the month of Ramadan.
    """

    _from_tzinfo_skip_search = Timezone._from_tzinfo_skip_search[2:]


@cache
def zone_rules(name: str, zone: tzinfo, first: int, last: int) -> Timezone:
    """A zone's rules, from one year to another.

    A change is told by the clock that goes before it; icalendar tells one by which clocks go
    forward by the clock that goes after it.
    """
    rules = _Rules.from_tzinfo(zone, name, date(first, 1, 1), date(last, 1, 1))
    del rules["COMMENT"]
    parts: list[Any] = list(rules.subcomponents)
    for part in parts:
        forward = part["TZOFFSETTO"].td - part["TZOFFSETFROM"].td
        if forward > timedelta(0):
            part["DTSTART"].dt -= forward
            for moment in part["RDATE"].dts if "RDATE" in part else ():
                moment.dt -= forward
    return rules
