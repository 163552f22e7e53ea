"""Votes: the apps in which members vote, and their days from one reset to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.errors import Refusal
from domain.when import resolve_late
from domain.zones import zone_info

MOST_APPS = 20
"""Apps of one vote: as many buttons fit under a message beside the others."""

_DAYS = 10_000_000
"""More than there are days in the calendar (3,652,059)."""


@dataclass(frozen=True)
class VoteApp:
    """One app of a vote. `app_id` is its number within the action, from 1.

    `cap` is how many votes one person has a day. A day runs from one `reset` to the next, by
    the wall clock of `zone`. It can be voted in from `opens_at` until `closes_at`, or as long as
    the action runs where they are None. `logged` adds up the votes that count in it.
    """

    app_id: int
    name: str
    cap: int
    reset: time
    zone: str
    link: str | None = None
    note: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    logged: int = 0


def reset_on(app: VoteApp, day: date) -> datetime:
    """The instant of the reset on a date of the app's zone, which stays at its wall time.

    Where the clocks skip it, it comes as much later as they are moved; where they show it
    twice, it is the first of the two.
    """
    return resolve_late(datetime.combine(day, app.reset), app.zone).at


def day_span(app: VoteApp, day: date) -> tuple[datetime, datetime]:
    """From when until when a voting day runs: from the reset on that date up to the next one.

    A date that a zone skipped, as Samoa did on 30 December 2011, has no time in it.
    """
    return reset_on(app, day), reset_on(app, day + timedelta(days=1))


def day_of(app: VoteApp, instant: datetime) -> date:
    """The voting day at an instant: the date, in the app's zone, of the reset it began with."""
    today = instant.astimezone(zone_info(app.zone)).date()
    # A reset may come late, or its date twice or never: at most two days off either way.
    days = (today + timedelta(days=ahead) for ahead in range(1, -4, -1))
    return next(day for day in days if reset_on(app, day) <= instant)


def next_reset(app: VoteApp, instant: datetime) -> datetime:
    """The first reset after an instant."""
    return day_span(app, day_of(app, instant))[1]


def pack_tick(app_id: int, day: date) -> int:
    """One number that a tick's button carries: the app's number times 10⁷ and the day's ordinal."""
    return app_id * _DAYS + day.toordinal()


def unpack_tick(item_id: int) -> tuple[int, date]:
    """The app's number and the day in what `pack_tick` made; refuses anything else."""
    app_id, ordinal = divmod(item_id, _DAYS)
    return app_id, unpack_day(ordinal)


def unpack_day(ordinal: int) -> date:
    """The day with this ordinal in the calendar; refuses a number that is none."""
    if not 1 <= ordinal <= date.max.toordinal():
        raise Refusal("refused.unknown_button")
    return date.fromordinal(ordinal)
