"""The messages that the bot owes: kinds, importance, due instants and retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
from domain.audit import AuditEvent
from domain.servers import Server
from domain.shifts import OfferState, Shift, ShiftOffer
from domain.tally import Tally
from domain.tasks import Task, TaskState
from domain.vote_calls import call_due


class DeliveryKind(StrEnum):
    CARD = "card"
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    MOMENT = "moment"
    PROMOTED = "promoted"
    CLOSING = "closing"
    TALLY = "tally"
    STEP = "step"
    """An organiser's step that concerns those who take part; `item_id` is its audit event."""

    DECISION = "decision"
    """Whether an action goes ahead that needs so many people by then."""

    NEXT_OCCURRENCE = "next_occurrence"
    """No message of its own: the series' next action is made."""

    REDRAW = "redraw"
    """No message of its own: what was posted shows other buttons from now on."""

    DAILY_CALL = "daily_call"
    """The call to vote before the day's resets; which, follows from when it is due."""

    SHIFT = "shift"
    """A reminder to those who have the shift `item_id`."""

    SHIFT_OFFER = "shift_offer"
    """Somebody's offer `item_id` of their shift, or what was answered."""

    TASK = "task"
    """A reminder to whoever has the task `item_id` that its deadline nears."""

    MILESTONE = "milestone"
    """The logged total has reached a milestone; `item_id` is the amount at which that is."""

    LAST_HOUR = "last_hour"
    """The last call before the end."""

    NUDGE = "nudge"
    """Those who pledged and have logged nothing are asked to."""

    PREFLIGHT = "preflight"
    """To organisers, before the moment: whether everything is ready."""

    BY_HAND = "by_hand"
    """A reminder that an organiser sends now; `item_id` is its audit event."""

    MISSED = "missed"
    """To organisers: what could not be sent in time and was skipped."""

    AHEAD = "ahead"
    """No message of its own: direct messages are made of it, ahead of the moment, or more of them
    that repeat the delivery `item_id`."""

    DIRECT = "direct"
    """A direct message to `participant_id`; `item_id` is the delivery that it repeats."""

    NOTICE = "notice"
    """To organisers: something needs their attention; `item_id` is its audit event, if any."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    ASKED = "asked"
    """Its time was missed: organisers are asked whether it is still sent."""


IMPORTANCE: dict[DeliveryKind, int] = {
    DeliveryKind.DECISION: -1,  # It may call the moment off.
    DeliveryKind.MOMENT: 0,
    DeliveryKind.PROMOTED: 1,
    DeliveryKind.ANNOUNCEMENT: 2,
    DeliveryKind.STEP: 2,
    DeliveryKind.BY_HAND: 2,
    DeliveryKind.AHEAD: 3,
    DeliveryKind.SHIFT_OFFER: 2,
    DeliveryKind.CARD: 3,
    DeliveryKind.REMINDER: 4,
    DeliveryKind.DAILY_CALL: 4,
    DeliveryKind.SHIFT: 4,
    DeliveryKind.TASK: 4,
    DeliveryKind.LAST_HOUR: 4,
    DeliveryKind.PREFLIGHT: 4,
    DeliveryKind.MILESTONE: 5,
    DeliveryKind.NUDGE: 5,
    DeliveryKind.CLOSING: 5,
    DeliveryKind.TALLY: 6,
    DeliveryKind.NEXT_OCCURRENCE: 6,
    DeliveryKind.NOTICE: 7,
    DeliveryKind.MISSED: 7,
    DeliveryKind.REDRAW: 7,
    DeliveryKind.DIRECT: 8,
}
"""Lower goes first among deliveries that are due together."""

LEVELS = range(-1, 10)
"""Every importance that a stored delivery can have; nothing outside is ever claimed."""

URGENT = 1
"""What is as important as this, or more, waits for nothing else."""

DIRECT_LEVEL = 8
"""The importance of direct messages, which have a pace of their own."""

TOLD_WHATEVER_HAPPENS = frozenset(
    {
        DeliveryKind.STEP,
        DeliveryKind.DECISION,
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.NOTICE,
    }
)
"""What is owed of paused and cancelled actions too."""

TELLS_ORGANISERS = frozenset({DeliveryKind.NOTICE, DeliveryKind.MISSED, DeliveryKind.PREFLIGHT})
"""What goes to organisers alone; when it fails, they are not told of that."""

PINGS_ROLE = frozenset(
    {
        DeliveryKind.ANNOUNCEMENT,
        DeliveryKind.REMINDER,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.MOMENT,
        DeliveryKind.DECISION,
    }
)

WAITS = frozenset(
    {
        DeliveryKind.REMINDER,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.TASK,
        DeliveryKind.MILESTONE,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.NUDGE,
        DeliveryKind.CLOSING,
        DeliveryKind.BY_HAND,
    }
)
"""What quiet hours hold up, unless it is urgent; a shift in the night begins in the night."""

LATE_AFTER = timedelta(minutes=5)
"""A message sent later than this after it was due says so."""

AHEAD_GRACE = timedelta(minutes=10)
"""Who could not be told ahead of the moment is told so long after it."""

STALE_AFTER = timedelta(days=7)
"""News of an action that is over is none any more so long after it could not be sent."""

LEASE = timedelta(seconds=60)
"""How long a claimed delivery belongs to its dispatcher."""

MAX_ATTEMPTS = 12
"""Attempts at what fails by a defect; what a network or Discord fails at is tried on."""


@dataclass(frozen=True)
class PlannedDelivery:
    """A delivery before it is stored.

    `offset` is the time before what reminders are of, and before the moment for redraws.
    """

    kind: DeliveryKind
    due_at: datetime
    offset: timedelta = timedelta(0)
    item_id: int | None = None


@dataclass(frozen=True)
class Delivery:
    """One message that the bot owes, as claimed for sending."""

    guild_id: int
    delivery_id: int
    action_id: int
    kind: DeliveryKind
    due_at: datetime
    attempts: int
    participant_id: int | None = None
    item_id: int | None = None
    offset: timedelta = timedelta(0)
    unsure_since: datetime | None = None
    """Since when it may have been sent without our knowing; None if it surely was not."""

    ordered_at: datetime | None = None
    """When an organiser had it sent, whatever its time was."""

    sent_with: int | None = None
    """The delivery in whose message it goes out, after quiet hours: its own id for the first."""

    @property
    def message_id(self) -> int:
        """The id of the delivery by which its message is known again."""
        return self.delivery_id if self.sent_with is None else self.sent_with


@dataclass(frozen=True)
class Missed:
    """A message that was skipped because its time had passed, and the action it was about."""

    delivery_id: int
    kind: DeliveryKind
    due_at: datetime
    action: Action


@dataclass(frozen=True)
class OwedMessage:
    """Everything needed to draw and send one delivery, as of the instant of sending.

    `addressee` is the Discord user id of the one member whom it addresses, if any.
    """

    delivery: Delivery
    action: Action
    server: Server
    now: datetime
    addressee: int | None = None
    tally: Tally | None = None
    event: AuditEvent | None = None
    sent_at: datetime | None = None
    """When it was posted, of a message that is drawn again."""

    addressees: tuple[int, ...] = ()
    """The Discord users who have the shift that it reminds of."""

    offer: ShiftOffer | None = None

    missed: tuple[Missed, ...] = ()
    """What organisers were not told of yet, the earliest first; of a delivery that tells of it."""

    superseded: bool = False
    """A later reminder of the same action is due as well."""

    yet_to_log: int = 0
    """How many of those who are in have logged nothing, where they are asked to."""

    repeats: tuple[OwedMessage, ...] = ()
    """Of a direct message: what it repeats, each as of now, so far as it concerns its addressee."""

    merged: tuple[int, ...] = ()
    """Of a direct message: the others that waited too, and that it takes along."""

    zone: str | None = None
    """Of a direct message: where its addressee lives."""

    card: Post | None = None
    """Of a direct message: where the action's card stands."""

    may_ping: bool = True
    """Its role is pinged, if its kind does that: the day's cap leaves room for it."""

    silent: bool = False
    """Nobody's phone makes a sound: it comes in quiet hours, and later would be too late."""

    together: tuple[OwedMessage, ...] = ()
    """What goes out in the same message, as quiet hours have held it up too."""

    @property
    def channel_ids(self) -> tuple[int, ...]:
        """Where it goes: to where its action is posted; a notice to the first that takes it.

        What was not announced yet is mentioned to organisers alone.
        """
        action, server = self.action, self.server
        if self.delivery.kind not in TELLS_ORGANISERS:
            wanted = [action.channel_id or server.announce_channel_id]
        elif self.delivery.kind is DeliveryKind.PREFLIGHT:
            wanted = self._confidential
        elif all(a.announced(self.now) for a in (action, *(m.action for m in self.missed))):
            wanted = [server.organiser_channel_id, action.channel_id, server.announce_channel_id]
        else:
            wanted = [server.organiser_channel_id]
        return tuple(dict.fromkeys(filter(None, wanted)))

    @property
    def _confidential(self) -> list[int | None]:
        """The organisers' channel, unless fans read it too; else its organiser is told directly."""
        channel_id, public = self.server.organiser_channel_id, self.server.announce_channel_id
        return [] if channel_id in (public, self.action.channel_id) else [channel_id]

    @property
    def shift(self) -> Shift | None:
        """The shift that it is about, if there still is one."""
        shift_id = self.offer.shift_id if self.offer else self.delivery.item_id
        return next((s for s in self.action.parts.shifts if s.shift_id == shift_id), None)

    @property
    def task(self) -> Task | None:
        """The task of which it reminds, if it is still there and somebody has it to do."""
        if self.delivery.kind is not DeliveryKind.TASK:
            return None
        for task in self.action.parts.tasks:
            if task.task_id == self.delivery.item_id and task.state is TaskState.CLAIMED:
                return task
        return None

    @property
    def quiet_until(self) -> datetime | None:
        """Until when quiet hours hold it up now; None if they don't."""
        return self._held_up_until(self.now)

    @property
    def in_quiet_hours(self) -> bool:
        return self._quiet_hours_end(self.now) is not None

    @property
    def expected_at(self) -> datetime:
        """When people could expect it: as it was due, or at the end of quiet hours."""
        return self._held_up_until(self.delivery.due_at) or self.delivery.due_at

    @property
    def waited(self) -> bool:
        """Tell whether quiet hours have held it up that are over now."""
        return self.delivery.due_at < self.expected_at <= self.now

    def _held_up_until(self, instant: datetime) -> datetime | None:
        kind = self.delivery.kind
        if kind not in WAITS or self.delivery.ordered_at is not None:
            return None
        if kind is DeliveryKind.BY_HAND and self.event and self.event.detail.get("urgent"):
            return None
        return self._quiet_hours_end(instant)

    def _quiet_hours_end(self, instant: datetime) -> datetime | None:
        quiet = self.server.quiet
        zone = self.server.zone or self.action.starts.zone
        return None if quiet is None else quiet.until(zone, instant)

    @property
    def late(self) -> bool:
        return (self.sent_at or self.now) - self.expected_at > LATE_AFTER

    @property
    def pointless(self) -> bool:
        """Nobody is helped by it any more: a reminder of what has begun, a call to what is over."""
        kind, action = self.delivery.kind, self.action
        if kind in (DeliveryKind.MISSED, DeliveryKind.DIRECT):
            return not (self.missed or self.repeats)
        if kind in TOLD_WHATEVER_HAPPENS:
            stale = self.now >= max(action.log_until, self.delivery.due_at + STALE_AFTER)
            return stale and kind in (DeliveryKind.STEP, DeliveryKind.DECISION)
        if action.state in (ActionState.CANCELLED, ActionState.DRAFT):
            return True
        if action.state is ActionState.PAUSED and kind is not DeliveryKind.PROMOTED:
            return kind is not DeliveryKind.CARD
        until = self._helps_until
        return self._concerns_nobody or (until is not None and self.now >= until)

    @property
    def _helps_until(self) -> datetime | None:
        """From when on it tells of what has begun or is over; None if it never does."""
        action = self.action
        match self.delivery.kind:
            case DeliveryKind.REMINDER if self.delivery.offset >= timedelta(0):
                return action.reminded_of
            case DeliveryKind.REMINDER | DeliveryKind.MILESTONE | DeliveryKind.BY_HAND:
                return action.log_until
            case DeliveryKind.NUDGE | DeliveryKind.CARD | DeliveryKind.CLOSING:
                return action.log_until
            case DeliveryKind.LAST_HOUR | DeliveryKind.PROMOTED:
                return action.ends_at
            case DeliveryKind.ANNOUNCEMENT | DeliveryKind.MOMENT:
                return action.ends_at
            case DeliveryKind.PREFLIGHT:
                return action.starts_at
            case DeliveryKind.AHEAD:
                return min(action.ends_at, action.starts_at + AHEAD_GRACE)
            case _:
                return None

    @property
    def _concerns_nobody(self) -> bool:
        """Nobody is left, or nothing, of whom or what it tells."""
        match self.delivery.kind:
            case DeliveryKind.NUDGE:
                return not self.yet_to_log
            case DeliveryKind.PROMOTED:
                return self.addressee is None
            case DeliveryKind.DAILY_CALL:
                return call_due(self.action, self.delivery.due_at, self.now) is None
            case DeliveryKind.SHIFT | DeliveryKind.SHIFT_OFFER:
                return self._concerns_no_shift
            case DeliveryKind.TASK:
                return self._concerns_no_task
            case _:
                return False

    @property
    def _concerns_no_shift(self) -> bool:
        """Its shift is gone or over, nobody has it, or its offer was taken back."""
        shift = self.shift
        if shift is None or self.now >= shift.ends_at:
            return True
        if self.delivery.kind is DeliveryKind.SHIFT:
            return not (shift.is_session or self.addressees)
        return self.offer is None or self.offer.state is OfferState.WITHDRAWN

    @property
    def _concerns_no_task(self) -> bool:
        """Its task is gone or done, nobody has it, or its deadline has passed."""
        task = self.task
        if task is None or task.claimed_by is None or task.due_at is None:
            return True
        return self.now >= min(task.due_at, self.action.log_until)


@dataclass(frozen=True)
class Post:
    """Where on Discord a message of the bot stands."""

    channel_id: int
    message_id: int


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the given number of failed attempts (1 or more).

    Doubles from 2 s up to 5 min; `jitter` in [0, 1) spreads it over the upper half ("equal
    jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    ceiling = min(300.0, 2.0**attempts)
    return timedelta(seconds=ceiling / 2 + jitter * ceiling / 2)
