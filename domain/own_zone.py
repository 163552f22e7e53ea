"""Where somebody lives, by what they say: a city, a zone, or what time it is for them now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from domain.errors import Refusal
from domain.places import ZoneMatch, meant_zones, well_known
from domain.when.daily import read_daily
from domain.zones import zone_info

MOST = 25
CLOSE = 7
"""Minutes by which a clock may be wrong. Zones are at least a quarter of an hour apart."""

DAY = 24 * 60


def live_in(text: str, now: datetime, language: str) -> list[ZoneMatch]:
    """The one zone that is named exactly, or all that may be meant, at most 25, best first.

    Of a time of day those are well-known places where it is that time now, one a country. Raises
    `Refusal` where the text names neither a place nor a time.
    """
    found = meant_zones(text, language, MOST)
    if found:
        return found
    try:
        meanings = read_daily(text, zone="UTC", language=language)
    except Refusal:
        raise Refusal("own_zone.not_understood", text=text) from None
    clocks = [meaning.time for meaning in meanings]
    if not any(character.isalpha() for character in text):
        # "9:40" is said in the evening too.
        clocks += [clock.replace(hour=clock.hour % 12 + 12) for clock in clocks if clock.hour < 12]
    shown = _showing(clocks, now, language)
    if not shown:
        raise Refusal("own_zone.nowhere", text=text)
    return shown[:MOST]


def _showing(clocks: Iterable[time], now: datetime, language: str) -> list[ZoneMatch]:
    minutes = [clock.hour * 60 + clock.minute for clock in clocks]
    found: dict[tuple[str, int], ZoneMatch] = {}
    for match in well_known(language):
        local = now.astimezone(zone_info(match.zone))
        minute = local.hour * 60 + local.minute
        if any(_apart(minute, meant) <= CLOSE for meant in minutes):
            found.setdefault((match.country, minute), match)
    return list(found.values())


def _apart(one: int, other: int) -> int:
    """Minutes between two times of day, over midnight where that is shorter."""
    apart = abs(one - other)
    return min(apart, DAY - apart)
