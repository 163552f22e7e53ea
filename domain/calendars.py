"""Calendars: actions as an iCalendar file (RFC 5545), and as a link that adds one to Google's.

An action keeps its UID for good, and so does a series: who adds a newer file gets the entry they
have changed, or cancelled, not another one. The dates of a series are its rule; each that has an
action by now says beside what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from icalendar import Calendar, Event, vRecur

from domain.actions import Action, ActionState
from domain.calendar_zones import add_zones, rule_zone
from domain.deliveries import Post
from domain.recurrence import is_date, write_rule
from domain.series import Series
from domain.when import resolve_late
from domain.zones import parse_offset, zone_info

PRODUCT = "-//Fanchant//Fanchant//EN"
"""Which program wrote a calendar; not for people."""


MOST_ENTRIES = 100
"""Actions in a server's calendar, the soonest ones."""

MOST_DATES = 12
"""Dates of a series of which its calendar says what became of them, the latest ones."""

GOOGLE = "https://calendar.google.com/calendar/render"


@dataclass(frozen=True)
class Dated:
    """An action that its server knows of, where its card stands, and when it last changed."""

    action: Action
    changed_at: datetime
    card: Post | None = None


@dataclass(frozen=True)
class DatedSeries:
    """A series with those of its actions that its server knows of, the latest first."""

    series: Series
    dates: tuple[Dated, ...]


@dataclass(frozen=True)
class Dates:
    """What goes into one calendar: actions by themselves, and series. An action is in one."""

    single: tuple[Dated, ...] = ()
    series: tuple[DatedSeries, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An action in words that are ready to show, as a calendar does: as they are, unescaped."""

    dated: Dated
    title: str
    description: str
    category: str
    url: str | None = None
    place: str = ""


@dataclass(frozen=True)
class SeriesEntry:
    """A series in words: as its dates still to come are shown, and those that have an action."""

    series: Series
    whole: Entry
    dates: tuple[Entry, ...]


def sort_dates(found: Iterable[Dated], series: Iterable[DatedSeries]) -> Dates:
    """Put each action where it belongs: into its series, unless that goes by another rule now."""
    kept = tuple(
        replace(one, dates=on_rule)
        for one in series
        if (on_rule := tuple(d for d in one.dates if recurrence_of(one.series, d.action)))
    )
    in_series = {dated.action.action_id for one in kept for dated in one.dates}
    return Dates(tuple(d for d in found if d.action.action_id not in in_series), kept)


def recurrence_of(series: Series, action: Action) -> datetime | None:
    """Which date of the rule an action of a series is, naive; None where it is none by now.

    The rule's time of day may have changed since; on which day it was has not.
    """
    if action.occurrence is None:
        return None
    wall = datetime.combine(action.occurrence.date(), series.starts_wall.time())
    return wall if is_date(series.rule, series.starts_wall, wall) else None


def write_calendar(
    name: str, entries: Sequence[Entry], series: Sequence[SeriesEntry], now: datetime
) -> bytes:
    """The calendar as a file: every time in its zone, whose rules stand in it too."""
    calendar = Calendar()
    _put(calendar, prodid=PRODUCT, version="2.0", method="PUBLISH")
    calendar.calendar_name = name
    for one in series:
        for event in _series_events(one, now):
            calendar.add_component(event)
    for entry in entries:
        calendar.add_component(_event(entry, now))
    add_zones(calendar)
    return calendar.to_ical()


def google_link(entry: Entry, details: str) -> str:
    """The address under which Google Calendar offers to add an entry.

    It takes no dates that are skipped, so that a series is added date by date.
    """
    starts, ends = _local_times(entry.dated.action)
    asked = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{_basic(starts)}/{_basic(ends)}",
        "ctz": "" if starts.tzinfo is UTC else entry.dated.action.starts.zone,
        "details": details,
        "location": entry.place,
    }
    if UTC in (starts.tzinfo, ends.tzinfo):
        asked["dates"] = f"{_basic(starts.astimezone(UTC))}/{_basic(ends.astimezone(UTC))}"
    return f"{GOOGLE}?{urlencode({k: v for k, v in asked.items() if v}, quote_via=quote)}"


# ---- Events


def _put(part: Any, **values: object) -> None:
    """Set properties of a calendar or of an entry, by their names with `_` for `-`."""
    for name, value in values.items():
        part.add(name.replace("_", "-"), value)


def _event(entry: Entry, now: datetime) -> Event:
    action = entry.dated.action
    event = _drawn(entry, now)
    _put(event, uid=f"action-{action.guild_id}-{action.action_id}@fanchant")
    _put(event, sequence=_sequence(action.published_at or action.created_at, entry))
    starts, ends = _local_times(action)
    _put(event, dtstart=starts, dtend=ends)
    return event


def _series_events(entry: SeriesEntry, now: datetime) -> Iterator[Event]:
    """The rule with its dates, then each date that has an action, as that one is."""
    series = entry.series
    uid = f"series-{series.guild_id}-{series.series_id}@fanchant"
    changed = max((entry.whole, *entry.dates), key=lambda one: one.dated.changed_at)
    sequence = _sequence(series.created_at, changed)
    starts = _zoned(series.starts_wall, series.zone)
    walls = [recurrence_of(series, one.dated.action) for one in entry.dates]
    master = _drawn(entry.whole, now)
    _put(master, dtstart=starts, dtend=starts + _length(entry.whole.dated.action))
    _put(master, rrule=_recurrence(entry))
    told = {wall.date() for wall in walls if wall is not None}
    skipped = [
        _zoned(datetime.combine(day, series.starts_wall.time()), series.zone)
        for day in sorted(series.skipped - told)
        if day >= series.starts_wall.date()
    ]
    if skipped:
        _put(master, exdate=skipped)
    events = [master]
    for one, wall in zip(entry.dates, walls, strict=True):
        if wall is not None:
            event = _drawn(one, now)
            _put(event, recurrence_id=_zoned(wall, series.zone))
            starts, ends = _local_times(one.dated.action)
            _put(event, dtstart=starts, dtend=ends)
            events.append(event)
    for event in events:
        _put(event, uid=uid, sequence=sequence)
    # A rule goes on where a single date of it is cancelled.
    master["status"] = "CONFIRMED"
    yield from events


def _drawn(entry: Entry, now: datetime) -> Event:
    """What every entry has, its times and its UID apart."""
    event = Event()
    _put(
        event,
        dtstamp=now,
        last_modified=entry.dated.changed_at,
        summary=entry.title,
        description=entry.description,
        categories=[entry.category],
        status=_status(entry.dated.action),
    )
    if entry.place:
        _put(event, location=entry.place)
    if entry.url is not None:
        _put(event, url=entry.url)
    return event


def _status(action: Action) -> str:
    if action.state is ActionState.CANCELLED:
        return "CANCELLED"
    unsure = action.state is ActionState.PAUSED or action.undecided
    return "TENTATIVE" if unsure else "CONFIRMED"


def _sequence(since: datetime, entry: Entry) -> int:
    """A number that grows with every change: the seconds until the last one."""
    return max(0, int((entry.dated.changed_at - since).total_seconds()))


def _recurrence(entry: SeriesEntry) -> vRecur:
    """The rule; where its series was ended, up to the last date that has an action."""
    series, rule = entry.series, entry.series.rule
    if series.ended_at is not None:
        walls = [recurrence_of(series, one.dated.action) for one in entry.dates]
        last = max((w.date() for w in walls if w is not None), default=series.starts_wall.date())
        rule = replace(rule, until=last, count=None)
    recurrence: vRecur = vRecur.from_ical(write_rule(replace(rule, until=None)))
    if rule.until is not None:
        end = resolve_late(datetime.combine(rule.until, time(23, 59, 59)), series.zone)
        recurrence["UNTIL"] = [end.at]
    return recurrence


# ---- Times


def _local_times(action: Action) -> tuple[datetime, datetime]:
    zone = action.starts.zone
    return _local(action.starts_at, zone), _local(action.ends_at, zone)


def _local(at: datetime, zone: str) -> datetime:
    """An instant as the clocks of a zone show it.

    In UTC where they show it for the second time, which a calendar could not tell from the
    first, and where the zone is a fixed offset.
    """
    local = at.astimezone(zone_info(zone))
    return at.astimezone(UTC) if local.fold or parse_offset(zone) is not None else local


def _zoned(wall: datetime, zone: str) -> datetime:
    """A wall time of a rule, which is one in any zone."""
    return wall.replace(tzinfo=rule_zone(zone))


def _length(action: Action) -> timedelta:
    """How long an action is by the clock on the wall."""
    zone = zone_info(action.starts.zone)
    starts, ends = (at.astimezone(zone) for at in (action.starts_at, action.ends_at))
    return ends.replace(tzinfo=None) - starts.replace(tzinfo=None)


def _basic(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}{'Z' if moment.tzinfo is UTC else ''}"
