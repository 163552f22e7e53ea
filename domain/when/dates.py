"""The grammar of calendar days: `29 Nov`, `11월 29일`, `29/11/2026`, `2026-11-29`, `the 29th`."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from domain.when.lexicon import Sense
from domain.when.phrase import CalendarDay
from domain.when.scanner import Scanner

DAY_FIRST = "day_first"
MONTH_FIRST = "month_first"
YEAR_FIRST = "year_first"
_YEARS = range(1970, 2200)


def calendar_days_at(scan: Scanner, at: int) -> Iterator[tuple[int, tuple[CalendarDay, ...]]]:
    """Yield (end, days) for each way to read a date from a token on.

    Numbers alone may be read as several days, one per order of day, month and year.
    """
    for end, day in [*_day_then_month(scan, at), *_month_then_day(scan, at), *_marked(scan, at)]:
        if is_on_calendar(day):
            yield end, (day,)
    for end, days in _numeric(scan, at):
        real = tuple(day for day in days if is_on_calendar(day))
        if real:
            yield end, real


def is_on_calendar(day: CalendarDay) -> bool:
    """Tell whether there is such a day, in some year if none was said."""
    if day.month is None:
        return 1 <= day.day <= 31
    year = 2024 if day.year is None else day.year  # a leap year: 29 Feb without a year exists
    return (
        year in _YEARS
        and 1 <= day.month <= 12
        and 1 <= day.day <= calendar.monthrange(year, day.month)[1]
    )


def _day_number(scan: Scanner, at: int) -> int | None:
    number = scan.number(at)
    return number if number is not None and scan.digits(at) <= 2 else None


def _years_after(scan: Scanner, at: int) -> Iterator[tuple[int, int | None]]:
    yield at, None
    start = at + 1 if scan.is_sign(at, ",") or scan.is_sign(at, ".") else at
    year = scan.number(start)
    if year is not None and scan.digits(start) == 4:
        yield start + 1, year


def _day_then_month(scan: Scanner, at: int) -> Iterator[tuple[int, CalendarDay]]:
    day = _day_number(scan, at)
    if day is None:
        return
    starts = list(scan.after_optional(at + 1, Sense.DAY_MARK))
    if scan.is_sign(at + 1, "."):
        starts.append(at + 2)
    for start in starts:
        for word in scan.after_optional(start, Sense.FILLER):
            for end, month in scan.words(word, Sense.MONTH):
                for last, year in _years_after(scan, end):
                    yield last, CalendarDay(year, month, day)


def _month_then_day(scan: Scanner, at: int) -> Iterator[tuple[int, CalendarDay]]:
    for end, month in scan.words(at, Sense.MONTH):
        after = end + 1 if scan.is_sign(end, ".") else end
        for start in scan.after_optional(after, Sense.FILLER):
            day = _day_number(scan, start)
            if day is None:
                continue
            for marked in scan.after_optional(start + 1, Sense.DAY_MARK):
                for last, year in _years_after(scan, marked):
                    yield last, CalendarDay(year, month, day)


def _marked(scan: Scanner, at: int) -> Iterator[tuple[int, CalendarDay]]:
    """Yield days whose numbers are marked as year, month and day; only the day is needed."""
    starts: list[tuple[int, int | None]] = [(at, None)]
    year = scan.number(at)
    if year is not None and scan.digits(at) in (2, 4):
        full = year if year > 99 else 2000 + year
        starts += [(end, full) for end, _ in scan.words(at + 1, Sense.YEAR_MARK)]
    for start, said_year in starts:
        month = _day_number(scan, start)
        if month is not None:
            for end, _ in scan.words(start + 1, Sense.MONTH_MARK):
                day = _day_number(scan, end)
                if day is not None:
                    for last in scan.after_optional(end + 1, Sense.DAY_MARK):
                        yield last, CalendarDay(said_year, month, day)
    day = _day_number(scan, at)
    if day is not None:
        for end, _ in scan.words(at + 1, Sense.DAY_MARK):
            yield end, CalendarDay(None, None, day)


def _numeric(scan: Scanner, at: int) -> Iterator[tuple[int, tuple[CalendarDay, ...]]]:
    for sign in "/.-":
        second = _joined(scan, at, sign)
        if second is None:
            continue
        third = _joined(scan, second, sign)
        if third is not None:
            end = third + 1
            for last in (end, end + 1) if sign == "." and scan.is_sign(end, ".") else (end,):
                yield last, _with_year(scan, at, second, third)
        # Two numbers with a dash are as often a range: 8-9.
        if sign != "-" and scan.digits(at) <= 2 and scan.digits(second) <= 2:
            one, two = scan.tokens[at].value or 0, scan.tokens[second].value or 0
            days = (
                CalendarDay(None, two, one, DAY_FIRST),
                CalendarDay(None, one, two, MONTH_FIRST),
            )
            end = second + 1
            yield end, days
            if sign == "." and scan.is_sign(end, "."):
                yield end + 1, days


def _joined(scan: Scanner, at: int, sign: str) -> int | None:
    """Return where the number is that this sign joins to the number at a position."""
    if scan.number(at) is None or not scan.is_sign(at + 1, sign) or not scan.touches(at + 1):
        return None
    # "11. 29." is how Korean writes dates; the other signs take no space.
    if scan.number(at + 2) is None or not (sign == "." or scan.touches(at + 2)):
        return None
    return at + 2


def _with_year(scan: Scanner, *places: int) -> tuple[CalendarDay, ...]:
    one, two, three = (scan.tokens[place].value or 0 for place in places)
    long, middle, short = (scan.digits(place) for place in places)
    if middle > 2 or long > 4 or short > 4 or (long > 2 and short > 2):
        return ()
    days: list[CalendarDay] = []
    if short in (2, 4) and long <= 2:
        year = three if short == 4 else 2000 + three
        days.append(CalendarDay(year, two, one, DAY_FIRST))
        days.append(CalendarDay(year, one, two, MONTH_FIRST))
    if long in (2, 4) and short <= 2:
        year = one if long == 4 else 2000 + one
        days.append(CalendarDay(year, two, three, YEAR_FIRST))
    return tuple(days)
