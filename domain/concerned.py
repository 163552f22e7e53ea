"""Whom a message concerns: everybody who is in, or only those who have something left to do."""

from __future__ import annotations

from datetime import datetime

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind

OF_THE_MOMENT = frozenset({Act.RESCHEDULED, Act.CANCELLED})
"""The steps of which everybody has to know who would come to the moment."""

TOLD_STEPS = frozenset(
    {*OF_THE_MOMENT, Act.PAUSED, Act.RESUMED, Act.CLOSED_EARLY, Act.TAG_SWITCHED}
)
"""The steps that people have to know of to be there, to stay away, or to do the right thing."""


_CALLED_OFF = frozenset({Act.CANCELLED, Act.CALLED_OFF})
_STOPPED = frozenset({Act.PAUSED, Act.RESUMED, *_CALLED_OFF})

_OVERTAKEN: dict[Act, frozenset[Act]] = {
    Act.PAUSED: _STOPPED,
    Act.RESUMED: _STOPPED,
    Act.RESCHEDULED: _CALLED_OFF | {Act.RESCHEDULED},
    Act.CLOSED_EARLY: _CALLED_OFF | {Act.CLOSED_EARLY},
    Act.CANCELLED: _CALLED_OFF,
}


def concerns_all(
    action: Action,
    kind: DeliveryKind,
    now: datetime,
    *,
    act: Act | None = None,
    is_session: bool = False,
) -> bool:
    """Tell whether a message of an instant is for all who are in: so it can ping their role.

    A role can't leave out who has finished. Before the moment nobody has, unless all can be done
    from publishing on; of the moment itself, and of what becomes of it, people know by then.
    """
    match kind:
        case DeliveryKind.MOMENT | DeliveryKind.REVEAL:
            return not action.rules.reminds_of_end
        case DeliveryKind.DECISION:
            return now < action.starts_at
        case DeliveryKind.STEP if act in OF_THE_MOMENT:
            return now < action.starts_at
        case DeliveryKind.STEP if act is Act.TAG_SWITCHED:
            return now < action.ends_at  # who has posted with the old one posts on
        case DeliveryKind.STEP:
            return act in TOLD_STEPS and not action.some_finished(now)
        case DeliveryKind.SHIFT:
            return is_session and not action.some_finished(now)
        case DeliveryKind.REMINDER:
            return not action.some_finished(now)
        case _:
            return False


def overtaken_by(act: Act) -> frozenset[Act]:
    """The steps after which a step of `TOLD_STEPS` is no news any more; the same one is among them.

    A pause makes neither another time nor an early end untrue.
    """
    return _OVERTAKEN[act]
