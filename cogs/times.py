"""Times as organisers type them: reading them for a server, and offering them as choices."""

from __future__ import annotations

from datetime import datetime

from discord import app_commands

from domain.errors import Refusal
from domain.servers import Server
from domain.walls import Resolved, Wall
from domain.when import Ambiguous, Reading, Understood, read_past, read_when, write_reading
from domain.zones import zone_info
from locales import Language
from ui.base import word_refusal
from ui.commands import offers
from ui.text import zoned


def require_zone(server: Server) -> str:
    """The server's zone; refused where none is set, since no time could be read."""
    if server.zone is None:
        raise Refusal("when.no_zone")
    return server.zone


def read(text: str, server: Server, now: datetime, say: Language) -> Understood | Ambiguous:
    """Read a typed time in the server's zone; raises `Refusal`."""
    return read_when(text, now=now, zone=require_zone(server), language=say.code)


def read_behind(text: str, server: Server, now: datetime, say: Language) -> Understood | Ambiguous:
    """Read a typed time that has come already, in the server's zone; raises `Refusal`."""
    return read_past(text, now=now, zone=require_zone(server), language=say.code)


def resolved(reading: Reading) -> Resolved:
    """A reading as the services take it."""
    return Resolved(Wall(reading.wall, reading.zone, reading.fold), reading.instant)


def reading_of(wall: Wall, at: datetime) -> Reading:
    """A stored time as a reading."""
    midnight = (wall.time.hour, wall.time.minute) == (0, 0)
    return Reading(wall.time, wall.zone, wall.fold, at, midnight)


def describe(say: Language, reading: Reading, now: datetime) -> str:
    """'Sat 21 Nov 20:00 KST · in 3 days'."""
    left = say.duration(round((reading.instant - now).total_seconds()))
    return f"{zoned(say, reading.instant, reading.zone)} · {left}"


def word_time_refusal(say: Language, refusal: Refusal, zone: str) -> str:
    """The sentence of a refused time, with instants shown in the server's zone."""
    values = {name: _shown(say, value, zone) for name, value in refusal.values.items()}
    sentence = word_refusal(say, Refusal(refusal.key, **values))
    return f"{sentence} {say('when.examples')}" if refusal.key.startswith("when.") else sentence


def _shown(say: Language, value: object, zone: str) -> object:
    if isinstance(value, datetime):
        wall = value if value.tzinfo is None else value.astimezone(zone_info(zone))
        return say.date_time(wall.replace(tzinfo=None))
    return value


def complete_time(
    text: str, server: Server, now: datetime, say: Language
) -> list[app_commands.Choice[str]]:
    """What a half-typed time means so far, as choices whose value reads back to just that."""
    if not text.strip():
        # Discord wants a value for every choice; this one is refused with examples.
        return offers([(say("when.type_it"), say("when.type_it"))])
    try:
        read_so_far = read(text, server, now, say)
    except Refusal as refusal:
        zone = server.zone or "UTC"
        return offers([(word_time_refusal(say, refusal, zone), text)])
    if isinstance(read_so_far, Understood):
        readings: tuple[Reading, ...] = (read_so_far.reading,)
    else:
        readings = read_so_far.readings
    return offers((describe(say, r, now), write_reading(r)) for r in readings)
