"""Time zones: their names, offsets, countries and abbreviations."""

from __future__ import annotations

import re
import tomllib
import unicodedata
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel.core import get_global

from domain.errors import Refusal

VOCABULARIES = Path(__file__).parent / "when"
_OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?([+-])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})


@dataclass(frozen=True)
class AbbreviationMeaning:
    """One zone that an abbreviation may stand for, and the offset it says (None: whichever holds).

    `only_there` marks a meaning that is used only inside the zone's own country.
    """

    zone: str
    offset: timedelta | None
    only_there: bool


@dataclass(frozen=True)
class Abbreviation:
    """A zone abbreviation; `capitals` ones are everyday words unless written in capitals."""

    name: str
    capitals: bool
    meanings: tuple[AbbreviationMeaning, ...]


def fold_text(text: str) -> str:
    """Return the text without differences of case, width and Latin accents."""
    split = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in split if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def offset_name(offset: timedelta) -> str:
    """Return the one name of a fixed offset: `UTC`, `UTC+09:00`, `UTC-03:30`."""
    if not offset:
        return "UTC"
    minutes = int(offset.total_seconds()) // 60
    return f"UTC{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def parse_offset(text: str) -> timedelta | None:
    """Return the offset that `UTC+9`, `GMT-3` or `+09:00` names; None if it names none in use."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    offset = size if found[1] == "+" else -size
    return offset if timedelta(hours=-12) <= offset <= timedelta(hours=14) else None


@cache
def zone_info(zone: str) -> tzinfo:
    """Return the rules of an IANA zone or a fixed offset; refuses `zone.unknown` (zone)."""
    offset = parse_offset(zone)
    if offset is not None:
        return timezone(offset, offset_name(offset))
    if zone not in iana_names():
        raise Refusal("zone.unknown", zone=zone)
    return zoneinfo.ZoneInfo(zone)


def known_zone(name: str) -> bool:
    """Tell whether the name is an IANA zone, spelled exactly, or a fixed offset."""
    return parse_offset(name) is not None or name in iana_names()


def zone_country(zone: str) -> str | None:
    """Return the ISO 3166 code of the country that an IANA zone lies in, if it lies in one."""
    return _countries().get(zone) or _countries().get(get_global("zone_aliases").get(zone, ""))


@cache
def abbreviations() -> tuple[Abbreviation, ...]:
    """Return every zone abbreviation that is understood, the best known ones first."""
    table: dict[str, Any] = tomllib.loads((VOCABULARIES / "abbreviations.toml").read_text("utf-8"))
    return tuple(
        Abbreviation(
            name,
            bool(entry.get("capitals", False)),
            tuple(
                AbbreviationMeaning(
                    meaning["zone"],
                    parse_offset(meaning["offset"]) if "offset" in meaning else None,
                    bool(meaning.get("only_there", False)),
                )
                for meaning in entry["meanings"]
            ),
        )
        for name, entry in table.items()
    )


@cache
def iana_names() -> frozenset[str]:
    """Return the names of all IANA zones that lie somewhere."""
    return frozenset(zoneinfo.available_timezones()) - _NOT_PLACES


def read_table(name: str) -> Iterator[list[str]]:
    """Return the rows of one of the time zone database's own tables."""
    lines = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def _countries() -> dict[str, str]:
    countries = {row[2]: row[0] for row in read_table("zone.tab")}
    for row in read_table("tzdata.zi"):
        kind, *link = row[0].split()
        if kind == "L" and link[0] in countries:
            countries.setdefault(link[1], countries[link[0]])
    return countries
