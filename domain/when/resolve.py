"""From a phrase to the readings it allows, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.errors import Refusal
from domain.when.days import day_choices, days_agree
from domain.when.hours import possible_hours
from domain.when.phrase import Phrase
from domain.when.readings import AmbiguityReason, Reading
from domain.when.walls import folds, make_reading, reading_of_instant, resolve_wall
from domain.zones import AbbreviationMeaning, offset_name, zone_country, zone_info

FURTHEST = timedelta(days=731)
_LONGEST_SPAN = 10_000  # days; far past FURTHEST, well inside the calendar

Choices = tuple[tuple[AmbiguityReason, str], ...]


@dataclass(frozen=True)
class Setting:
    """Where and when a phrase is read: the typed text, the server's zone and its order of dates."""

    text: str
    now: datetime
    zone: str
    day_first: bool | None


@dataclass(frozen=True)
class Candidate:
    """A reading together with the choices that lead to it and the day it counts from."""

    reading: Reading
    choices: Choices
    day: date | None = None


def resolve_phrase(phrase: Phrase, setting: Setting) -> tuple[list[Candidate], list[Refusal]]:
    """Return the phrase's readings that lie ahead, and the refusals of the others."""
    refusals: list[Refusal] = []
    found: list[Candidate] = []
    for candidate in _candidates(phrase, setting, refusals):
        refusal = _out_of_reach(candidate.reading, setting) or _contradicts(
            candidate, phrase, setting
        )
        if refusal is None:
            found.append(candidate)
        else:
            refusals.append(refusal)
    return found, refusals


def _out_of_reach(reading: Reading, setting: Setting) -> Refusal | None:
    if reading.instant <= setting.now:
        return Refusal("when.past", text=setting.text, instant=reading.instant, zone=reading.zone)
    if reading.instant > setting.now + FURTHEST:
        return _too_far(setting)
    return None


def _contradicts(candidate: Candidate, phrase: Phrase, setting: Setting) -> Refusal | None:
    day = candidate.day
    if day is None:
        return None
    if phrase.weekday not in (None, day.weekday()):
        return Refusal("when.weekday_mismatch", text=setting.text, date=day)
    todays = [_todays(meaning, setting) for meaning, _ in _meanings(phrase, setting)]
    if any(days_agree(day, phrase, there) for there in todays):
        return None
    # Said in the small hours, "tonight" may count from yesterday.
    if phrase.ahead == 0 and (AmbiguityReason.NIGHT, "this") in candidate.choices:
        return None
    return Refusal("when.contradiction", text=setting.text)


def _todays(meaning: AbbreviationMeaning, setting: Setting) -> tuple[date, ...]:
    """Return today's date in the zone meant and, if it differs, in the server's."""
    zones = (meaning.zone, setting.zone)
    return tuple(dict.fromkeys(setting.now.astimezone(zone_info(zone)).date() for zone in zones))


def _candidates(phrase: Phrase, setting: Setting, refusals: list[Refusal]) -> Iterator[Candidate]:
    said_day = (
        phrase.calendar or phrase.ahead is not None or phrase.week or phrase.weekday is not None
    )
    span = phrase.span
    if phrase.timestamp is not None:
        if replace(phrase, timestamp=None) != Phrase():
            refusals.append(Refusal("when.contradiction", text=setting.text))
        else:
            yield from _timestamp(phrase.timestamp, setting, refusals)
    elif span is not None and (span.minutes or phrase.clock is None):
        if said_day or phrase.clock or phrase.parts:
            refusals.append(Refusal("when.contradiction", text=setting.text))
        else:
            yield from _after_span(phrase, setting, refusals)
    elif phrase.week and phrase.which:
        refusals.append(Refusal("when.contradiction", text=setting.text))
    elif phrase.clock is None:
        refusals.append(Refusal("when.no_time", text=setting.text))
    elif span is not None and (phrase.calendar or phrase.ahead is not None or phrase.week):
        refusals.append(Refusal("when.contradiction", text=setting.text))
    elif span is not None and span.days > _LONGEST_SPAN:
        refusals.append(_too_far(setting))
    else:
        for meaning, choices in _meanings(phrase, setting):
            yield from _at_clock(phrase, setting, meaning, choices, refusals)


def _too_far(setting: Setting) -> Refusal:
    return Refusal("when.too_far", text=setting.text)


def _timestamp(timestamp: int, setting: Setting, refusals: list[Refusal]) -> Iterator[Candidate]:
    try:
        instant = datetime.fromtimestamp(timestamp, tz=setting.now.tzinfo)
        yield Candidate(reading_of_instant(instant, setting.zone), ())
    except (OverflowError, ValueError, OSError):
        refusals.append(_too_far(setting))


def _after_span(phrase: Phrase, setting: Setting, refusals: list[Refusal]) -> Iterator[Candidate]:
    span = phrase.span
    if span is None:
        return
    if span.days + span.minutes // 1440 > _LONGEST_SPAN:
        refusals.append(_too_far(setting))
        return
    # A moment is a whole minute; the seconds of "now" are nobody's intention.
    start = setting.now.replace(second=0, microsecond=0)
    for meaning, choices in _meanings(phrase, setting):
        minutes = timedelta(minutes=span.minutes)
        if not span.days:
            yield Candidate(reading_of_instant(start + minutes, meaning.zone), choices)
            continue
        wall = start.astimezone(zone_info(meaning.zone)).replace(tzinfo=None)
        later = wall.replace(fold=0) + timedelta(days=span.days)
        for reading, fold in _readings(later, meaning, setting, refusals):
            if minutes:
                reading = reading_of_instant(reading.instant + minutes, meaning.zone)
            yield Candidate(reading, (*choices, *fold))


def _meanings(phrase: Phrase, setting: Setting) -> Iterator[tuple[AbbreviationMeaning, Choices]]:
    """Yield the zones that may be meant: the server's own if none was said."""
    if phrase.zone is None:
        yield AbbreviationMeaning(setting.zone, None, False), ()
        return
    reason = AmbiguityReason.ZONE_NAME
    if phrase.zone.abbreviated:
        reason = AmbiguityReason.ZONE_ABBREVIATION
    country = zone_country(setting.zone)
    for meaning in phrase.zone.meanings:
        if not meaning.only_there or zone_country(meaning.zone) == country:
            yield meaning, ((reason, meaning.zone),)


def _at_clock(
    phrase: Phrase,
    setting: Setting,
    meaning: AbbreviationMeaning,
    choices: Choices,
    refusals: list[Refusal],
) -> Iterator[Candidate]:
    clock = phrase.clock
    if clock is None:
        return
    reason, hours = possible_hours(clock, phrase.parts, dated=phrase.dated)
    if not hours:
        refusals.append(Refusal("when.contradiction", text=setting.text))
    todays = _todays(meaning, setting)
    for hour in hours:
        days = day_choices(phrase, todays, hour, day_first=setting.day_first)
        if not days:
            refusals.append(Refusal("when.no_day", text=setting.text))
        for choice in days:
            said: Choices = (*choices, (reason, str(hour)), *choice.choices)
            at = timedelta(hours=hour, minutes=clock.minute, seconds=clock.second)
            for reading, day, fold in _first_ahead(choice.days, at, meaning, setting, refusals):
                yield Candidate(reading, (*said, *fold), day)
                yield from _as_abbreviated(phrase, setting, meaning, reading, day, said)


def _first_ahead(
    days: tuple[date, ...],
    at: timedelta,
    meaning: AbbreviationMeaning,
    setting: Setting,
    refusals: list[Refusal],
) -> list[tuple[Reading, date, Choices]]:
    """Return the readings on the first of the days on which the time lies ahead.

    If it lies ahead on none, those of the last day. A time that the clocks skip is refused and
    not moved to another day, unless the skipping itself is over.
    """
    last: list[tuple[Reading, date, Choices]] = []
    for day in days:
        wall = datetime.combine(day, time()) + at
        found = [(reading, day, fold) for reading, fold in _readings(wall, meaning, setting, None)]
        if not found and days[-1] != day and _skip_is_over(wall, meaning.zone, setting.now):
            continue
        if not found:
            list(_readings(wall, meaning, setting, refusals))
            return []
        ahead = [entry for entry in found if entry[0].instant > setting.now]
        if ahead:
            return ahead
        last = found
    return last


def _skip_is_over(wall: datetime, zone: str, now: datetime) -> bool:
    return wall.replace(tzinfo=zone_info(zone)) <= now


def _readings(
    wall: datetime,
    meaning: AbbreviationMeaning,
    setting: Setting,
    refusals: list[Refusal] | None,
) -> Iterator[tuple[Reading, Choices]]:
    """Yield the readings of a wall time: none in a gap, two where the clocks go back."""
    try:
        both = [make_reading(wall, meaning.zone, fold) for fold in folds(wall, meaning.zone)]
    except Refusal as refusal:
        if refusals is not None:
            refusals.append(Refusal(refusal.key, **refusal.values | {"text": setting.text}))
        return
    # "1:30 EST" says itself which of the two 1:30s it is.
    said = [r for r in both if r.wall - r.instant.replace(tzinfo=None) == meaning.offset]
    for reading in said or both:
        yield reading, ((AmbiguityReason.DAYLIGHT_FOLD, str(reading.fold)),)


def _as_abbreviated(
    phrase: Phrase,
    setting: Setting,
    meaning: AbbreviationMeaning,
    reading: Reading,
    day: date,
    said: Choices,
) -> Iterator[Candidate]:
    """Yield the literal reading of "8pm EST" in summer, when New York's clocks show EDT."""
    if meaning.offset is None or len(list(_meanings(phrase, setting))) > 1:
        return
    if reading.wall - reading.instant.replace(tzinfo=None) != meaning.offset:
        fixed = offset_name(meaning.offset)
        instant = resolve_wall(reading.wall, fixed)
        literal = replace(reading, zone=fixed, fold=0, instant=instant)
        rest = tuple(
            choice for choice in said if choice[0] is not AmbiguityReason.ZONE_ABBREVIATION
        )
        yield Candidate(literal, (*rest, (AmbiguityReason.ZONE_ABBREVIATION, fixed)), day)
