"""The messages that the bot owes: kinds, importance, due instants and retries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
from domain.audit import AuditEvent
from domain.servers import Server
from domain.tally import Tally


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

    DAILY_CALL = "daily_call"
    """The call to vote before the day's resets; `item_id` says which (see `domain.votes`)."""

    SHIFT = "shift"
    """A reminder to those who have the shift `item_id`."""

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
    DeliveryKind.MOMENT: 0,
    DeliveryKind.PROMOTED: 1,
    DeliveryKind.DECISION: 1,
    DeliveryKind.ANNOUNCEMENT: 2,
    DeliveryKind.STEP: 2,
    DeliveryKind.CARD: 3,
    DeliveryKind.REMINDER: 4,
    DeliveryKind.DAILY_CALL: 4,
    DeliveryKind.SHIFT: 4,
    DeliveryKind.CLOSING: 5,
    DeliveryKind.TALLY: 6,
    DeliveryKind.NEXT_OCCURRENCE: 6,
    DeliveryKind.NOTICE: 7,
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

PINGS_ROLE = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER, DeliveryKind.MOMENT})

DEFAULT_REMINDERS = (timedelta(hours=24), timedelta(hours=1))
"""How long before the moment reminders go out."""

SOON = timedelta(minutes=5)
"""A reminder that would come so soon after the announcement tells nobody anything new."""

LATE_AFTER = timedelta(minutes=5)
"""A message sent later than this after it was due says so."""

LEASE = timedelta(seconds=60)
"""How long a claimed delivery belongs to its dispatcher."""

MAX_ATTEMPTS = 12
"""Attempts at what fails by a defect; what a network or Discord fails at is tried on."""


@dataclass(frozen=True)
class PlannedDelivery:
    """A delivery before it is stored. `offset` is the time before the moment, of reminders."""

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

    @property
    def channel_id(self) -> int | None:
        """Where it goes: to organisers, or to where its action is posted."""
        chosen = self.action.channel_id or self.server.announce_channel_id
        if self.delivery.kind is DeliveryKind.NOTICE:
            return self.server.organiser_channel_id or chosen
        return chosen

    @property
    def late(self) -> bool:
        return self.now - self.delivery.due_at > LATE_AFTER

    @property
    def pointless(self) -> bool:
        """Nobody is helped by it any more: a reminder of what has begun, a call to what is over."""
        kind, action = self.delivery.kind, self.action
        if kind in TOLD_WHATEVER_HAPPENS:
            return False
        if action.state in (ActionState.CANCELLED, ActionState.DRAFT):
            return True
        if action.state is ActionState.PAUSED:
            return kind is not DeliveryKind.CARD
        match kind:
            case DeliveryKind.REMINDER:
                return self.now >= action.starts_at
            case DeliveryKind.PROMOTED:
                return self.addressee is None or self.now >= action.ends_at
            case DeliveryKind.CLOSING:
                return self.now >= action.log_until
            case DeliveryKind.ANNOUNCEMENT | DeliveryKind.MOMENT | DeliveryKind.DAILY_CALL:
                return self.now >= action.ends_at
            case DeliveryKind.SHIFT:
                return self.now >= action.ends_at
            case _:
                return False


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
        due = action.starts_at - offset
        if due > now + SOON:
            yield PlannedDelivery(DeliveryKind.REMINDER, due, offset)
    if action.starts_at > now:
        yield PlannedDelivery(DeliveryKind.MOMENT, action.starts_at)
    if action.ends_at > now:
        yield PlannedDelivery(DeliveryKind.CLOSING, action.ends_at)
    yield PlannedDelivery(DeliveryKind.TALLY, max(action.log_until, now))


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the given number of failed attempts (1 or more).

    Doubles from 2 s up to 5 min; `jitter` in [0, 1) spreads it over the upper half ("equal
    jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    ceiling = min(300.0, 2.0**attempts)
    return timedelta(seconds=ceiling / 2 + jitter * ceiling / 2)
