"""Reading a typed time: what it means, what it may mean, or why it is refused."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.errors import Refusal
from domain.when.date_order import day_comes_first
from domain.when.grammar import parse_phrase
from domain.when.readings import AmbiguityReason, Ambiguous, Reading, Understood
from domain.when.resolve import Candidate, Setting, resolve_phrase
from domain.when.scanner import scan_tokens
from domain.when.tokens import clean_text, cut_tokens
from domain.zones import zone_info

_MOST_TOKENS = 100
# What to ask about first: what the day is, then the hour, then the zone.
_ASKED = (
    AmbiguityReason.DATE_ORDER,
    AmbiguityReason.NEXT_WEEKDAY,
    AmbiguityReason.WEEK,
    AmbiguityReason.DAY_IN_ZONE,
    AmbiguityReason.NOON_MIDNIGHT,
    AmbiguityReason.AM_PM,
    AmbiguityReason.MIDNIGHT,
    AmbiguityReason.NIGHT,
    AmbiguityReason.ZONE_ABBREVIATION,
    AmbiguityReason.ZONE_NAME,
    AmbiguityReason.DAYLIGHT_FOLD,
)
# Of several ways to fail, the one that understood most is the one to tell.
_TOLD = (
    "when.nonexistent",
    "when.past",
    "when.too_far",
    "when.weekday_mismatch",
    "when.contradiction",
    "when.no_day",
    "when.no_time",
)


def read_when(
    text: str, *, now: datetime, zone: str, language: str, day_first: bool | None = None
) -> Understood | Ambiguous:
    """Return what a typed time means, read in the server's `zone` unless it names another.

    The words of `language` and of English count, and every one has to be understood. `day_first`
    is how the server writes dates; None asks the zone's country and the language.

    Refuses `when.empty`; `when.not_understood` (text, word); `when.no_time` and `when.no_day`
    (text); `when.contradiction` (text); `when.weekday_mismatch` (text, date); `when.past` (text,
    instant, zone); `when.too_far` (text), more than two years ahead;
    `when.nonexistent` (text, before, after); `zone.unknown` (zone).
    """
    if not text.strip():
        raise Refusal("when.empty")
    zone_info(zone)
    clean = clean_text(text)
    if clean is None:
        raise Refusal(
            "when.not_understood",
            text=text,
            word=next(word for word in text.split() if clean_text(word) is None),
        )
    tokens = cut_tokens(clean)
    if not tokens:
        raise Refusal("when.empty")
    scan = scan_tokens(clean, tokens[: _MOST_TOKENS + 1], language)
    phrases, understood = parse_phrase(scan)
    if not phrases or len(tokens) > _MOST_TOKENS:
        word = scan.piece_from(min(understood, len(scan.tokens) - 1))
        raise Refusal("when.not_understood", text=text, word=word)
    if day_first is None:
        day_first = day_comes_first(zone, language)
    setting = Setting(text, now.astimezone(UTC), zone, day_first)
    found: list[Candidate] = []
    refusals: list[Refusal] = []
    for phrase in phrases:
        readings, refused = resolve_phrase(phrase, setting)
        found += readings
        refusals += refused
    if not found:
        raise min(refusals, key=lambda refusal: _TOLD.index(refusal.key))
    return _settle(found, zone)


def _settle(found: list[Candidate], zone: str) -> Understood | Ambiguous:
    """Return the one meaning, or the question that the different instants raise."""
    # Of zones whose clocks agree the server's own is named, else the likeliest.
    found.sort(key=lambda candidate: candidate.reading.zone != zone)
    distinct: dict[datetime, Candidate] = {}
    for candidate in found:
        distinct.setdefault(candidate.reading.instant, candidate)
    readings = tuple(sorted((c.reading for c in distinct.values()), key=_instant))
    if len(readings) == 1:
        return Understood(readings[0])
    for reason in _ASKED:
        chosen = {dict(candidate.choices).get(reason) for candidate in distinct.values()}
        if len(chosen) > 1:
            return Ambiguous(reason, readings)
    return Ambiguous(AmbiguityReason.WORDING, readings)


def _instant(reading: Reading) -> datetime:
    return reading.instant
