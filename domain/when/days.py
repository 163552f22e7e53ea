"""Which days a phrase may mean, counted from today in a zone."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.when.dates import DAY_FIRST, MONTH_FIRST
from domain.when.phrase import CalendarDay, ClockKind, Phrase, Which
from domain.when.readings import AmbiguityReason

_YEARS_AHEAD = 9  # between 29 Februaries lie up to eight years


@dataclass(frozen=True)
class DayChoice:
    """One way to read the day: the first of `days` on which the time is still ahead counts."""

    days: tuple[date, ...]
    choices: tuple[tuple[AmbiguityReason, str], ...] = ()


def day_choices(
    phrase: Phrase, todays: tuple[date, ...], hour: int, *, day_first: bool | None
) -> list[DayChoice]:
    """Return the ways to read the phrase's day for a time at `hour` (0 to 35).

    `todays` are today's date in the zone of the phrase and, if it differs, in the server's. The
    list is empty if no day was said completely ("next week").
    """
    here = todays[0]
    if phrase.calendar:
        return [
            DayChoice(tuple(_calendar(day, here)), ((AmbiguityReason.DATE_ORDER, day.order),))
            for day in _ordered(phrase.calendar, day_first)
        ]
    ahead = phrase.ahead
    if phrase.span is not None and ahead is None:
        ahead = phrase.span.days
    if ahead is None and phrase.week is None and phrase.which is None:
        return _next_days(phrase, here, hour)
    found: list[DayChoice] = []
    for today in todays:
        said = (AmbiguityReason.DAY_IN_ZONE, today.isoformat())
        if ahead is not None:
            for choice in _counted(ahead, today, hour, phrase):
                found.append(DayChoice(choice.days, (said, *choice.choices)))
        elif phrase.weekday is not None:
            for choice in _weekdays(phrase, phrase.weekday, today):
                found.append(DayChoice(choice.days, (said, *choice.choices)))
    return found


def _ordered(days: tuple[CalendarDay, ...], day_first: bool | None) -> tuple[CalendarDay, ...]:
    """Leave out the order of day and month that is not used here, if the other makes a date."""
    if day_first is None:
        return days
    unused = MONTH_FIRST if day_first else DAY_FIRST
    usual = DAY_FIRST if day_first else MONTH_FIRST
    if all(day.order != usual for day in days):
        return days
    return tuple(day for day in days if day.order != unused)


def _calendar(day: CalendarDay, today: date) -> Iterator[date]:
    """Yield the day itself, or without a year (or month) the days like it from yesterday on."""
    if day.year is not None and day.month is not None:
        yield date(day.year, day.month, day.day)
        return
    # Yesterday counts because its hour 25 may still be ahead.
    earliest = today - timedelta(days=1)
    if day.month is not None:
        months = [(earliest.year + years, day.month) for years in range(_YEARS_AHEAD)]
    else:
        months = [
            (
                earliest.year + (earliest.month - 1 + count) // 12,
                (earliest.month - 1 + count) % 12 + 1,
            )
            for count in range(4)
        ]
    for year, month in months:
        if day.day <= calendar.monthrange(year, month)[1]:
            candidate = date(year, month, day.day)
            if candidate >= earliest:
                yield candidate


def _next_days(phrase: Phrase, today: date, hour: int) -> list[DayChoice]:
    near = [today + timedelta(days=count) for count in range(-1, 15)]
    if phrase.weekday is not None:
        return [DayChoice(tuple(day for day in near if day.weekday() == phrase.weekday))]
    if hour < 24 or (phrase.clock is not None and phrase.clock.kind is ClockKind.MIDNIGHT):
        return [DayChoice(tuple(near[1:4]))]
    return [
        DayChoice((near[0],), ((AmbiguityReason.NIGHT, "this"),)),
        DayChoice((near[1],), ((AmbiguityReason.NIGHT, "next"),)),
    ]


def _counted(ahead: int, today: date, hour: int, phrase: Phrase) -> list[DayChoice]:
    choices = [DayChoice((today + timedelta(days=ahead),), ((AmbiguityReason.NIGHT, "next"),))]
    midnight = phrase.clock is not None and phrase.clock.kind is ClockKind.MIDNIGHT
    if ahead == 0 and hour >= 24 and not midnight:
        # Said in the small hours, "tonight 1am" may be this very night.
        yesterday = today - timedelta(days=1)
        choices.append(DayChoice((yesterday,), ((AmbiguityReason.NIGHT, "this"),)))
    return choices


def _weekdays(phrase: Phrase, weekday: int, today: date) -> list[DayChoice]:
    if phrase.week is not None:
        which, begins = phrase.week
        return [
            DayChoice(
                (_in_week(today, weekday, begin, 7 if which is Which.NEXT else 0),),
                ((AmbiguityReason.WEEK, str(begin)),),
            )
            for begin in begins
        ]
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    if phrase.which is not Which.NEXT:
        return [DayChoice((coming,))]
    later = DayChoice((coming + timedelta(days=7),), ((AmbiguityReason.NEXT_WEEKDAY, "later"),))
    if coming == today:
        return [later]
    return [DayChoice((coming,), ((AmbiguityReason.NEXT_WEEKDAY, "coming"),)), later]


def days_agree(day: date, phrase: Phrase, todays: tuple[date, ...]) -> bool:
    """Tell whether a day fits everything else that was said of it, its weekday aside."""
    if phrase.ahead is not None and all(
        day != today + timedelta(days=phrase.ahead) for today in todays
    ):
        return False
    if phrase.week is None:
        return True
    which, begins = phrase.week
    shift = 7 if which is Which.NEXT else 0
    return any(
        day == _in_week(today, day.weekday(), begin, shift) for today in todays for begin in begins
    )


def _in_week(today: date, weekday: int, begin: int, shift: int) -> date:
    first = today - timedelta(days=(today.weekday() - begin) % 7)
    return first + timedelta(days=shift + (weekday - begin) % 7)
