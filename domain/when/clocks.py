"""The grammar of times of day, parts of the day and lengths of time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.when.lexicon import Sense, Span
from domain.when.phrase import Clock, ClockKind
from domain.when.scanner import Scanner

_COLON = re.compile(r"(\d{1,2})\s?:\s?(\d\d)(?::(\d\d))?(?!\d|:|\.\d)")
_DOT = re.compile(r"(\d{1,2})\.(\d\d)(?![\d.])")
_DECIMAL = re.compile(r"(\d{1,3})\.(\d{1,2})(?![\d.])")
_LAST_HOUR = 29  # 29:59 is 05:59 of the next day
_MARKS = (Sense.HOUR_MARK, Sense.HOUR_MARK_24)


def clocks_at(scan: Scanner, at: int) -> Iterator[tuple[int, Clock]]:
    """Yield (end, clock) for each way to read a time of day from a token on."""
    for end, hour, minute, second in _written_out(scan, at):
        if hour <= _LAST_HOUR and minute < 60 and second < 60:
            yield end, Clock(ClockKind.EXACT, hour, minute, second, token=at)
    for kind, sense in ((ClockKind.NOON, Sense.NOON), (ClockKind.MIDNIGHT, Sense.MIDNIGHT)):
        starts = [at, at + 1] if scan.number(at) == 12 else [at]
        for start in starts:
            for end, _ in scan.words(start, sense):
                yield end, Clock(kind, token=at)
    for start in scan.after_optional(at, Sense.AT):
        yield from _hours(scan, start, introduced=start > at)


def _meridiem(scan: Scanner, at: int) -> bool:
    return any(part.meridiem for _, part in scan.words(at, Sense.PART))


def _written_out(scan: Scanner, at: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (end, hour, minute, second) of hours and minutes joined by a colon, dot or nothing."""
    colon = scan.match(at, _COLON)
    if colon:
        end, found = colon
        for after in scan.after_optional(end, *_MARKS):
            yield after, int(found[1]), int(found[2]), int(found[3] or 0)
    for start in scan.after_optional(at, Sense.AT):
        dot = scan.match(start, _DOT)
        if dot:
            end, found = dot
            clock = int(found[1]), int(found[2]), 0
            marked = [after for after, _ in scan.words(end, *_MARKS)]
            for after in marked:
                yield after, *clock
            # Without a sign that it is a time, 20.10 is as much a date.
            if not marked and (start > at or _meridiem(scan, end)):
                yield end, *clock
    number = scan.number(at)
    if number is not None and scan.digits(at) in (3, 4) and _meridiem(scan, at + 1):
        yield at + 1, number // 100, number % 100, 0


def _hours(scan: Scanner, at: int, *, introduced: bool) -> Iterator[tuple[int, Clock]]:
    """Yield the clocks that start with an hour standing alone: `8`, `20h30`, `7시 반`."""
    digits = scan.number(at)
    written = [(at + 1, digits)] if digits is not None and scan.digits(at) <= 2 else []
    for end, hour in [*written, *scan.words(at, Sense.NUMBER)]:
        if hour > _LAST_HOUR:
            continue
        for after, _ in scan.words(end, Sense.HOUR_MARK):
            yield after, Clock(ClockKind.OPEN, hour, token=at)
            for last, minute in _minutes(scan, after):
                yield last, Clock(ClockKind.OPEN, hour, minute, token=at)
        for after, _ in scan.words(end, Sense.HOUR_MARK_24):
            settled = digits is not None and scan.tokens[at].raw.startswith("0")
            kind = ClockKind.EXACT if settled or hour > 12 else ClockKind.OPEN
            yield after, Clock(kind, hour, token=at)
            minute = scan.number(after)
            if minute is not None and minute < 60 and scan.touches(after):
                if scan.digits(after) == 2:
                    yield after + 1, Clock(ClockKind.EXACT, hour, minute, token=at)
        if introduced:
            yield end, Clock(ClockKind.OPEN, hour, token=at)
        elif digits is not None and hour < 24:
            # "8pm", "evening 8"; but in "evening 22 nov" the number belongs to the month.
            told = scan.follows(end, Sense.PART) or (
                scan.precedes(at, Sense.PART) and not scan.follows(end, Sense.MONTH)
            )
            yield end, Clock(ClockKind.OPEN if told else ClockKind.BARE, hour, token=at)
        elif digits is None and _meridiem(scan, end):
            yield end, Clock(ClockKind.OPEN, hour, token=at)


def _minutes(scan: Scanner, at: int) -> Iterator[tuple[int, int]]:
    for end, _ in scan.words(at, Sense.HALF):
        yield end, 30
    minute = scan.number(at)
    if minute is not None and minute < 60:
        for end, _ in scan.words(at + 1, Sense.MINUTE_MARK):
            yield end, minute


def spans_at(scan: Scanner, at: int) -> Iterator[tuple[int, Span]]:
    """Yield (end, span) for `in 2 hours`, `90 minutes later`, `사흘 뒤` from a token on."""
    for start, _ in scan.words(at, Sense.IN):
        for end, span, _ in _lengths(scan, start, None):
            for after in scan.after_optional(end, Sense.LATER):
                yield after, span
    for end, span, _ in _lengths(scan, at, None):
        for after, _ in scan.words(end, Sense.LATER):
            yield after, span


def lengths_at(scan: Scanner, at: int) -> Iterator[tuple[int, Span]]:
    """Yield (end, span) for `2 hours`, `1h30` from a token on, with nothing said around it."""
    for end, span, _ in _lengths(scan, at, None):
        yield end, span


def _lengths(scan: Scanner, at: int, below: int | None) -> Iterator[tuple[int, Span, int]]:
    """Yield (end, sum, smallest unit in minutes) of lengths, each of a smaller unit."""
    for end, span, unit in _length(scan, at):
        if below is not None and unit >= below:
            continue
        yield end, span, unit
        for start in scan.after_optional(end, Sense.AND):
            for last, rest, smallest in _lengths(scan, start, unit):
                yield last, Span(span.days + rest.days, span.minutes + rest.minutes), smallest


def _length(scan: Scanner, at: int) -> Iterator[tuple[int, Span, int]]:
    for end, span in scan.words(at, Sense.SPAN):
        yield end, span, _size(span)
    decimal = scan.match(at, _DECIMAL)
    if decimal:
        hundredths = int(decimal[1][1]) * 100 + int(decimal[1][2].ljust(2, "0"))
        for end, unit in scan.words(decimal[0], Sense.UNIT):
            minutes, left = divmod(unit.minutes * hundredths, 100)
            # A fraction of a day could mean hours of the clock or hours that pass.
            if unit.minutes and not left:
                yield end, Span(minutes=minutes), _size(unit)
    for start, count in _counts(scan, at):
        for end, unit in scan.words(start, Sense.UNIT):
            span = Span(unit.days * count, unit.minutes * count)
            yield end, span, _size(unit)
            if unit.minutes != 60:
                continue
            for last, _ in scan.words(end, Sense.HALF):
                yield last, Span(minutes=span.minutes + 30), 1
            rest = scan.number(end)
            if rest is not None and rest < 60 and scan.touches(end) and scan.digits(end) == 2:
                yield end + 1, Span(minutes=span.minutes + rest), 1


def _counts(scan: Scanner, at: int) -> Iterator[tuple[int, int]]:
    digits = scan.number(at)
    if digits is not None:
        yield at + 1, digits
    yield from scan.words(at, Sense.NUMBER)
    for end, _ in scan.words(at, Sense.ONE):
        yield end, 1


def _size(span: Span) -> int:
    return span.days * 1440 + span.minutes
