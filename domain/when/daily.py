"""Reading a typed time of day that comes every day, such as `23:30 KST` or `밤 11시 30분`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from domain.errors import Refusal
from domain.when.grammar import parse_phrase
from domain.when.hours import possible_hours
from domain.when.phrase import Phrase
from domain.when.scanner import scan_tokens
from domain.when.tokens import clean_text, cut_tokens
from domain.zones import zone_country

_MOST_TOKENS = 30


@dataclass(frozen=True)
class DailyTime:
    """A time of day by the wall clock of a zone."""

    time: time
    zone: str


def read_daily(text: str, *, zone: str, language: str) -> tuple[DailyTime, ...]:
    """Return everything that a typed time of day can mean, one meaning or several.

    It is read in `zone` unless it names another; abbreviations such as PST can mean several.
    Refuses `when.empty`, `when.not_understood` (text, word), `when.no_time` (text),
    `when.contradiction` (text), and `when.not_daily` (text) where a date is said.
    """
    clean = clean_text(text)
    tokens = cut_tokens(clean) if clean else ()
    if not clean or not tokens:
        raise Refusal("when.empty")
    scan = scan_tokens(clean, tokens[: _MOST_TOKENS + 1], language)
    phrases, understood = parse_phrase(scan)
    if not phrases or len(tokens) > _MOST_TOKENS:
        word = scan.piece_from(min(understood, len(scan.tokens) - 1))
        raise Refusal("when.not_understood", text=text, word=word)
    daily = [phrase for phrase in phrases if not _says_when(phrase)]
    if not daily:
        raise Refusal("when.not_daily", text=text)
    found = dict.fromkeys(meaning for phrase in daily for meaning in _meanings(phrase, zone))
    if not found:
        clock = any(phrase.clock for phrase in daily)
        raise Refusal("when.contradiction" if clock else "when.no_time", text=text)
    return tuple(found)


def _says_when(phrase: Phrase) -> bool:
    return phrase.dated or phrase.timestamp is not None or phrase.which is not None


def _meanings(phrase: Phrase, zone: str) -> list[DailyTime]:
    clock = phrase.clock
    if clock is None:
        return []
    _, hours = possible_hours(clock, phrase.parts, dated=False)
    zones = [zone]
    if phrase.zone is not None:
        country = zone_country(zone)
        zones = [
            meaning.zone
            for meaning in phrase.zone.meanings
            if not meaning.only_there or zone_country(meaning.zone) == country
        ]
    times = (time(hour % 24, clock.minute, clock.second) for hour in hours)
    return [DailyTime(at, name) for at in times for name in zones]
