"""Places: the search of time zones by city, country or abbreviation."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, cast

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from domain.zones import (
    VOCABULARIES,
    abbreviations,
    fold_text,
    iana_names,
    offset_name,
    parse_offset,
    read_table,
)

# Links such as EST, US/Pacific and Australia/West end in no city.
_OLD_NAME = re.compile("(Africa|America|Asia|Atlantic|Europe|Indian|Pacific)/")
# CLDR has no notion of a country's main zone; without one, Brazil's list would open with Noronha.
_PRINCIPAL = frozenset(
    {
        "Africa/Kinshasa",
        "America/Argentina/Buenos_Aires",
        "America/Guayaquil",
        "America/Mexico_City",
        "America/New_York",
        "America/Nuuk",
        "America/Santiago",
        "America/Sao_Paulo",
        "America/Toronto",
        "Asia/Almaty",
        "Asia/Jakarta",
        "Asia/Kuala_Lumpur",
        "Asia/Nicosia",
        "Asia/Shanghai",
        "Asia/Tashkent",
        "Asia/Ulaanbaatar",
        "Australia/Sydney",
        "Europe/Berlin",
        "Europe/Kyiv",
        "Europe/Lisbon",
        "Europe/Madrid",
        "Europe/Moscow",
        "Pacific/Auckland",
        "Pacific/Port_Moresby",
    }
)


LIKE = 0.75
"""How much of two names has to be the same for one to be the other misspelt, of 1."""


@dataclass(frozen=True)
class ZoneMatch:
    """A zone with its city and country (empty for UTC and offsets), in the searcher's language."""

    zone: str
    city: str
    country: str


@dataclass(frozen=True)
class _Place:
    match: ZoneMatch
    rank: int  # 0: its country's main zone, 1: well known, 2: neither
    exact: frozenset[str]
    # Folded name -> how good a match on it is, lower is better; `whole` ones match only entirely.
    names: dict[str, float]
    whole: dict[str, float]


@cache
def named_zones(language: str) -> dict[str, tuple[str, ...]]:
    """Return the zones behind each exact name: cities, countries and IANA names, folded.

    The names are English ones and those of `language`. A country's main zone comes first.
    """
    found: dict[str, dict[str, None]] = {}
    for place in _places(language):
        for name in place.exact:
            found.setdefault(name, {})[place.match.zone] = None
    shorts = {fold_text(short.name) for short in abbreviations()}
    for zone in iana_names():
        if "/" in zone:
            # A full IANA name says exactly one thing, whatever else it resembles.
            found[fold_text(zone)] = {zone: None}
        elif fold_text(zone) not in shorts:
            found.setdefault(fold_text(zone), {zone: None})
    return {name: tuple(zones) for name, zones in found.items()}


def search_zones(text: str, language: str, limit: int = 25) -> list[ZoneMatch]:
    """Return the zones whose city, country, code, abbreviation or name fits the text, best first.

    Empty text lists well-known zones. A fixed offset such as `UTC+9` finds itself.
    """
    wanted = _key(text)
    places = _places(_known_language(language))
    if not wanted:
        by_zone = {place.match.zone: place.match for place in places}
        known = dict.fromkeys(m.zone for short in abbreviations() for m in short.meanings)
        return [by_zone[zone] for zone in known if zone in by_zone][:limit]
    offset = parse_offset(fold_text(text))
    if offset is not None:
        name = offset_name(offset)
        return [ZoneMatch(name, name, "")][:limit]
    scored = [(score, place.match) for place in places if (score := _score(place, wanted))]
    return [match for _, match in sorted(scored, key=lambda pair: pair[0])][:limit]


def well_known(language: str) -> list[ZoneMatch]:
    """Return every zone that lies in a country, those first that most people will look for."""
    known = {meaning.zone for short in abbreviations() for meaning in short.meanings}

    def fame(place: _Place) -> tuple[bool, bool, int]:
        zone = place.match.zone
        return zone not in known, zone not in _PRINCIPAL, place.rank

    places = [place for place in _places(_known_language(language)) if place.match.country]
    return [place.match for place in sorted(places, key=fame)]


def meant_zones(text: str, language: str, limit: int = 25) -> list[ZoneMatch]:
    """Return the one zone that is named exactly by the text, or all that it may mean, best first.

    Abbreviations are no exact names, even where an IANA zone is called the same (EST).
    """
    named = named_zones(language).get(fold_text(text).strip(), ())
    if len(named) == 1:
        return [ZoneMatch(named[0], _tail(named[0]), "")]
    return search_zones(text, language, limit)


def near_zones(text: str, language: str, limit: int = 5) -> list[ZoneMatch]:
    """Return the zones of places whose names are spelt much like the text, the likest first."""
    by_name: dict[str, ZoneMatch] = {}
    for place in _places(_known_language(language)):
        for name in place.names:
            by_name.setdefault(name, place.match)
    near = get_close_matches(_key(text), by_name, n=3 * limit, cutoff=LIKE)
    return list({by_name[name].zone: by_name[name] for name in near}.values())[:limit]


def _score(place: _Place, wanted: str) -> tuple[float, int, str] | None:
    best = place.whole.get(wanted, 99.0)
    for name, weight in place.names.items():
        if name == wanted:
            best = min(best, weight)
        elif name.startswith(wanted):
            best = min(best, weight + 1)
        elif f" {wanted}" in name:
            best = min(best, weight + 2)
        elif len(wanted) > 2 and wanted in name:
            best = min(best, weight + 3)
    if best > 98 and " " in wanted:
        starts = [part for name in place.names for part in name.split()]
        if all(any(s.startswith(word) for s in starts) for word in wanted.split()):
            best = 5
    return None if best > 98 else (best, place.rank, place.match.city)


def _key(name: str) -> str:
    return " ".join(re.sub(r"[/_,().'’-]", " ", fold_text(name)).split())


def _known_language(language: str) -> str:
    """Return the language itself if CLDR has names in it, else English."""
    try:
        return str(Locale.parse(language.replace("-", "_")))
    except (ValueError, UnknownLocaleError, TypeError):
        return "en"


@cache
def _extra_names() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the names in our own vocabularies, of every language: by zone, and by country."""
    places: dict[str, list[str]] = {}
    countries: dict[str, list[str]] = {}
    for path in sorted((VOCABULARIES / "vocabulary").glob("*.toml")):
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for into, section in ((places, "places"), (countries, "countries")):
            for meant, names in table.get(section, {}).items():
                into.setdefault(meant, []).extend(names)
    return places, countries


@cache
def _places(language: str) -> tuple[_Place, ...]:
    """Return every zone of a country, and UTC, with names in this language, English and Korean."""
    shown = Locale.parse(_known_language(language))
    locales = [shown, Locale.parse("en"), Locale.parse("ko")]
    cldr_zones: dict[str, set[str]] = {}
    for old, new in get_global("zone_aliases").items():
        cldr_zones.setdefault(new, set()).add(old)
    shorts: dict[str, list[str]] = {}
    for short in abbreviations():
        for meaning in short.meanings:
            shorts.setdefault(meaning.zone, []).append(short.name)
    places_named, countries_named = _extra_names()
    zones_in = Counter(row[0] for row in read_table("zone.tab"))
    alone = {code for code, count in zones_in.items() if count == 1}
    found: list[_Place] = []
    for code, _, zone, *_ in read_table("zone.tab"):
        ids = {zone} | cldr_zones.get(zone, set())
        cities = [_city(locale, ids, zone) for locale in locales]
        countries = [_territory(locale, code) for locale in locales]
        names: dict[str, float] = {}
        exact: set[str] = set()
        for weight, group in (
            (0.0, [*cities, _tail(zone), *places_named.get(zone, [])]),
            (0.2, [_tail(other) for other in ids if _OLD_NAME.match(other)]),
            (0.3, [*countries, *countries_named.get(code, [])]),
            (0.4, [zone]),
        ):
            for name in group:
                if name:
                    names.setdefault(_key(name), weight)
                    exact |= {_key(name), fold_text(name)}
        whole = {_key(name): 0.1 for name in shorts.get(zone, [])} | {_key(code): 0.5}
        rank = 0 if code in alone or zone in _PRINCIPAL else 1 if zone in shorts else 2
        match = ZoneMatch(zone, cities[0], countries[0])
        found.append(_Place(match, rank, frozenset(exact - {_key(zone)}), names, whole))
    found.sort(key=lambda place: place.rank)
    utc = _Place(ZoneMatch("UTC", "UTC", ""), 0, frozenset(), {"utc": 0.0}, {"gmt": 0.0})
    return (*found, utc)


def _territory(locale: Locale, code: str) -> str:
    return cast("Mapping[str, str]", locale.territories).get(code, "")


def _city(locale: Locale, ids: Iterable[str], zone: str) -> str:
    zones = cast("Mapping[str, Mapping[str, str]]", locale.time_zones)
    return next(
        (zones[name]["city"] for name in sorted(ids) if "city" in zones.get(name, {})), _tail(zone)
    )


def _tail(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
