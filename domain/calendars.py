"""Calendars: actions as an iCalendar file (RFC 5545).

An action keeps its UID for good, and so does a series: who adds a newer file gets the entry they
have changed, or cancelled, not another one. The dates of a series are its rule; each that has an
action by now says beside what became of it. What was published before it became the first of a
series stays an entry by itself, and is left out of the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from icalendar import Calendar, Event, vRecur

from domain.actions import Action, ActionState
from domain.calendar_zones import add_zones, rule_zone
from domain.deliveries import Post
from domain.recurrence import Rule, is_date, write_rule
from domain.series import Series
from domain.when import resolve_late
from domain.zones import parse_offset, zone_info

PRODUCT = "-//Fanchant//Fanchant//EN"
"""Which program wrote a calendar; not for people."""

MOST_ENTRIES = 100
"""Actions in a server's calendar, the soonest ones."""

MOST_DATES = 12
"""Dates of a series of which its calendar says what became of them, the latest ones."""


@dataclass(frozen=True)
class Dated:
    """An action that its server knows of, where its card stands, and when it last changed."""

    action: Action
    changed_at: datetime
    card: Post | None = None


@dataclass(frozen=True)
class DatedSeries:
    """A series with those of its actions that its server knows of, the latest first.

    `whole` is what its dates to come are like, and when any of them changed last. On the days
    `alone` an action stands by itself.
    """

    series: Series
    whole: Dated
    dates: tuple[Dated, ...]
    alone: frozenset[date] = frozenset()


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
    alone: frozenset[date] = frozenset()


def sort_dates(found: Iterable[Dated], series: Iterable[DatedSeries]) -> Dates:
    """Put each action where it belongs: into its series, unless that goes by another rule now."""
    single = {dated.action.action_id: dated for dated in found}
    kept: list[DatedSeries] = []
    for one in series:
        walls = [(dated, recurrence_of(one.series, dated.action)) for dated in one.dates]
        on_rule = [(dated, wall) for dated, wall in walls if wall is not None]
        first = [each for each in on_rule if _was_single(one.series, each[0].action)]
        dates = tuple(dated for dated, wall in on_rule if (dated, wall) not in first)
        if on_rule:
            kept.append(replace(one, dates=dates, alone=frozenset(w.date() for _, w in first)))
        for dated in dates:
            single.pop(dated.action.action_id, None)
        single |= {dated.action.action_id: dated for dated, _ in first}
    return Dates(tuple(single.values()), tuple(kept))


def _was_single(series: Series, action: Action) -> bool:
    """Tell whether people may have an action in their calendar as one without a series."""
    return action.published_at is not None and action.published_at < series.created_at


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
    starts, ends = local_times(action)
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
    _put(master, dtstart=starts, dtend=starts + series.content.length)
    _put(master, rrule=write_recurrence(_rule(entry), series.zone))
    told = {wall.date() for wall in walls if wall is not None}
    skipped = [
        _zoned(datetime.combine(day, series.starts_wall.time()), series.zone)
        for day in sorted(series.skipped - told | entry.alone)
        if day >= series.starts_wall.date()
    ]
    if skipped:
        _put(master, exdate=skipped)
    events = [master]
    for one, wall in zip(entry.dates, walls, strict=True):
        if wall is not None:
            event = _drawn(one, now)
            _put(event, recurrence_id=_zoned(wall, series.zone))
            starts, ends = local_times(one.dated.action)
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


def _rule(entry: SeriesEntry) -> Rule:
    """The rule; where its series was ended, up to the last date that has an action."""
    series = entry.series
    if series.ended_at is None:
        return series.rule
    walls = [recurrence_of(series, one.dated.action) for one in entry.dates]
    days = [wall.date() for wall in walls if wall is not None]
    last = max([*days, *entry.alone], default=series.starts_wall.date())
    return replace(series.rule, until=last, count=None)


def write_recurrence(rule: Rule, zone: str) -> vRecur:
    """A rule as calendars read it: until an instant, where it ends after a day in a zone."""
    recurrence: vRecur = vRecur.from_ical(write_rule(replace(rule, until=None)))
    if rule.until is not None:
        end = resolve_late(datetime.combine(rule.until, time(23, 59, 59)), zone)
        recurrence["UNTIL"] = [end.at]
    return recurrence


# ---- Times


def local_times(action: Action) -> tuple[datetime, datetime]:
    """When an action starts and ends, by the clocks of its zone or else in UTC (see `_local`)."""
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
