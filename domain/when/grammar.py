"""The grammar of a whole typed time: every way to take it apart that leaves no word over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.when.clocks import clocks_at, spans_at
from domain.when.dates import calendar_days_at, is_on_calendar
from domain.when.lexicon import Sense
from domain.when.phrase import CalendarDay, Clock, ClockKind, Phrase, SaidZone, Which
from domain.when.scanner import Scanner
from domain.zones import AbbreviationMeaning, offset_name, parse_offset

_SIGNS = frozenset(",.()")
_PASTED = re.compile(r"<t:(-?\d{1,12})(?::[a-z])?>", re.IGNORECASE)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:t(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
    r"|\s(\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?)"
    r"\s?(z|[+-]\d\d(?::?[0-5]\d)?)?(?![\w:.+-])",
    re.IGNORECASE,
)
# A bare "-03:00" is taken only inside ISO 8601: after a time it is as often the end of a range.
_OFFSET = re.compile(
    r"(?:(?:utc|gmt)\s?[+-]\s?\d{1,2}(?::?[0-5]\d)?|\+\d\d:?[0-5]\d)(?![\w:.+-])", re.IGNORECASE
)

Update = dict[str, Any]


def parse_phrase(scan: Scanner) -> tuple[list[Phrase], int]:
    """Return every phrase that covers all tokens, or where understanding ended.

    The second value is the first token that was not understood, if there is no phrase.
    """
    length = len(scan.tokens)
    reached: list[set[Phrase]] = [set() for _ in range(length + 1)]
    reached[0].add(Phrase())
    furthest = 0
    for at in range(length):
        if not reached[at]:
            continue
        furthest = at
        fragments = list(_fragments_at(scan, at))
        for phrase in reached[at]:
            for end, update in fragments:
                longer = _add(phrase, update)
                if longer is not None:
                    reached[end].add(longer)
    phrases = [phrase for phrase in reached[length] if not _leaves_doubt(phrase)]
    if phrases:
        return sorted(phrases, key=repr), length
    doubtful = [phrase.clock.token for phrase in reached[length] if phrase.clock]
    return [], min(doubtful, default=scan.first_unknown(furthest))


def _add(phrase: Phrase, update: Update) -> Phrase | None:
    """Return the phrase with one more part, or None if it already has that part."""
    changes: Update = {}
    for name, value in update.items():
        if name == "parts":
            if len(phrase.parts) + len(value) > 2:
                return None
            changes[name] = (*phrase.parts, *value)
        elif getattr(phrase, name) is not None:
            return None
        else:
            changes[name] = value
    return replace(phrase, **changes) if changes else phrase


def _leaves_doubt(phrase: Phrase) -> bool:
    """Tell whether a bare number stands beside a date, where it could be a year or a day."""
    clock = phrase.clock
    bare = clock is not None and clock.kind is ClockKind.BARE
    return bare and bool(phrase.calendar)


def _fragments_at(scan: Scanner, at: int) -> Iterator[tuple[int, Update]]:
    if scan.tokens[at].raw in _SIGNS:
        yield at + 1, {}
    for end, _ in scan.words(at, Sense.FILLER, Sense.AT):
        yield end, {}
    for end, clock in clocks_at(scan, at):
        yield end, {"clock": clock}
    for end, part in scan.words(at, Sense.PART):
        yield end, {"parts": (part,)}
    for end, span in spans_at(scan, at):
        yield end, {"span": span}
    for end, days in calendar_days_at(scan, at):
        yield end, {"calendar": days}
    for end, day in scan.words(at, Sense.DAY):
        yield end, {"ahead": day.ahead} | ({"parts": (day.part,)} if day.part else {})
    yield from _weekdays(scan, at)
    yield from _zones(scan, at)
    yield from _timestamps(scan, at)


def _weekdays(scan: Scanner, at: int) -> Iterator[tuple[int, Update]]:
    for start, which in [(at, None), *_which(scan, at)]:
        for end, weekday in scan.words(start, Sense.WEEKDAY):
            if not _marks_a_number(scan, start, end):
                yield end, {"weekday": weekday} | ({"which": which} if which else {})
        if which:
            for end, begins in scan.words(start, Sense.WEEK):
                yield end, {"week": (which, begins)}


def _which(scan: Scanner, at: int) -> Iterator[tuple[int, Which]]:
    for which, sense in ((Which.THIS, Sense.THIS), (Which.NEXT, Sense.NEXT)):
        for end, _ in scan.words(at, sense):
            yield end, which


def _marks_a_number(scan: Scanner, start: int, end: int) -> bool:
    """Tell whether the word belongs to the number before it: in "3일" 일 is a day, not Sunday."""
    marks = scan.words(start, Sense.DAY_MARK, Sense.MONTH_MARK)
    if start == 0 or scan.number(start - 1) is None or (start > 1 and scan.is_sign(start - 2, ":")):
        return False
    return end in [last for last, _ in marks]


def _zones(scan: Scanner, at: int) -> Iterator[tuple[int, Update]]:
    for end, _ in scan.words(at, Sense.SERVER_ZONE):
        yield end, {}
    starts = [at]
    for end, _ in scan.words(at, Sense.IN):
        starts += scan.after_optional(end, Sense.FILLER)
    for start in starts:
        for end, said in _zone_names(scan, start):
            for last in scan.after_optional(end, Sense.ZONE_MARK):
                yield last, {"zone": said}


def _zone_names(scan: Scanner, at: int) -> Iterator[tuple[int, SaidZone]]:
    for end, zones in scan.words(at, Sense.ZONE):
        meanings = tuple(AbbreviationMeaning(zone, None, False) for zone in zones)
        yield end, SaidZone(meanings, abbreviated=False)
    offset = scan.match(at, _OFFSET)
    if offset:
        meant = parse_offset(offset[1][0])
        if meant is not None:
            yield offset[0], _fixed(meant)
        return
    for end, short in scan.words(at, Sense.ABBREVIATION):
        yield end, SaidZone(short.meanings, abbreviated=True)


def _fixed(offset: timedelta) -> SaidZone:
    meaning = AbbreviationMeaning(offset_name(offset), None, False)
    return SaidZone((meaning,), abbreviated=False)


def _timestamps(scan: Scanner, at: int) -> Iterator[tuple[int, Update]]:
    pasted = scan.match(at, _PASTED)
    if pasted:
        yield pasted[0], {"timestamp": int(pasted[1][1])}
    number = scan.number(at)
    if number is not None and scan.digits(at) == 10:
        yield at + 1, {"timestamp": number}
    iso = scan.match(at, _ISO)
    if iso:
        end, found = iso
        day = CalendarDay(int(found[1]), int(found[2]), int(found[3]))
        clock = Clock(
            ClockKind.EXACT,
            int(found[4] or found[7]),
            int(found[5] or found[8]),
            int(found[6] or found[9] or 0),
            token=at,
        )
        update: Update = {"calendar": (day,), "clock": clock}
        if found[10]:
            offset = timedelta() if found[10] in "zZ" else parse_offset(found[10])
            if offset is None:
                return
            update["zone"] = _fixed(offset)
        if is_on_calendar(day) and clock.hour <= 24 and clock.minute < 60 and clock.second < 60:
            yield end, update
