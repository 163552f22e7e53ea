"""Ticks: a tap says that one voted in an app that day; and days of rest, when nothing is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.actions import Action
from domain.deliveries import Delivery, DeliveryKind
from domain.errors import Gone, Refusal
from domain.ledger import HeldReason, held_as_late
from domain.vote_calls import (
    CALL_LEAD,
    VotingDay,
    call_due,
    current_day,
    voting_day,
    window,
)
from domain.votes import VoteApp
from domain.zones import zone_info

DOUBLE_TAP = timedelta(seconds=2)
"""A tap so soon after somebody's last one for the same app and day is that tap once more."""

LATE_TICK = timedelta(hours=24)
"""A tick for a day that ended longer ago waits for a check."""


@dataclass(frozen=True)
class AppToday:
    """How one person stands with one app now. `day` is None until it opens."""

    app: VoteApp
    day: VotingDay | None
    ticked: bool


@dataclass(frozen=True)
class Today:
    """How one person stands with a vote now. `muted` is None for who did not sign up."""

    action: Action
    now: datetime
    apps: tuple[AppToday, ...]
    resting: bool
    muted: bool | None

    @property
    def left(self) -> tuple[AppToday, ...]:
        """The apps whose day runs and that they have not ticked."""
        return tuple(
            app for app in self.apps if app.day and self.now < app.day.end and not app.ticked
        )


def todays(
    action: Action,
    now: datetime,
    *,
    ticked: Collection[tuple[int, date]],
    rested: Set[date],
    muted: bool | None,
) -> Today:
    """How somebody stands who has these ticks and days of rest; the action has to be whole."""
    apps: list[AppToday] = []
    for app in action.parts.apps:
        current = current_day(action, app, now)
        done = current is not None and (app.app_id, current.day) in ticked
        apps.append(AppToday(app, current, done))
    return Today(action, now, tuple(apps), rest_date(action, now) in rested, muted)


def rest_date(action: Action, instant: datetime) -> date:
    """The date, where the action was set, that somebody rests on who does so at an instant."""
    return instant.astimezone(zone_info(action.starts.zone)).date()


def in_its_days(action: Action, day: date) -> bool:
    """Tell whether a date is one of the action's, where it was set."""
    return rest_date(action, action.starts_at) <= day <= rest_date(action, action.log_until)


def rests_on(action: Action, day: VotingDay) -> date:
    """The date by which a voting day is rested: that of its call."""
    return rest_date(action, max(day.start, day.end - CALL_LEAD))


def days_of(action: Action, delivery: Delivery, now: datetime) -> tuple[VotingDay, ...]:
    """The days that a daily call is about, or for other messages those that run now."""
    if delivery.kind is DeliveryKind.DAILY_CALL:
        call = call_due(action, delivery.due_at, now)
        return () if call is None else call.days
    return days_running(action, now)


def days_running(action: Action, now: datetime) -> tuple[VotingDay, ...]:
    """The days of a whole action's apps in which one can vote at an instant."""
    days = (current_day(action, app, now) for app in action.parts.apps)
    return tuple(day for day in days if day is not None and now < day.end)


def days_left(
    action: Action,
    days: Iterable[VotingDay],
    ticked: Collection[tuple[int, date]],
    rested: Set[date],
) -> tuple[VotingDay, ...]:
    """Which of the days somebody who has these ticks and days of rest has yet to tick."""
    return tuple(
        day
        for day in days
        if (day.app.app_id, day.day) not in ticked and rests_on(action, day) not in rested
    )


def find_app(apps: Iterable[VoteApp], app_id: int) -> VoteApp:
    """The app with this number; raises `Gone`."""
    for app in apps:
        if app.app_id == app_id:
            return app
    raise Gone("refused.no_such_app")


def tickable(action: Action, app: VoteApp, day: date, now: datetime) -> VotingDay:
    """The voting day that a tick is for; refuses one that has not begun, and one that never is."""
    opens, _ = window(action, app)
    if now < opens:
        raise Refusal("ticks.not_open", app=app.name, opens=opens)
    found = voting_day(action, app, day)
    if found is None:
        raise Refusal("ticks.no_such_day", app=app.name)
    if now < found.start:
        raise Refusal("ticks.not_yet", app=app.name, starts=found.start)
    return found


def reason_to_hold_tick(action: Action, day: VotingDay, now: datetime) -> HeldReason | None:
    """Why a tick waits for a check: the day ended more than LATE_TICK ago, or the action did."""
    late = now > day.end + LATE_TICK
    return HeldReason.OUTSIDE_WINDOW if late else held_as_late(action, now)
