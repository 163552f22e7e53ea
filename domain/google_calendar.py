"""Google Calendar: the address under which it offers to add an action, or a series of them.

Its parameter `recur` takes the rule of a series, but no dates that are skipped or moved.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from domain.actions import ActionState
from domain.calendars import Entry, SeriesEntry, local_times, recurrence_of, write_recurrence
from domain.recurrence import SHORTEST_MONTH, Rule, last_date
from domain.series import Series

ADDRESS = "https://calendar.google.com/calendar/render"


def google_link(entry: Entry, details: str, rule: str = "") -> str:
    """The address under which Google Calendar offers to add an entry, repeated by a rule if any."""
    starts, ends = local_times(entry.dated.action)
    asked = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{_basic(starts)}/{_basic(ends)}",
        "ctz": "" if starts.tzinfo is UTC else entry.dated.action.starts.zone,
        "details": details,
        "location": entry.place,
        "recur": rule,
    }
    if UTC in (starts.tzinfo, ends.tzinfo):
        asked["dates"] = f"{_basic(starts.astimezone(UTC))}/{_basic(ends.astimezone(UTC))}"
    return f"{ADDRESS}?{urlencode({k: v for k, v in asked.items() if v}, quote_via=quote)}"


def repeating_rule(found: SeriesEntry, first: Entry) -> str:
    """The rule by which one date of a series is repeated up to its end, as an RRULE.

    Empty where a rule alone doesn't say it: once a date is skipped, moved or cancelled, where the
    series was ended, and of the days that not every month has.
    """
    series, action = found.series, first.dated.action
    if series.ended_at is not None or series.rule.day > SHORTEST_MONTH:
        return ""
    if any(day >= action.starts.time.date() for day in series.skipped):
        return ""
    later = [one for one in found.dates if one.dated.action.starts_at >= action.starts_at]
    if not all(_is_by_rule(series, one) for one in (first, *later)):
        return ""
    recurrence = write_recurrence(_with_last_day(series), series.zone)
    return f"RRULE:{recurrence.to_ical().decode()}"


def _is_by_rule(series: Series, entry: Entry) -> bool:
    """Tell whether a date is just as the rule has it."""
    action = entry.dated.action
    if action.state is ActionState.CANCELLED or action.starts.zone != series.zone:
        return False
    starts, ends = local_times(action)
    if UTC in (starts.tzinfo, ends.tzinfo):
        return False
    return recurrence_of(series, action) == starts.replace(tzinfo=None)


def _with_last_day(series: Series) -> Rule:
    """The rule up to a day in place of a number of dates: it need not begin with the first one."""
    rule = series.rule
    if rule.count is None:
        return rule
    return replace(rule, count=None, until=last_date(rule, series.starts_wall))


def _basic(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}{'Z' if moment.tzinfo is UTC else ''}"
