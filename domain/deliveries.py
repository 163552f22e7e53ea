"""The messages that the bot owes: kinds, importance, due instants and retries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
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
    DeliveryKind.ANNOUNCEMENT: 2,
    DeliveryKind.CARD: 3,
    DeliveryKind.REMINDER: 4,
    DeliveryKind.CLOSING: 5,
    DeliveryKind.TALLY: 6,
}
"""Lower goes first among deliveries that are due together."""

PINGS_ROLE = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER, DeliveryKind.MOMENT})

DEFAULT_REMINDERS = (timedelta(hours=24), timedelta(hours=1))
"""How long before the moment reminders go out."""

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

    @property
    def late(self) -> bool:
        return self.now - self.delivery.due_at > LATE_AFTER

    @property
    def pointless(self) -> bool:
        """Nobody is helped by it any more: a reminder of what has begun, a call to what is over."""
        if self.action.state in (ActionState.CANCELLED, ActionState.DRAFT):
            return True
        match self.delivery.kind:
            case DeliveryKind.REMINDER:
                return self.now >= self.action.starts_at
            case DeliveryKind.ANNOUNCEMENT | DeliveryKind.MOMENT:
                return self.now >= self.action.ends_at
            case DeliveryKind.PROMOTED:
                return self.addressee is None or self.now >= self.action.ends_at
            case DeliveryKind.CLOSING:
                return self.now >= self.action.log_until
            case DeliveryKind.CARD | DeliveryKind.TALLY:
                return False


@dataclass(frozen=True)
class Post:
    """Where on Discord a message of the bot stands."""

    channel_id: int
    message_id: int


def plan_deliveries(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """All deliveries that an action owes from its publishing on.

    A reminder whose instant has passed already, or that would come within five minutes after
    the announcement, is left out.
    """
    yield PlannedDelivery(DeliveryKind.ANNOUNCEMENT, now)
    yield PlannedDelivery(DeliveryKind.CARD, now)
    for offset in DEFAULT_REMINDERS:
        due = action.starts_at - offset
        if due > now + timedelta(minutes=5):
            yield PlannedDelivery(DeliveryKind.REMINDER, due, offset)
    yield PlannedDelivery(DeliveryKind.MOMENT, max(action.starts_at, now))
    yield PlannedDelivery(DeliveryKind.CLOSING, action.ends_at)
    yield PlannedDelivery(DeliveryKind.TALLY, action.log_until)


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the given number of failed attempts (1 or more).

    Doubles from 2 s up to 5 min; `jitter` in [0, 1) spreads it over the upper half ("equal
    jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    ceiling = min(300.0, 2.0**attempts)
    return timedelta(seconds=ceiling / 2 + jitter * ceiling / 2)
