"""When an action's apps can be voted in, and the daily calls before their resets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from domain.actions import Action
from domain.votes import VoteApp, day_of, day_span

CALL_LEAD = timedelta(hours=3)
"""How long before a reset its call goes out."""

NEARBY = timedelta(minutes=90)
"""Resets that are no further from the first of them share its call."""

MOST_DAYS = 100
"""Days for which calls are planned ahead."""


@dataclass(frozen=True)
class VotingDay:
    """A day of an app, as far as the action's and the app's own window let it be voted in."""

    app: VoteApp
    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Call:
    """A daily call: when it goes out, and the days that are about to end, the first one first."""

    due_at: datetime
    days: tuple[VotingDay, ...]


def window(action: Action, app: VoteApp) -> tuple[datetime, datetime]:
    """From when until when an app can be voted in; nothing where the end is not after the start."""
    start = action.starts_at if app.opens_at is None else max(action.starts_at, app.opens_at)
    end = action.ends_at if app.closes_at is None else min(action.ends_at, app.closes_at)
    return start, end


def voting_day(action: Action, app: VoteApp, day: date) -> VotingDay | None:
    """A day of an app within its window; None if the window has nothing of it."""
    opens, closes = window(action, app)
    far = timedelta(days=3)
    # Before the calendar's far ends are asked for, which only forged days reach.
    if not (opens - far).date() <= day <= (closes + far).date():
        return None
    start, end = day_span(app, day)
    start, end = max(start, opens), min(end, closes)
    return VotingDay(app, day, start, end) if start < end else None


def current_day(action: Action, app: VoteApp, now: datetime) -> VotingDay | None:
    """The day of an app that runs now, or its last one; None before it opens."""
    opens, closes = window(action, app)
    if now < opens or closes <= opens:
        return None
    instant = min(now, closes - timedelta(microseconds=1))
    return voting_day(action, app, day_of(app, instant))


def days_from(action: Action, app: VoteApp, since: datetime) -> Iterator[VotingDay]:
    """An app's days from the one at an instant on, MOST_DAYS of them at the most."""
    opens, closes = window(action, app)
    since = max(since, opens)
    if since >= closes:
        return
    first = day_of(app, since)
    for ahead in range(MOST_DAYS):
        found = voting_day(action, app, first + timedelta(days=ahead))
        if found is not None:
            yield found
        elif day_span(app, first + timedelta(days=ahead))[0] >= closes:
            return


def plan_calls(action: Action, since: datetime) -> Iterator[Call]:
    """The calls that go out after an instant, the earliest first; the action has to be whole.

    Each goes out CALL_LEAD before a day of an app ends: at its reset, or with its window.
    Those that end no more than NEARBY after the first share its call. A day in which one can vote
    for no longer than CALL_LEAD has no call of its own: the moment has just called.
    """
    ending = [day for app in action.parts.apps for day in days_from(action, app, since)]
    for days in _clusters(day for day in ending if day.end - CALL_LEAD > day.start):
        due_at = days[0].end - CALL_LEAD
        if due_at > since:
            yield Call(due_at, days)


def call_due(action: Action, due_at: datetime, now: datetime) -> Call | None:
    """The call that was due then, with the days that have not ended since; None if all have.

    It follows from the action's apps as they are now, which have to be read with it.
    """
    first = due_at + CALL_LEAD
    last = first + NEARBY
    days = [
        day
        for app in action.parts.apps
        for day in takewhile(lambda day: day.end <= last, days_from(action, app, due_at))
        if day.end >= first and day.end - CALL_LEAD > day.start and day.end > now
    ]
    return Call(due_at, tuple(sorted(days, key=_ending))) if days else None


def _clusters(days: Iterable[VotingDay]) -> Iterator[tuple[VotingDay, ...]]:
    """Days that end near each other, by when the first of them does."""
    near: list[VotingDay] = []
    for day in sorted(days, key=_ending):
        if near and day.end > near[0].end + NEARBY:
            yield tuple(near)
            near = []
        near.append(day)
    if near:
        yield tuple(near)


def _ending(day: VotingDay) -> tuple[datetime, int]:
    return day.end, day.app.app_id
