"""Direct messages: who wants them, and what was noticed about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action
from domain.audit import Act, AuditEvent
from domain.concerned import OF_THE_MOMENT, TOLD_STEPS, concerns_all
from domain.deliveries import Delivery, DeliveryKind
from domain.kinds import Feature

LEAD = timedelta(minutes=10)
"""How long before the moment the last of those who want it has been told of it."""

PACE = timedelta(seconds=1)
"""What one direct message takes: they are sent one after the other."""

LOOKS = tuple(timedelta(minutes=minutes) for minutes in (120, 40, 15, 6))
"""How long before the moment it is looked who is to be told: many people take their time.

The last look is for those who have come since.
"""


REPEATED = frozenset(
    {
        DeliveryKind.DAILY_CALL,
        DeliveryKind.SHIFT,
        DeliveryKind.TASK,
        DeliveryKind.PROMOTED,
        DeliveryKind.NUDGE,
        DeliveryKind.LAST_HOUR,
    }
)
"""What is told directly too, once it was posted."""

FOR_UNFINISHED = frozenset(
    {
        DeliveryKind.AHEAD,
        DeliveryKind.BY_HAND,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.NUDGE,
        DeliveryKind.REMINDER,
        DeliveryKind.STEP,
    }
)
"""What those who have finished are not told; of shifts, sessions."""

WAKES = frozenset({DeliveryKind.AHEAD, DeliveryKind.SHIFT})
"""What comes in somebody's quiet hours too: they promised to be there at that hour."""

UNDELIVERABLE = "direct_closed"
"""The reason of a failure: somebody takes no direct messages from the bot."""


class Direct(StrEnum):
    """Whether somebody gets direct messages from the bot about a server's actions."""

    OFF = "off"
    ON = "on"
    CLOSED = "closed"
    """They want them, but Discord would not deliver one; they have yet to be told."""

    TOLD = "told"
    """They were told so. Nothing is sent until they switch messages on again."""


def looks_ahead(starts_at: datetime, now: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """The looks still to come: when each is, and how long before the moment."""
    for before in LOOKS:
        if starts_at - before > now:
            yield starts_at - before, before


def begin_telling(starts_at: datetime, look: timedelta, people: int) -> datetime | None:
    """When to begin telling so many people of the moment; None if a later look is early enough.

    What is past is due at once.
    """
    begins_at = starts_at - LEAD - people * PACE
    later = max((before for before in LOOKS if before < look), default=None)
    if later is not None and begins_at >= starts_at - later:
        return None
    return begins_at


def is_repeated(
    action: Action, delivery: Delivery, now: datetime, *, pinged: bool, act: Act | None = None
) -> bool:
    """Tell whether what was posted at an instant is told directly too; of a step, `act`.

    Of steps, and of reminders that organisers send, those are that `pinged` nobody: some may have
    finished, there is no role, or none was left of the day's pings. Of other reminders only those
    of which some may have finished: the moment is told ahead of it.
    """
    if delivery.kind is DeliveryKind.STEP and act not in TOLD_STEPS:
        return False
    if delivery.kind in (DeliveryKind.STEP, DeliveryKind.BY_HAND):
        return not pinged
    if delivery.kind is DeliveryKind.REMINDER:
        return not concerns_all(action, delivery.kind, now)
    return delivery.kind in REPEATED


def wakes(
    action: Action, about: Delivery, event: AuditEvent | None, now: datetime, until: datetime | None
) -> bool:
    """Tell whether a direct message comes alone and at once, even in its addressee's quiet hours.

    These last `until` then, or are over where None.

    What repeats an organiser's urgent reminder does. So does news of a moment that they would come
    to before they read it otherwise, or be told of: it is cancelled or another, before or after.
    """
    if about.kind in WAKES:
        return True
    if until is None:
        return False
    if about.kind is DeliveryKind.BY_HAND:
        return event is not None and bool(event.detail.get("urgent"))
    if about.kind is not DeliveryKind.STEP or event is None or event.act not in OF_THE_MOMENT:
        return False
    return any(now < moment < until + LEAD for moment in _moments(action, event))


def _moments(action: Action, event: AuditEvent) -> Sequence[datetime]:
    """The moment as it is, and as it was before a step moved it."""
    before = event.detail.get("before")
    known = [action.starts_at]
    return known if before is None else [*known, datetime.fromisoformat(before["starts"])]


def goes_on(action: Action) -> bool:
    """Tell whether there is more to do however much one has done: votes come back every day."""
    return Feature.APPS in action.rules.features


def has_finished(action: Action, pledged: int | None, logged: int) -> bool:
    """Tell whether somebody has done what they meant to: what they pledged, or else anything."""
    if pledged is not None:
        return logged >= pledged
    return logged > 0 and not goes_on(action)
