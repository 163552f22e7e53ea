"""Writing a reading as a phrase that reads back to just that reading."""

from __future__ import annotations

from domain.when.readings import Reading
from domain.zones import offset_name, zone_info


def write_reading(reading: Reading) -> str:
    """The reading as `2026-11-21 20:00 Asia/Seoul`.

    A wall time that comes twice is written with its offset instead of its zone, which alone
    could not tell the first from the second.
    """
    wall = reading.wall
    time = wall.strftime("%Y-%m-%d %H:%M:%S" if wall.second else "%Y-%m-%d %H:%M")
    zone = zone_info(reading.zone)
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return f"{time} {reading.zone}"
    meant = second if reading.fold else first
    assert meant is not None
    return f"{time} {offset_name(meant)}"
