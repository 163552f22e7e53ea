"""What an organiser sees of the messages that are owed, and may do about each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
from domain.deliveries import (
    TELLS_ORGANISERS,
    TO_ONE_PERSON,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Post,
)
from domain.errors import Refusal
from domain.owed_messages import LATE_AFTER

MISSED = "missed"
"""The reason of what was skipped because it was late, until organisers are told of it."""

MISSED_TOLD = "missed_told"
DROPPED = "dropped"
"""The reason of what an organiser took back; by the same plan it is not owed again."""

HIDDEN = frozenset(
    {
        DeliveryKind.REDRAW,
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.AHEAD,
        DeliveryKind.THANKS,
        *TO_ONE_PERSON,
    }
)
"""What is no message, or between the bot and one person."""

SHOWN_IF_FAILED = frozenset(
    {DeliveryKind.NOTICE, DeliveryKind.MISSED, DeliveryKind.EVENT, DeliveryKind.THREAD}
)
"""What organisers have read, or will, and what can be tried again though it calls nobody."""

BY_ITSELF = frozenset(
    {
        DeliveryKind.TALLY,
        DeliveryKind.DECISION,
        DeliveryKind.CLOSING,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.NUDGE,
    }
)
"""What would be untrue before its time."""

FIRST = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD})
"""With these an action becomes known, which has a step of its own; nothing else goes out before."""

KEPT = frozenset({*FIRST, DeliveryKind.TALLY, DeliveryKind.DECISION})
"""What an action can't be without."""


class Shelf(StrEnum):
    """What is looked at together."""

    COMING = "coming"
    SENT = "sent"
    PROBLEMS = "problems"


@dataclass(frozen=True)
class Entry:
    """A delivery, what has become of it, and the action it is about, without its parts."""

    delivery: Delivery
    action: Action
    state: DeliveryState
    try_at: datetime
    error: str | None
    post: Post | None
    sent_at: datetime | None

    @property
    def dropped(self) -> bool:
        return self.state is DeliveryState.CANCELLED and self.error == DROPPED

    @property
    def missed(self) -> bool:
        return self.state is DeliveryState.SKIPPED and self.error in (MISSED, MISSED_TOLD)

    @property
    def lateness(self) -> timedelta | None:
        """By how much it was sent too late; None for what was on time, or is not sent."""
        if self.sent_at is None or self.sent_at - self.delivery.due_at <= LATE_AFTER:
            return None
        return self.sent_at - self.delivery.due_at


def asks_first(entry: Entry, now: datetime) -> bool:
    """Tell whether it has to be confirmed that it is sent now: a moment before its time."""
    return entry.delivery.kind is DeliveryKind.MOMENT and now < entry.delivery.due_at


def _sealed(entry: Entry, now: datetime) -> bool:
    """Tell whether it says what is sealed still: that has a step of its own, which unseals it."""
    return entry.delivery.kind is DeliveryKind.REVEAL and not entry.action.revealed(now)


def why_not_sent(entry: Entry, now: datetime, *, pointless: bool) -> str | None:
    """In one word why a delivery can't be sent now; None if it can.

    `pointless`: it would help nobody any more.
    """
    kind = entry.delivery.kind
    if why := _settled(entry):
        return why
    if _is_ordered(entry, now):
        return "on_its_way"
    if entry.action.state in (ActionState.CANCELLED, ActionState.PAUSED):
        return entry.action.state.value
    if kind not in TELLS_ORGANISERS and not entry.action.announced(now):
        return "announcing"
    if _sealed(entry, now):
        return "sealed"
    if now < entry.delivery.due_at and kind in BY_ITSELF | FIRST:
        return "announcing" if kind in FIRST else "by_itself"
    return "over" if pointless else None


def why_not_dropped(entry: Entry, now: datetime) -> str | None:
    """In one word why a delivery can't be dropped; None if it can."""
    if why := _settled(entry):
        return why
    if _is_ordered(entry, now):
        return "on_its_way"
    if entry.dropped or entry.state is DeliveryState.SKIPPED:
        return "let_be"
    return entry.delivery.kind.value if entry.delivery.kind in KEPT else None


def _is_ordered(entry: Entry, now: datetime) -> bool:
    """Tell whether somebody had it sent just now."""
    due = entry.state is DeliveryState.PENDING and entry.try_at <= now
    return due and entry.delivery.ordered_at is not None


def _settled(entry: Entry) -> str | None:
    """What has become of it for good, if so."""
    match entry.state:
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.CLAIMED:
            return "on_its_way"
        case DeliveryState.CANCELLED if not entry.dropped:
            return "taken_back"
        case _:
            return None


def require_asked(entry: Entry, now: datetime) -> None:
    """Refuse an answer to whether a missed moment is still sent, where none is wanted any more."""
    title = entry.action.title
    if entry.state is not DeliveryState.ASKED:
        raise Refusal("refused.answered", title=title)
    if now >= entry.action.ends_at:
        raise Refusal("refused.answer_late", title=title)
