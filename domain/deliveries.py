"""The messages that the bot owes: kinds, importance, due instants and retries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
from domain.audit import AuditEvent
from domain.servers import Server
from domain.shifts import REMIND_BEFORE, OfferState, Shift, ShiftOffer
from domain.tally import Tally
from domain.vote_calls import call_due, plan_calls


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

    NOTICE = "notice"
    """To organisers: something needs their attention; `item_id` is its audit event, if any."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


IMPORTANCE: dict[DeliveryKind, int] = {
    DeliveryKind.DECISION: -1,  # It may call the moment off.
    DeliveryKind.MOMENT: 0,
    DeliveryKind.PROMOTED: 1,
    DeliveryKind.ANNOUNCEMENT: 2,
    DeliveryKind.STEP: 2,
    DeliveryKind.SHIFT_OFFER: 2,
    DeliveryKind.CARD: 3,
    DeliveryKind.REMINDER: 4,
    DeliveryKind.DAILY_CALL: 4,
    DeliveryKind.SHIFT: 4,
    DeliveryKind.CLOSING: 5,
    DeliveryKind.TALLY: 6,
    DeliveryKind.NEXT_OCCURRENCE: 6,
    DeliveryKind.NOTICE: 7,
    DeliveryKind.REDRAW: 7,
}
"""Lower goes first among deliveries that are due together."""

TOLD_WHATEVER_HAPPENS = frozenset(
    {
        DeliveryKind.STEP,
        DeliveryKind.DECISION,
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.NOTICE,
    }
)
"""What is owed of paused and cancelled actions too."""

PINGS_ROLE = frozenset(
    {
        DeliveryKind.ANNOUNCEMENT,
        DeliveryKind.REMINDER,
        DeliveryKind.MOMENT,
        DeliveryKind.DECISION,
    }
)

DEFAULT_REMINDERS = (timedelta(hours=24), timedelta(hours=1))
"""How long before the moment, or the deadline, reminders go out."""

SOON = timedelta(minutes=5)
"""A reminder that would come so soon after the announcement tells nobody anything new."""

LATE_AFTER = timedelta(minutes=5)
"""A message sent later than this after it was due says so."""

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

    @property
    def channel_ids(self) -> tuple[int, ...]:
        """Where it goes: to where its action is posted; a notice to the first that takes it.

        What was not announced yet is mentioned to organisers alone.
        """
        action, server = self.action, self.server
        if self.delivery.kind is not DeliveryKind.NOTICE:
            wanted = [action.channel_id or server.announce_channel_id]
        elif action.announced(self.now):
            wanted = [server.organiser_channel_id, action.channel_id, server.announce_channel_id]
        else:
            wanted = [server.organiser_channel_id]
        return tuple(dict.fromkeys(filter(None, wanted)))

    @property
    def shift(self) -> Shift | None:
        """The shift that it is about, if there still is one."""
        shift_id = self.offer.shift_id if self.offer else self.delivery.item_id
        return next((s for s in self.action.parts.shifts if s.shift_id == shift_id), None)

    @property
    def late(self) -> bool:
        return (self.sent_at or self.now) - self.delivery.due_at > LATE_AFTER

    @property
    def pointless(self) -> bool:
        """Nobody is helped by it any more: a reminder of what has begun, a call to what is over."""
        kind, action = self.delivery.kind, self.action
        if kind in TOLD_WHATEVER_HAPPENS:
            stale = self.now >= max(action.log_until, self.delivery.due_at + STALE_AFTER)
            return stale and kind in (DeliveryKind.STEP, DeliveryKind.DECISION)
        if action.state in (ActionState.CANCELLED, ActionState.DRAFT):
            return True
        if action.state is ActionState.PAUSED and kind is not DeliveryKind.PROMOTED:
            return kind is not DeliveryKind.CARD
        match kind:
            case DeliveryKind.REMINDER:
                return self.now >= action.reminded_of
            case DeliveryKind.PROMOTED:
                return self.addressee is None or self.now >= action.ends_at
            case DeliveryKind.CARD | DeliveryKind.CLOSING:
                return self.now >= action.log_until
            case DeliveryKind.ANNOUNCEMENT | DeliveryKind.MOMENT:
                return self.now >= action.ends_at
            case DeliveryKind.DAILY_CALL:
                return call_due(action, self.delivery.due_at, self.now) is None
            case DeliveryKind.SHIFT | DeliveryKind.SHIFT_OFFER:
                return self._concerns_no_shift
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


@dataclass(frozen=True)
class Post:
    """Where on Discord a message of the bot stands."""

    channel_id: int
    message_id: int


def plan_deliveries(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """All deliveries that an action owes from its publishing on, its announcement first."""
    announced = now if action.announce is None else max(now, action.announce.at)
    yield PlannedDelivery(DeliveryKind.ANNOUNCEMENT, announced)
    yield PlannedDelivery(DeliveryKind.CARD, announced)
    yield from plan_rest(action, announced)


def plan_rest(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """What an action still owes at an instant at which it is announced, or was already.

    A reminder whose instant has passed already, or that would come within five minutes, is left
    out; so is the moment of what has begun.
    """
    if action.undecided and action.decide is not None:
        yield PlannedDelivery(DeliveryKind.DECISION, max(action.decide.at, now))
    for offset in DEFAULT_REMINDERS:
        due = action.reminded_of - offset
        if due > now + SOON:
            yield PlannedDelivery(DeliveryKind.REMINDER, due, offset)
    if action.starts_at > now:
        yield PlannedDelivery(DeliveryKind.MOMENT, action.starts_at)
    if action.ends_at > now:
        yield PlannedDelivery(DeliveryKind.CLOSING, action.ends_at)
    yield PlannedDelivery(DeliveryKind.TALLY, max(action.log_until, now))
    for shift in action.parts.shifts:
        if shift.starts_at - REMIND_BEFORE > now:
            due = shift.starts_at - REMIND_BEFORE
            yield PlannedDelivery(DeliveryKind.SHIFT, due, item_id=shift.shift_id)
    for call in plan_calls(action, now):
        yield PlannedDelivery(DeliveryKind.DAILY_CALL, call.due_at)
    for instant in sorted(_other_buttons(action)):
        if instant > now:
            offset = action.starts_at - instant
            yield PlannedDelivery(DeliveryKind.REDRAW, instant, offset)
    yield from plan_series(action, now)


def _other_buttons(action: Action) -> set[datetime]:
    """The instants, beside the moment and the end, from which its posts show other buttons."""
    instants: set[datetime] = set()
    if action.sign_up_lead is not None:
        instants.add(action.sign_ups_end)
    if action.rules.log_lead:
        instants.add(action.log_from)
    return instants


def plan_series(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """When the action is made that follows in its series: as this one starts, however it stands.

    After one that was cancelled it is made at once.
    """
    if action.series_id is not None:
        cancelled = action.state is ActionState.CANCELLED
        due = now if cancelled else max(action.starts_at, now)
        yield PlannedDelivery(DeliveryKind.NEXT_OCCURRENCE, due)


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the given number of failed attempts (1 or more).

    Doubles from 2 s up to 5 min; `jitter` in [0, 1) spreads it over the upper half ("equal
    jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    ceiling = min(300.0, 2.0**attempts)
    return timedelta(seconds=ceiling / 2 + jitter * ceiling / 2)
