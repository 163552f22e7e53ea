"""Recurrence: on which dates something repeats, in wall time, by the rules of RFC 5545.

A rule gives wall times, and each is resolved to an instant only when it is asked for, in the zone
of the series: a weekly 20:00 stays 20:00 across daylight saving. Where the clocks skip that time
it is moved on with them, where they show it twice the first one counts. A month without the day
(the 31st, say) has its last day instead; a month without a fifth Friday has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from dateutil.rrule import rrulestr

from domain.errors import Refusal
from domain.walls import Resolved
from domain.when import resolve_late
from domain.zones import zone_info

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKING_DAYS = (0, 1, 2, 3, 4)
LAST = -1
"""As `nth`: the last such weekday of the month, whether it is the fourth or the fifth."""

SHORTEST_MONTH = 28
MOST_BETWEEN = 99
MOST_TIMES = 999

_AROUND_GAPS = timedelta(days=2)
"""Clocks have been moved on by a whole day, where the date line moved."""


class Pattern(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"


@dataclass(frozen=True)
class Rule:
    """On which dates something repeats.

    `every` is the number of days, weeks (from Monday on) or months from one to the next. `days`
    are weekdays, 0 for Monday: any number for WEEKLY, one for MONTH_WEEKDAY, of which `nth` says
    which in the month it is (1 to 5, or LAST). `day` is the day of the month, 1 to 31. It ends
    after the date `until`, after `count` dates, those that are skipped included, or never.
    """

    pattern: Pattern
    every: int = 1
    days: tuple[int, ...] = ()
    day: int = 0
    nth: int = 0
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True)
class Occurrence:
    """One date of a rule: the wall time that the rule gives, and what it means in the zone."""

    wall: datetime
    starts: Resolved


def write_rule(rule: Rule) -> str:
    """The rule as an RRULE of RFC 5545, in local time."""
    parts = [f"FREQ={_FREQUENCY[rule.pattern]}", f"INTERVAL={rule.every}"]
    match rule.pattern:
        case Pattern.WEEKLY:
            parts.append(f"BYDAY={','.join(DAYS[day] for day in rule.days)}")
        case Pattern.MONTH_WEEKDAY:
            parts.append(f"BYDAY={rule.nth:+}{DAYS[rule.days[0]]}")
        case Pattern.MONTH_DAY:
            if rule.day > SHORTEST_MONTH:
                # The last of these days that the month has.
                days = ",".join(map(str, range(SHORTEST_MONTH, rule.day + 1)))
                parts.append(f"BYMONTHDAY={days};BYSETPOS=-1")
            else:
                parts.append(f"BYMONTHDAY={rule.day}")
        case Pattern.DAILY:
            pass
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until:%Y%m%d}T235959")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    return ";".join(parts)


def read_rule(text: str) -> Rule:
    """The rule that `write_rule` wrote down; raises ValueError or KeyError for any other text."""
    parts = dict(part.split("=") for part in text.split(";"))
    weekdays = parts.get("BYDAY", "")
    until, count = parts.get("UNTIL"), parts.get("COUNT")
    pattern = {"DAILY": Pattern.DAILY, "WEEKLY": Pattern.WEEKLY}.get(parts["FREQ"])
    nth = 0
    if pattern is None:
        pattern = Pattern.MONTH_WEEKDAY if weekdays else Pattern.MONTH_DAY
    if pattern is Pattern.MONTH_WEEKDAY:
        nth, weekdays = int(weekdays[:-2]), weekdays[-2:]
    return Rule(
        pattern,
        every=int(parts["INTERVAL"]),
        days=tuple(DAYS.index(day) for day in weekdays.split(",")) if weekdays else (),
        day=max(map(int, parts.get("BYMONTHDAY", "0").split(","))),
        nth=nth,
        until=None if until is None else date.fromisoformat(until[:8]),
        count=None if count is None else int(count),
    )


_FREQUENCY = {
    Pattern.DAILY: "DAILY",
    Pattern.WEEKLY: "WEEKLY",
    Pattern.MONTH_DAY: "MONTHLY",
    Pattern.MONTH_WEEKDAY: "MONTHLY",
}


def rules_from(start: date) -> list[Rule]:
    """The rules, each in its simplest form, of which `start` can be the first date."""
    weekday, which = start.weekday(), (start.day - 1) // 7 + 1
    found = [Rule(Pattern.DAILY)]
    if weekday in WORKING_DAYS:
        found.append(Rule(Pattern.WEEKLY, days=WORKING_DAYS))
    found.append(Rule(Pattern.WEEKLY, days=(weekday,)))
    found.append(Rule(Pattern.MONTH_DAY, day=start.day))
    found.append(Rule(Pattern.MONTH_WEEKDAY, days=(weekday,), nth=which))
    if (start + timedelta(days=7)).month != start.month:
        found.append(Rule(Pattern.MONTH_WEEKDAY, days=(weekday,), nth=LAST))
    return found


def require_rule(rule: Rule, starts_wall: datetime) -> None:
    """Refuse a rule that is out of bounds, ends before it begins or has not this first date."""
    if not 1 <= rule.every <= MOST_BETWEEN:
        raise Refusal("series.every_out_of_range", most=MOST_BETWEEN)
    if rule.until is not None and rule.count is not None:
        raise Refusal("series.two_ends")
    if rule.count is not None and not 2 <= rule.count <= MOST_TIMES:
        raise Refusal("series.count_out_of_range", most=MOST_TIMES)
    if rule.until is not None and rule.until <= starts_wall.date():
        raise Refusal("series.until_too_early", day=starts_wall.date())
    if next(_walls(rule, starts_wall, starts_wall), None) != starts_wall:
        raise Refusal("series.not_a_date_of_it", day=starts_wall.date())


def next_occurrence(
    rule: Rule,
    starts_wall: datetime,
    zone: str,
    after: datetime,
    skipped: Collection[date] = (),
) -> Occurrence | None:
    """The first date whose instant lies after `after`; None if there is none any more.

    `starts_wall` is the naive wall time of the first date of all. What is skipped counts as one
    of the rule's `count` dates.
    """
    return next(occurrences(rule, starts_wall, zone, after, skipped), None)


def occurrences(
    rule: Rule,
    starts_wall: datetime,
    zone: str,
    after: datetime,
    skipped: Collection[date] = (),
) -> Iterator[Occurrence]:
    """All the dates from `next_occurrence` on, each at a later instant than the one before."""
    from_wall = after.astimezone(zone_info(zone)).replace(tzinfo=None) - _AROUND_GAPS
    for wall in _walls(rule, starts_wall, from_wall):
        if wall.date() in skipped:
            continue
        starts = resolve_late(wall, zone)
        # On a day that the date line took away it would be at the instant of the day after.
        if starts.at > after:
            yield Occurrence(wall, starts)
            after = starts.at


def upcoming(
    rule: Rule,
    starts_wall: datetime,
    zone: str,
    after: datetime,
    skipped: Collection[date] = (),
    *,
    limit: int,
) -> list[Occurrence]:
    """The next few dates."""
    return list(islice(occurrences(rule, starts_wall, zone, after, skipped), limit))


def is_date(rule: Rule, starts_wall: datetime, wall: datetime) -> bool:
    """Tell whether a naive wall time is one of a rule's, that of a skipped date included."""
    return next(_walls(rule, starts_wall, wall), None) == wall


def last_date(rule: Rule, starts_wall: datetime) -> date | None:
    """The day of the last date of all; None where it never ends."""
    if rule.until is None and rule.count is None:
        return None
    return max(_walls(rule, starts_wall, starts_wall), default=starts_wall).date()


def _walls(rule: Rule, starts_wall: datetime, from_wall: datetime) -> Iterator[datetime]:
    dates = rrulestr(write_rule(rule), dtstart=starts_wall)
    for wall in dates.xafter(from_wall, inc=True):
        if wall.year >= MAXYEAR:  # What follows may have no instant any more.
            return
        yield wall
