"""The messages that the bot owes: kinds, importance, due instants and retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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

    VERDICT = "verdict"
    """A direct message to `participant_id` about what reviewers decided; `item_id` is the check by
    which it came to be owed."""

    DIGEST = "digest"
    """To reviewers: what waits for a check."""

    THANKS = "thanks"
    """No message of its own: `participant_id`, of whom something was verified, is given a role."""

    REVEAL = "reveal"
    """A sealed tag is told to everybody, where that is not at the moment."""

    THREAD = "thread"
    """A thread is made at the card, and this is the first message in it; with the thread's id as
    `item_id` there is no message, but it is renamed."""

    EVENT = "event"
    """No message of its own: Discord's own event is made, or shows what the action is by now."""

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


STILL_OWED = (DeliveryState.PENDING, DeliveryState.CLAIMED)
"""What is neither sent nor given up."""

IMPORTANCE: dict[DeliveryKind, int] = {
    DeliveryKind.DECISION: -1,  # It may call the moment off.
    DeliveryKind.MOMENT: 0,
    DeliveryKind.REVEAL: 0,
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
    DeliveryKind.THREAD: 7,
    DeliveryKind.EVENT: 7,
    DeliveryKind.DIGEST: 7,
    DeliveryKind.DIRECT: 8,
    DeliveryKind.VERDICT: 8,
    DeliveryKind.THANKS: 9,
}
"""Lower goes first among deliveries that are due together."""

LEVELS = range(-1, 10)
"""Every importance that a stored delivery can have; nothing outside is ever claimed."""

URGENT = 1
"""What is as important as this, or more, waits for nothing else."""

TO_ONE_PERSON = frozenset({DeliveryKind.DIRECT, DeliveryKind.VERDICT})
"""What is between the bot and one member, and goes to them directly."""

DIRECT_LEVEL = 8
"""The importance of direct messages, which have a pace of their own."""

ROLES_LEVEL = 9
"""The importance of thank-you roles, which Discord takes slowly."""

TAKE_TURNS = frozenset(LEVELS) - {*range(LEVELS.start, URGENT + 1), DIRECT_LEVEL}
"""The importance of all else: of that no server has very much sent before others."""

TOLD_WHATEVER_HAPPENS = frozenset(
    {
        DeliveryKind.STEP,
        DeliveryKind.DECISION,
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.NOTICE,
    }
)
"""What is owed of paused and cancelled actions too."""

TELLS_ORGANISERS = frozenset(
    {DeliveryKind.NOTICE, DeliveryKind.MISSED, DeliveryKind.PREFLIGHT, DeliveryKind.DIGEST}
)
"""What goes to organisers alone; when it fails, they are not told of that."""

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


LEASE = timedelta(seconds=60)
"""How long a claimed delivery belongs to its dispatcher."""

MAX_ATTEMPTS = 12
"""Attempts at what fails by a defect; what a network or Discord fails at is tried on."""

LONGEST_AFTER = 9
"""After so many attempts the delay between two grows no more. An outage counts as no more than
that: the first defect after it ends nothing."""


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

    language: str = ""
    """The language channel to which it goes; empty for where the action itself is posted."""

    copy_of: int | None = None
    """The delivery that it repeats in a language channel."""

    may_ping: bool = True
    """The day's cap left room for the one that it repeats."""

    @property
    def message_id(self) -> int:
        """The id of the delivery by which its message is known again."""
        return self.delivery_id if self.sent_with is None else self.sent_with


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
