"""Discord's own events that stand for actions: what one shows, and what a hand did to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
from domain.errors import Refusal

EVENTS_FULL = "events_full"
"""Why an event could not be made: a server has 100 at the most."""

EVENTS_FORBIDDEN = "events_forbidden"
"""Why: the bot lacks the permission *Create Events*."""

OF_SERVER = frozenset({EVENTS_FULL, EVENTS_FORBIDDEN})
"""What stands in the way of all events of a server alike."""

TOLD_FOR = timedelta(hours=1)
"""For so long nobody is told of that once more, whichever action it concerns."""

EVENT_GONE = "event_gone"
"""Why: there is no such event any more."""

MOST_EVENTS = 100
"""Events that a server can have at once, by Discord's rule."""

SLACK = timedelta(minutes=2)
"""Discord begins and ends events itself at their time, by a clock of its own."""

MARGIN = timedelta(seconds=15)
"""What begins so soon gets no event any more: Discord takes no start that has passed."""


class EventStatus(StrEnum):
    """How an event stands, by Discord's words."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OVER = frozenset({EventStatus.COMPLETED, EventStatus.CANCELLED})
"""From these an event never comes back."""


class ByHand(StrEnum):
    """What somebody did to an event on Discord."""

    DELETED = "deleted"
    CANCELLED = "cancelled"
    ENDED = "ended"
    STARTED = "started"
    MOVED = "moved"


FOR_GOOD = frozenset({ByHand.DELETED, ByHand.CANCELLED, ByHand.ENDED})
"""After these there is no event any more that could be kept in step."""


@dataclass(frozen=True)
class EventShown:
    """What an event shows; instants are aware UTC in whole seconds."""

    name: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    status: EventStatus = EventStatus.SCHEDULED

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


@dataclass(frozen=True)
class EventMoved:
    """Other times that an event was given by hand, until somebody says what becomes of that.

    `told_by` is the id of the audit event by which organisers were told.
    """

    starts_at: datetime
    ends_at: datetime
    told_by: int

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


@dataclass(frozen=True)
class NativeEvent:
    """The event of an action as the bot knows it.

    `shown` is what the bot last had it show, with the action's times. Without an `event_id` it is
    just being made, or was deleted.
    """

    guild_id: int
    action_id: int
    event_id: int | None
    shown: EventShown
    before: EventShown | None = None
    """What it may still show: the bot was about to change it, or has yet to put it back."""

    moved: EventMoved | None = None
    gone_at: datetime | None = None
    """When it was found deleted, ended or cancelled by hand: it is not made anew by itself."""


def event_status(action: Action, now: datetime) -> EventStatus:
    """How an action's event stands by right; a paused one goes by time."""
    if action.state is ActionState.CANCELLED:
        return EventStatus.CANCELLED
    if now < action.starts_at:
        return EventStatus.SCHEDULED
    return EventStatus.ACTIVE if now < action.ends_at else EventStatus.COMPLETED


def takes_event(action: Action, now: datetime) -> bool:
    """Tell whether an event can be made of an action: it is known and has not begun."""
    known = action.announced(now) and action.state is not ActionState.CANCELLED
    return known and action.starts_at > now + MARGIN


def event_times(action: Action) -> tuple[datetime, datetime]:
    """When an action's event starts and ends: in whole seconds, the end after the start."""
    starts, ends = (time.replace(microsecond=0) for time in (action.starts_at, action.ends_at))
    return starts, max(ends, starts + timedelta(seconds=1))


def next_look(action: Action, now: datetime) -> datetime | None:
    """When an action's event shows something else by time alone; None if never again."""
    if action.state is ActionState.CANCELLED:
        return None
    return next((at for at in (action.starts_at, action.ends_at) if at > now), None)


def done_by_hand(known: NativeEvent, seen: EventShown | None, now: datetime) -> ByHand | None:
    """What somebody did to an event that the bot did not; None if it is as the bot left it.

    What Discord does by itself, at an event's start and end, is nobody's doing.
    """
    ours = [known.shown, *([known.before] if known.before else [])]
    if known.shown.status in OVER:
        return None
    if seen is None:
        return ByHand.DELETED
    if all(seen.status is not one.status for one in ours):
        match seen.status:
            case EventStatus.CANCELLED:
                return ByHand.CANCELLED
            case EventStatus.COMPLETED if now < seen.ends_at - SLACK:
                return ByHand.ENDED
            case EventStatus.ACTIVE if now < seen.starts_at - SLACK:
                return ByHand.STARTED
            case _:
                pass
    moved = [known.moved.times] if known.moved else []
    agreed = [*(one.times for one in ours), *moved]
    if seen.status in OVER or any(_same_times(seen, times) for times in agreed):
        return None
    return ByHand.MOVED


def _same_times(seen: EventShown, times: tuple[datetime, datetime]) -> bool:
    """Tell whether an event shows these times; when a running one was started is no matter."""
    running = seen.status is EventStatus.ACTIVE
    return seen.ends_at == times[1] and (running or seen.starts_at == times[0])


def settle_move(known: NativeEvent, seen: EventShown, wanted: EventShown) -> NativeEvent:
    """The event without its move by hand, once that is no question any more.

    It is none where the action has other times since, or the event the right ones again.
    """
    as_told = wanted.times == known.shown.times
    asks = as_told and not _same_times(seen, wanted.times)
    return known if asks else replace(known, moved=None)


def aim(known: NativeEvent, seen: EventShown, wanted: EventShown) -> EventShown:
    """What to have an event show: its times as they are while its organisers are asked of them.

    A running event's start can't be changed, and of one that is over nothing but its status.
    """
    starts, ends = seen.times if known.moved or wanted.status in OVER else wanted.times
    if seen.status is EventStatus.ACTIVE:
        starts = seen.starts_at
    return replace(wanted, starts_at=starts, ends_at=ends)


def steps_to(status: EventStatus, wanted: EventStatus) -> tuple[EventStatus, ...]:
    """The statuses that an event has to be given one after the other, as Discord allows it.

    A running event can't be cancelled: it ends. What is further than wanted stays so.
    """
    match status, wanted:
        case EventStatus.SCHEDULED, EventStatus.ACTIVE | EventStatus.CANCELLED:
            return (wanted,)
        case EventStatus.SCHEDULED, EventStatus.COMPLETED:
            return (EventStatus.ACTIVE, EventStatus.COMPLETED)
        case EventStatus.ACTIVE, EventStatus.COMPLETED | EventStatus.CANCELLED:
            return (EventStatus.COMPLETED,)
        case _:
            return ()


def same_event(seen: EventShown, shown: EventShown) -> bool:
    """Tell whether an event on Discord is the one that was to be made, whatever its name is now.

    Its description names the action's number.
    """
    same_text = seen.description.split() == shown.description.split()
    return same_text and (seen.location, *seen.times) == (shown.location, *shown.times)


def require_moved(known: NativeEvent | None, told_by: int | None) -> EventMoved:
    """The move by hand of which organisers were told by an audit event; refused if it is settled.

    Where it was moved once more since, there is a newer notice to answer.
    """
    if known is None or known.gone_at is not None or known.moved is None:
        raise Refusal("refused.event_not_moved")
    if told_by is not None and told_by != known.moved.told_by:
        raise Refusal("refused.event_moved_again")
    return known.moved
