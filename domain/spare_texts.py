"""The messages that organisers post by hand, should all else fail."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Refusal
from domain.life_cycle import require_ongoing
from domain.plans import plan_rest

LOOK_AHEAD = timedelta(hours=6)
"""What follows the moment within these is needed too; for the rest there is time."""

MOST_TEXTS = 5

BY_HAND = frozenset(
    {
        DeliveryKind.REMINDER,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.CLOSING,
    }
)
"""What people miss, beside the moment, and what can be said without looking at anything else."""


def spare_texts(action: Action, now: datetime) -> list[PlannedDelivery]:
    """The moment and what follows within hours, at most five, the earliest first.

    The moment is among them until the end, since it may be just what could not be sent. Raises
    `Refusal` for what is no published action, is paused, or has nothing left to say.
    """
    require_ongoing(action, now)
    if action.state_at(now) is ActionState.PAUSED:
        raise Refusal("refused.state.paused", title=action.title)
    until = max(now, action.starts_at) + LOOK_AHEAD
    following = [
        plan
        for plan in plan_rest(action, now)
        if plan.kind in BY_HAND and action.starts_at < plan.due_at <= until
    ]
    moment = PlannedDelivery(DeliveryKind.MOMENT, action.starts_at)
    texts = [moment, *following] if now < action.ends_at else following
    if action.reveal is not None and now < action.starts_at:
        texts.insert(0, PlannedDelivery(DeliveryKind.REVEAL, action.reveal.at))
    if not texts:
        raise Refusal("preflight.no_texts", title=action.title)
    return sorted(texts, key=lambda plan: plan.due_at)[:MOST_TEXTS]
